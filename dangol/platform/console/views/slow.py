"""What was slow: pages, statements, jobs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.platform.console.object import SLOW_MS
from dangol.platform.console.recorder import RECORDER
from dangol.platform.console.rights import who_may
from dangol.platform.console.slow import ORDERS, server_statements, slow

KINDS = ("statement", "page", "job")


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """One kind (`kind`), of the last `days` (1 or 7), ordered by `by`."""
    who_may(request)
    RECORDER.write()
    kind = request.GET.get("kind") if request.GET.get("kind") in KINDS else "statement"
    days = 7 if request.GET.get("days") == "7" else 1
    order = request.GET.get("by") if request.GET.get("by") in ORDERS else "total"
    context = {
        "tab": "slow", "kind": kind, "days": days, "by": order, "slow_ms": SLOW_MS,
        "rows": slow(str(kind), days=days, order=str(order)),
        "server": server_statements() if kind == "statement" else None,
    }  # fmt: skip
    return render(request, "console/slow.html", context)
