"""Cutting a visitor off and taking that back, and what is believed of a source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.behavior.script.queries import policy_line, snippet
from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.sources.queries import find_source, keys_of
from dangol.core.behavior.visitors.models import Trust
from dangol.core.behavior.visitors.queries import find_visitor, secret_of, source_names, trust_of
from dangol.core.behavior.visitors.services.cutting import cut_visitor, rejoin_visitor
from dangol.core.behavior.visitors.services.trusting import FLAGS, renew_secret, set_trust
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.errors import error_page


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@login_required
@require_http_methods(["GET", "POST"])
def cut(request: HttpRequest, visitor_id: int) -> HttpResponse:
    """Ask whether a visitor is to be cut off from its person, and why; then do it."""
    actor = _actor(request)
    visitor: Any = find_visitor(actor, visitor_id, action="change")
    if visitor is None:
        raise NotFound(_("There is no such visitor, or you may not see it."))
    person = Person.objects.visible_to(actor).filter(pk=visitor.person_id).first()
    if person is None:
        return error_page(request, 400, _("This visitor belongs to nobody any more."), way_out="/people")
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\x00", "")
        cut_visitor(actor=actor, visitor_id=visitor_id, reason=reason)
        messages.success(request, _("Cut off. Its visits left this page; you can take that back under “On the web”."))
        return redirect(f"/people/{person.pk}")
    context = {"visitor": visitor, "person": person, "title": title(person),
               "source": source_names([visitor.source_id]).get(visitor.source_id, "")}  # fmt: skip
    return render(request, "behavior/visitors/cut.html", context)


@login_required
@require_POST
def rejoin(request: HttpRequest, cut_id: int) -> HttpResponse:
    """Take a cut back."""
    try:
        visitor = rejoin_visitor(actor=_actor(request), cut_id=cut_id)
    except ValidationError as error:
        return error_page(request, 400, " ".join(error.messages), way_out="/people")
    messages.success(request, _("Joined again."))
    person_id = find_visitor(_actor(request), visitor.pk).person_id
    return redirect(f"/people/{person_id}")


class TrustForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is believed of a source, and what it may make."""

    class Meta:
        model = Trust
        fields = ("believes", *FLAGS, "shop")
        widgets = {"believes": forms.RadioSelect, "shop": forms.TextInput}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, each in self.fields.items():
            kind = "form-check-input" if name in (*FLAGS, "believes") else "form-control"
            each.widget.attrs["class"] = kind


@login_required
@require_http_methods(["GET", "POST"])
def trust(request: HttpRequest, source_id: int) -> HttpResponse:
    """What is believed of a source; 422 with the form when something does not fit."""
    actor = _actor(request)
    source = find_source(actor, source_id, action="change")
    found = trust_of([source_id])[source_id]
    if request.method != "POST":
        return _page(request, source, found, TrustForm(instance=found))
    form = TrustForm(request.POST, instance=Trust(source_id=source_id))
    if form.is_valid():
        try:
            set_trust(actor=actor, source_id=source_id, values=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    return _page(request, source, found, form, 422)


@login_required
@require_POST
def secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Renew the secret with which names are signed."""
    renew_secret(actor=_actor(request), source_id=source_id)
    messages.success(request, _("The secret was renewed. Put the new one into your server now."))
    return redirect("visitors:trust", source_id=source_id)


def _page(request: HttpRequest, source: Source, found: Trust, form: TrustForm, status: int = 200) -> HttpResponse:
    keys = [key.key for key in keys_of(_actor(request), source.pk) if key.revoked_at is None]
    asks = (source.consent_category or "analytics") if source.needs_consent else ""
    context = {
        "source": source, "form": form, "secret": secret_of(found), "policy": policy_line(),
        "snippets": [snippet(key, consent=asks) for key in keys[:3]] if source.kind == Source.Kind.WEB else [],
    }  # fmt: skip
    return render(request, "behavior/visitors/trust.html", context, status=status)
