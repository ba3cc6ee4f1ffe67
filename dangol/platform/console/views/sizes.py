"""How large everything is, and what may go."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.console.measures import indexes, places, tables
from dangol.platform.console.pruning import prunable
from dangol.platform.console.rights import who_may
from dangol.platform.console.upkeep import keep_order


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Tables, indexes, and the folders beside them."""
    actor = who_may(request)
    context = {
        "tab": "sizes", "tables": tables(), "indexes": indexes(), "places": places(), "prunable": prunable(),
        "may_change": actor.may("change", "console"),
    }  # fmt: skip
    return render(request, "console/sizes.html", context)


@login_required
@require_POST
def prune_now(request: HttpRequest) -> HttpResponse:
    """Put the nightly upkeep into the queue now."""
    who_may(request, "change")
    keep_order.defer(once="console.keep_order", timestamp=0)
    messages.success(request, _("It is in the queue."))
    return redirect("console:sizes")
