"""Taking evidence of consent out, for a period or for one customer."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dangol.core.consent.evidence.queries import evidence_sources
from dangol.core.consent.evidence.services import take_evidence
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

IN_MEMORY = 8 * 1024 * 1024


class PeriodForm(forms.Form):
    """Of whom and when."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Up to, without that day"), required=False,
                            widget=forms.DateInput(attrs={"type": "date"}))  # fmt: skip
    person = forms.IntegerField(label=_("Customer's number"), required=False, min_value=1, max_value=2**62,
                                help_text=_("Empty: everybody."))  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-control"


@login_required
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest) -> HttpResponseBase:
    """The form; the archive as an answer to it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "export", "privacy")
    form = PeriodForm(request.POST) if request.method == "POST" else PeriodForm(initial=request.GET.dict())
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "sources": evidence_sources()}
        return render(request, "consent/evidence/form.html", context, status=422 if form.errors else 200)
    asked = form.cleaned_data
    since, until = (timezone.make_aware(_midnight(asked[n])) if asked[n] else None for n in ("since", "until"))
    spool: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed by the answer
    take_evidence(actor=actor, to=spool, person_id=asked["person"], since=since, until=until)
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename="evidence.zip")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
