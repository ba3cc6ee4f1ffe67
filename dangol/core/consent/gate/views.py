"""The page of the gate: what the house asks of advertising, and every rule in the order in which it is asked."""

from __future__ import annotations

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dangol.core.consent.gate.queries import gate_policy, gate_policy_history, reasons
from dangol.core.consent.gate.services import set_gate_policy
from dangol.core.consent.law.queries import rules_in_force
from dangol.core.consent.law.rules.book import LAW_OF_ALL
from dangol.core.consent.law.rules.rows import night_times
from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

SHOWN_SETTINGS = 50


class PolicyForm(forms.Form):
    """The house's own rules."""

    cap_messages = forms.IntegerField(
        label=gettext_lazy("Advertising messages to a customer at most"),
        help_text=gettext_lazy("Over all channels and campaigns. 0: no limit."),
    )
    cap_days = forms.IntegerField(label=gettext_lazy("Within how many days"))
    is_bottom_left_out = forms.BooleanField(
        label=gettext_lazy("Leave the bottom tier out"), required=False,
        help_text=gettext_lazy("A campaign may set this aside; that is kept on record."),
    )  # fmt: skip

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for each in self.fields.values():
            is_check = isinstance(each.widget, forms.CheckboxInput)
            each.widget.attrs["class"] = "form-check-input" if is_check else "form-control short"


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules; set the house's own. 422 with the form when a number makes no sense."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "change", "workspace")
    form = PolicyForm(request.POST) if request.method == "POST" else PolicyForm(initial=asdict(gate_policy()))
    if request.method == "POST" and form.is_valid():
        try:
            set_gate_policy(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("Saved. It holds from the next message on."))
            return redirect("gate:rules")
    context = {
        "form": form,
        "reasons": reasons(),
        "nights": [
            (Channel(rule.channel).label, *times, rule)
            for rule in rules_in_force()
            if rule.country == LAW_OF_ALL and rule.what == "night" and (times := night_times(rule.value))
        ],
        "history": gate_policy_history().select_related("set_by")[:SHOWN_SETTINGS],
    }
    return render(request, "consent/gate/rules.html", context, status=422 if form.errors else 200)
