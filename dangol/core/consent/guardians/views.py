"""Writing down that a guardian agreed for a child, and that it holds no more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.consent.guardians.models import Guardian
from dangol.core.consent.guardians.queries import guardians_of
from dangol.core.consent.guardians.services import record_guardian, withdraw_guardian
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound


class GuardianForm(forms.Form):
    """Who agreed for the child, how it was confirmed, and the proof."""

    name = forms.CharField(label=gettext_lazy("Guardian's name"), max_length=200)
    relation = forms.CharField(label=gettext_lazy("Relation"), max_length=100, required=False)
    method = forms.ChoiceField(label=gettext_lazy("How it was confirmed"), choices=Guardian.Method.choices)
    evidence = forms.CharField(
        label=gettext_lazy("Proof"), max_length=500,
        help_text=gettext_lazy("Number of the document and where it is kept."),
    )  # fmt: skip
    agreed_at = forms.DateTimeField(
        label=gettext_lazy("Agreed on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    guardian_id = forms.IntegerField(
        label=gettext_lazy("Guardian's customer number"), required=False, min_value=1, max_value=2**62,
        help_text=gettext_lazy("Where the guardian is a customer too."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self.fields.values():
            is_choice = isinstance(each.widget, forms.Select)
            each.widget.attrs["class"] = "form-select" if is_choice else "form-control"


@login_required
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest, person_id: int) -> HttpResponse:
    """The agreements of guardians for a child, and the form for one more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "create", Guardian.access_name)
    child = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if child is None:
        raise NotFound
    form = GuardianForm(request.POST) if request.method == "POST" else GuardianForm(
        initial={"agreed_at": timezone.localtime()}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            record_guardian(actor=actor, person_id=person_id, values=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("Recorded. It holds at once."))
            return redirect(f"/people/{person_id}#now")
    context = {"person": child, "title": title(child), "form": form, "guardians": guardians_of(actor, person_id)}
    return render(request, "consent/guardians/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, person_id: int, guardian_id: int) -> HttpResponse:
    """The guardian's agreement holds no more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    withdraw_guardian(actor=actor, guardian_id=guardian_id)
    messages.success(request, _("Recorded. It holds at once."))
    return redirect("guardians:guardian", person_id)
