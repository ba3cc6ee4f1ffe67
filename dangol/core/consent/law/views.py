"""The rules of law with their sources, by country; each can be corrected, with its history; certificates of senders."""

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.consent.law.models import SenderCertificate
from dangol.core.consent.law.object import REGIONS, VALUES, WORDS
from dangol.core.consent.law.queries import certificates, corrected_keys, history_of, rules_in_force
from dangol.core.consent.law.rules.rows import WHATS, Rule
from dangol.core.consent.law.services import certify_sender, correct_rule, end_certificate
from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound

CLASSES = {"checkbox": "form-check-input", "select": "form-select"}


class _Styled(forms.Form):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self.fields.values():
            kind = getattr(each.widget, "input_type", "")
            each.widget.attrs["class"] = CLASSES.get(kind, "form-control")


class RuleForm(_Styled):
    """The value of a rule and where it stands."""

    value = forms.CharField(label=gettext_lazy("Value"), max_length=300, required=False)
    source = forms.CharField(label=gettext_lazy("Statute"), max_length=300)
    place = forms.CharField(label=gettext_lazy("Article"), max_length=300, required=False)
    checked_on = forms.DateField(
        label=gettext_lazy("Read on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=300, required=False)

    def __init__(self, *args: Any, what: str, **more: Any) -> None:
        super().__init__(*args, **more)
        values = (*WHATS[what].values, *WHATS[what].words)
        if WHATS[what].kind == "choice":
            choices = [(value, VALUES.get(value, value)) for value in values]
            self.fields["value"] = forms.ChoiceField(label=gettext_lazy("Value"), choices=choices)
            self.fields["value"].widget.attrs["class"] = "form-select"
            self.order_fields(["value"])
        elif values:
            self.fields["value"].help_text = ", ".join(values)
        if WHATS[what].kind == "night":
            self.fields["value"].help_text = _("As 21:00-08:00, or none.")


class CertificateForm(_Styled):
    """Through whom bulk messages go."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=[(Channel.SMS.value, Channel.SMS.label)])
    provider = forms.CharField(label=gettext_lazy("Provider"), max_length=200)
    number = forms.CharField(label=gettext_lazy("Sender's number"), max_length=40)
    certificate = forms.CharField(label=gettext_lazy("Certificate"), max_length=200)
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=forms.DateInput(attrs={"type": "date"}))
    expires_on = forms.DateField(label=gettext_lazy("Valid until"), widget=forms.DateInput(attrs={"type": "date"}))


@login_required
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, by country."""
    require(_actor(request), "change", "workspace")
    return _page(request)


@login_required
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """One rule: correct its value, see what it was. 422 with the form when the value makes no sense."""
    actor = _actor(request)
    require(actor, "change", "workspace")
    country, what, channel = (request.GET.get(name, "") for name in ("country", "what", "channel"))
    found = next((r for r in rules_in_force() if r.key == (country, what, channel)), None)
    if found is None:
        raise NotFound
    initial = {"value": found.value, "source": found.source, "place": found.place, "checked_on": found.checked_on}
    form = RuleForm(request.POST, what=what) if request.method == "POST" else RuleForm(initial=initial, what=what)
    if request.method == "POST" and form.is_valid():
        try:
            correct_rule(actor=actor, country=country, what=what, channel=channel, **form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("Saved. It holds from the next message on."))
            return redirect("law:rules")
    context = {"form": form, "line": _told(found, set()), "history": history_of(country, what, channel)}
    return render(request, "consent/law/rule.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def certificate(request: HttpRequest) -> HttpResponse:
    """Write a certificate down."""
    actor = _actor(request)
    require(actor, "change", "workspace")
    form = CertificateForm(request.POST)
    if form.is_valid():
        try:
            certify_sender(actor=actor, values=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("Saved."))
            return redirect("law:rules")
    return _page(request, status=422, form=form)


@login_required
@require_POST
def end(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Say that a certificate holds no more."""
    end_certificate(actor=_actor(request), certificate_id=certificate_id)
    messages.success(request, _("The certificate is ended."))
    return redirect("law:rules")


def _page(request: HttpRequest, status: int = 200, form: CertificateForm | None = None) -> HttpResponse:
    corrected, today = corrected_keys(), timezone.localdate()
    by_region: dict[str, list[dict[str, Any]]] = {}
    for each in rules_in_force():
        by_region.setdefault(each.country, []).append(_told(each, corrected))
    known: list[SenderCertificate] = list(certificates())
    context = {
        "regions": [(REGIONS.get(region, region), rows) for region, rows in by_region.items()],
        "certificates": [(c, c.ended_at is None and c.valid_from <= today <= c.expires_on) for c in known],
        "form": form or CertificateForm(), "is_form_open": form is not None,
    }  # fmt: skip
    return render(request, "consent/law/rules.html", context, status=status)


def _told(each: Rule, corrected: set[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "rule": each, "what": WORDS.get(each.what, each.what), "region": REGIONS.get(each.country, each.country),
        "channel": Channel(each.channel).label if each.channel else _("every channel"),
        "value": VALUES.get(each.value, each.value) if each.value else _("none"),
        "is_corrected": each.key in corrected,
    }  # fmt: skip


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
