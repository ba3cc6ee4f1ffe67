"""The page "What works", and its table as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.analytical.dashboards.pictures.queries import require_all
from dangol.analytical.dashboards.pictures.rules import csv_text
from dangol.operational.marketing.results.queries import works
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

BYTE_ORDER_MARK = "\ufeff"


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Campaigns side by side, all together, what leaving out saved, what comes next."""
    actor = _actor(request)
    require(actor, "see", "campaign")
    found = works(actor)
    context = {
        "page": found, "currency": found.currency, "may_create": actor.may("create", "campaign"),
        "may_control": actor.may("change", "insight"),
    }  # fmt: skip
    return render(request, "marketing/results/page.html", context)


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The table as a CSV file."""
    actor = _actor(request)
    require(actor, "see", "campaign")
    require_all(actor)
    answer = HttpResponse(BYTE_ORDER_MARK + csv_text(works(actor).table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dangol-campaigns.csv"'
    return answer


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
