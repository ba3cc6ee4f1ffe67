"""The Overview page, its pictures as files, and asking for a refresh.

Whoever may not see figures is led from `/` to the first list they may see, and refused with a sentence elsewhere. A
CSV file holds nothing that the page does not show, so it needs the same right; lists of people have their own export.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.analytical.dashboards.home import queries
from dangol.analytical.dashboards.home.queries import NoSuchPicture
from dangol.analytical.dashboards.pictures.queries import reach
from dangol.analytical.dashboards.pictures.rules import csv_text
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.registry import object_types

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets read Korean in a file as something else."""


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@login_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    actor = _actor(request)
    if reach(actor) == "none":
        seen = [t.slug for t in object_types() if actor.may("see", t.name)]
        if seen:
            return redirect(f"/{seen[0]}")
    return overview(request)


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The Overview. The address bar holds the period, the month of the moves and the picture shown as a table."""
    actor, asked = _actor(request), request.GET
    if reach(actor) == "none":
        raise Forbidden("see", "insight", _("Figures of the business are not part of your role."))
    found = queries.overview(actor, period=asked.get("period", ""), since=asked.get("since", ""))
    context = {**_context(actor, asked.get("table", "")), "page": found, "currency": found.currency}
    return render(request, "dashboards/home/page.html", context)


def _context(actor: Actor, table: str) -> dict[str, Any]:
    return {
        "shown_as_table": table,
        "run": queries.runs(),
        "may_refresh": queries.may_refresh(actor),
        "may_import": actor.may("create", "order"),
        "may_load_demo": actor.may("change", "workspace"),
        "period_labels": {
            "30d": _("Last 30 days"), "90d": _("Last 90 days"), "365d": _("Last 365 days"),
            "12m": _("12 months"), "all": _("All time"),
        },
    }  # fmt: skip


@login_required
@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The table of a picture as a CSV file."""
    try:
        picture = queries.picture(_actor(request), name, since=request.GET.get("since", ""))
    except NoSuchPicture as error:
        raise Http404 from error
    answer = HttpResponse(BYTE_ORDER_MARK + csv_text(picture.table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dangol-{name}.csv"'
    return answer


@login_required
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Ask for a new analysis; one that waits or runs already is enough."""
    from dangol.analytical.warehouse.analysis.services import ask_for_analysis

    ask_for_analysis(actor=_actor(request))
    return _run(request) if request.headers.get("HX-Request") else redirect("insight:start")


@login_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the analysis is, as a fragment; when it is over, the page is asked to load anew."""
    if reach(_actor(request)) == "none":
        raise Forbidden("see", "insight")
    return _run(request)


def _run(request: HttpRequest) -> HttpResponse:
    context = _context(_actor(request), "")
    answer = render(request, "dashboards/home/run.html", context)
    if request.GET.get("watching") and not context["run"].is_going:
        answer["HX-Refresh"] = "true"
    return answer
