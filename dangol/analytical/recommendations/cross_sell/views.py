"""The page of what goes together: the test against best-sellers, and the strongest pairs with their counts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dangol.analytical.recommendations.cross_sell.queries import latest_run, strongest_pairs
from dangol.analytical.recommendations.cross_sell.rules import OFFERED, from_json
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require


@login_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """Whether offers beat best-sellers, with all figures; and the pairs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "see", "insight")
    run = latest_run()
    tested = from_json(run.backtest) if run else None
    context: dict[str, Any] = {
        "run": run, "tested": tested, "shown_at": OFFERED,
        "verdict": _(run.verdict["text"]) % run.verdict["numbers"] if run else "",
        "pairs": strongest_pairs(actor) if actor.may("see", "product") else [],
    }  # fmt: skip
    return render(request, "recommendations/cross_sell/report.html", context)
