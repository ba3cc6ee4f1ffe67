"""The buttons of a campaign: pause, go on, stop, copy, repeat, work out now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dangol.operational.marketing.campaigns.services import copying, moves
from dangol.platform.access.actor import Actor

MOVES: dict[str, tuple[Callable[..., Any], Any]] = {
    "unschedule": (moves.unschedule, gettext_lazy("It is a draft again.")),
    "pause": (moves.pause, gettext_lazy("It is paused. What a worker has in hand still goes.")),
    "resume": (moves.resume, gettext_lazy("It goes on.")),
    "stop": (moves.stop, gettext_lazy("It is stopped. What waited is not sent.")),
    "measure": (
        moves.ask_for_result,
        gettext_lazy("The result is being worked out. Load this page again in a minute."),
    ),
}
COPIES: dict[str, Callable[..., Any]] = {
    "copy": copying.copy_campaign,
    "bought": copying.repeat_on_buyers,
    "missed": copying.repeat_on_missed,
}


@login_required
@require_POST
def move(request: HttpRequest, campaign_id: int, name: str) -> HttpResponse:
    """Make one move; a wrong one is answered with its sentence."""
    if name not in MOVES:
        raise Http404
    service, told = MOVES[name]
    try:
        service(actor=_actor(request), campaign_id=campaign_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, str(told))
    return redirect("campaigns:page", campaign_id)


@login_required
@require_POST
def copy(request: HttpRequest, campaign_id: int, name: str) -> HttpResponse:
    """A new draft from this campaign."""
    if name not in COPIES:
        raise Http404
    try:
        made = COPIES[name](actor=_actor(request), campaign_id=campaign_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("campaigns:page", campaign_id)
    messages.success(request, _("Here is the new draft."))
    return redirect("campaigns:page", made.pk)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
