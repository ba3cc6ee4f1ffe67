"""Is the house well, and what to do where it is not."""

from __future__ import annotations

from importlib.metadata import version

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.platform.console.checks import look_at_all, worst
from dangol.platform.console.rights import who_may
from dangol.platform.db.connections import server_url
from dangol.platform.db.home import Home


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything that is looked at, the worst first."""
    who_may(request)
    found = look_at_all()
    order = {"bad": 0, "warn": 1, "unknown": 2, "good": 3}
    context = {
        "tab": "health", "worst": worst(found), "found": sorted(found, key=lambda one: order[one.finding.state]),
        "version": version("dangol"), "is_embedded": server_url() is None, "home": Home.from_environment().root,
    }  # fmt: skip
    return render(request, "console/health.html", context)
