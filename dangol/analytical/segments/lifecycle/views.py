"""The page of stages: how many stand where, the limits between them, and where these come from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dangol.analytical.segments.lifecycle import queries
from dangol.analytical.segments.lifecycle.models import Stage
from dangol.analytical.segments.lifecycle.object import TONES
from dangol.analytical.segments.lifecycle.rules import SOURCES
from dangol.analytical.segments.lifecycle.services import set_stage_limits
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.address import packed

SHOWN_SETTINGS = 50
MEANINGS: dict[str, Any] = {
    "stranger": gettext_lazy("Nothing bought, and no e-mail or phone is known."),
    "lead": gettext_lazy("Nothing bought yet, but can be reached."),
    "first_time": gettext_lazy("Bought once."),
    "repeat": gettext_lazy("Bought again."),
    "loyal": gettext_lazy("Bought often enough, and is not overdue."),
    "lapsing": gettext_lazy("Silent for longer than the customer's own rhythm lets expect."),
    "lost": gettext_lazy("Silent for so long that another purchase would be a return."),
    "won_back": gettext_lazy("Was lost and bought again; for the next purchases watched apart."),
}


class LimitsForm(forms.Form):
    """The limits between stages."""

    loyal_from = forms.IntegerField(label=gettext_lazy("Loyal from how many purchases on"))
    won_back_for = forms.IntegerField(
        label=gettext_lazy("Won back for how many purchases"),
        help_text=gettext_lazy(
            "After so many purchases since the return, the customer counts as repeat or loyal again."
        ),
    )
    lapsing_factor = forms.DecimalField(
        label=gettext_lazy("Lapsing after how many average gaps"), decimal_places=2,
        help_text=gettext_lazy("Of the customer's own. At 2, one wait in seven is as long by mere chance."),
    )  # fmt: skip
    lapsing_least_days = forms.IntegerField(label=gettext_lazy("But after how many days at the earliest"))
    lost_factor = forms.DecimalField(
        label=gettext_lazy("Lost after how many average gaps"), decimal_places=2,
        help_text=gettext_lazy("At 4, one wait in fifty-five is as long by mere chance."),
    )  # fmt: skip
    lost_least_days = forms.IntegerField(label=gettext_lazy("But after how many days at the earliest"))
    usual_gap_days = forms.IntegerField(
        label=gettext_lazy("Gap of those who bought once, in days"), required=False,
        help_text=gettext_lazy("Empty: the middle of all gaps of the shop."),
    )  # fmt: skip

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-control short"


@login_required
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Show how many stand where; set the limits. 422 with the form when a number makes no sense."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "change", "insight")
    now = queries.limits()
    initial = {name: getattr(now, name) for name in queries.LIMITS}
    form = LimitsForm(request.POST) if request.method == "POST" else LimitsForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_stage_limits(actor=actor, values=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("Saved. Everybody is placed anew with the next analysis, which begins now."))
            return redirect("lifecycle:limits")
    context = {
        "form": form, "stages": _stages(actor), "sources": [(Stage(s).label, text) for s, text in SOURCES],
        "measured": queries.measured_gap_days(),
        "history": queries.limits_history().select_related("set_by")[:SHOWN_SETTINGS],
    }  # fmt: skip
    return render(request, "segments/lifecycle/limits.html", context, status=422 if form.errors else 200)


def _stages(actor: Actor) -> list[dict[str, Any]]:
    if not actor.may("see", "person"):
        return []
    found = queries.counts(actor)
    return [
        {
            "label": Stage(stage).label, "tone": TONES[stage], "meaning": MEANINGS[stage], "people": people,
            "url": "/people?" + _filter(stage),
        }
        for stage, people in found
    ]  # fmt: skip


def _filter(stage: str) -> str:
    return urlencode({"filter": packed({"field": "stage", "op": "is", "value": stage})})
