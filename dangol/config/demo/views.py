"""The page on which an administrator removes the demo company, or loads it into an empty house."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dangol.config.demo import told
from dangol.config.demo.asking import ask_for_load, ask_for_removal
from dangol.config.demo.queries import KIND_REMOVE, has_own_orders, is_loaded, last_run, standing
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What of the demo company is here, how far a removal is, or what was removed. Administrators only."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "change", "workspace")
    return render(request, "demo/page.html", _context())


@login_required
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Start the removal."""
    ask_for_removal(actor=request.actor)  # type: ignore[attr-defined]
    return redirect("demo:page")


@login_required
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Start the load."""
    ask_for_load(actor=request.actor)  # type: ignore[attr-defined]
    return redirect("demo:page")


def _context() -> dict[str, Any]:
    run, here = last_run(), is_loaded()
    found: dict[str, Any] = {"run": run, "is_going": run is not None and not run.is_over, "is_loaded": here}
    if run is not None and run.state == run.State.DONE:
        say = told.removed if run.kind == KIND_REMOVE else told.loaded
        found["sentences"] = say(run.result)
    if not found["is_going"]:
        found["standing"] = standing() if here else None
        found["may_load"] = not here and not has_own_orders()
    return found
