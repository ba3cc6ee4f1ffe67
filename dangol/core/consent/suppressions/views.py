"""The list of addresses to which nothing goes: search, add by hand, lift with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.consent.ledger.models import Channel
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.consent.suppressions.queries import suppressions
from dangol.core.consent.suppressions.services import lift, suppress
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

PAGE = 100


@login_required
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Show the addresses; take one more out. 422 with the form when it is none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "see", "suppression")
    if request.method != "POST":
        return _page(request, actor)
    values = {name: request.POST.get(name, "") for name in ("channel", "address", "note")}
    try:
        kept = suppress(actor=actor, reason=Suppression.Reason.MANUAL, **values)
    except ValidationError as error:
        return _page(request, actor, status=422, values=values, errors=error.message_dict)
    messages.success(request, _("Nothing goes to %(address)s any more.") % {"address": kept.address})
    return redirect("suppressions:list")


@login_required
@require_POST
def lifting(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Let an address be written to again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        lifted = lift(actor=actor, suppression_id=suppression_id, note=request.POST.get("note", ""))
    except ValidationError as error:
        wrong = {"pk": suppression_id, "errors": error.messages}
        return _page(request, actor, status=422, wrong=wrong)
    messages.success(request, _("%(address)s may be written to again.") % {"address": lifted.address})
    return redirect("suppressions:list")


def _page(request: HttpRequest, actor: Actor, status: int = 200, **more: Any) -> HttpResponse:
    search, are_lifted = request.GET.get("q", "")[:200], request.GET.get("show") == "lifted"
    rows = suppressions(actor, search=search, are_lifted=are_lifted)
    begin = request.GET.get("from", "")
    place = min(int(begin), 10**6) if begin.isascii() and begin.isdigit() else 0
    shown = list(rows[place : place + PAGE + 1])
    context = {
        "rows": shown[:PAGE], "next": place + PAGE if len(shown) > PAGE else None, "q": search,
        "are_lifted": are_lifted, "channels": Channel.choices, "may_write": actor.may("create", "suppression"), **more,
    }  # fmt: skip
    return render(request, "consent/suppressions/list.html", context, status=status)
