"""One webhook: its secret, its log, what each attempt brought, a test, and sending again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dangol.backoffice.webhooks.deliveries import queries
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services import replaying, telling
from dangol.backoffice.webhooks.deliveries.services.sending import as_json
from dangol.backoffice.webhooks.endpoints.queries import find_endpoint
from dangol.backoffice.webhooks.endpoints.services import rotate_secret, show_secret
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.db.secrets import CannotDecrypt
from dangol.platform.objects.writing import NotFound


@login_required
@require_GET
def detail(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """The webhook and its log; `state` sieves, `before` asks for older ones."""
    return _page(request, endpoint_id)


@login_required
@require_POST
def secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Show the secret once more; that is told to the audit log."""
    try:
        return _page(request, endpoint_id, show_secret(actor=_actor(request), endpoint_id=endpoint_id))
    except CannotDecrypt as error:
        messages.error(request, str(error))
        return redirect("webhooks:detail", endpoint_id)


@login_required
@require_POST
def rotate(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Make a new secret and show it; the old one signs for a day more."""
    return _page(request, endpoint_id, rotate_secret(actor=_actor(request), endpoint_id=endpoint_id))


@login_required
@require_POST
def ping(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send a test message; it appears in the log."""
    telling.ping(actor=_actor(request), endpoint_id=endpoint_id)
    messages.success(request, _("A test message is on its way; what came back stands in the log in a moment."))
    return redirect("webhooks:detail", endpoint_id)


@login_required
@require_GET
def message(request: HttpRequest, endpoint_id: int, message_id: UUID) -> HttpResponse:
    """One message and its attempts."""
    endpoint = _endpoint(request, endpoint_id)
    found = queries.find_message(_actor(request), endpoint_id, message_id)
    if found is None:
        raise NotFound(_("There is no such message, or you may not see it."))
    is_readable = queries.may_read(_actor(request), endpoint, found)
    context = {"endpoint": endpoint, "message": found, "body": as_json(found.body) if is_readable else "",
               "is_readable": is_readable, "attempts": queries.attempts_of(_actor(request), found)}  # fmt: skip
    return render(request, "webhooks/deliveries/message.html", context)


@login_required
@require_POST
def replay(request: HttpRequest, endpoint_id: int, message_id: UUID) -> HttpResponse:
    """Send one message again."""
    replaying.replay_one(actor=_actor(request), endpoint_id=endpoint_id, message_id=message_id)
    messages.success(request, _("It is sent again."))
    return redirect("webhooks:message", endpoint_id, message_id)


@login_required
@require_POST
def replay_failed(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send all that were given up again."""
    _endpoint(request, endpoint_id)
    count = replaying.replay_failed(actor=_actor(request), endpoint_id=endpoint_id)
    text = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    messages.success(request, text % {"count": count})
    return redirect("webhooks:detail", endpoint_id)


def _page(request: HttpRequest, endpoint_id: int, shown_secret: str = "") -> HttpResponse:
    endpoint, state = _endpoint(request, endpoint_id), request.GET.get("state", "")
    log = queries.log_of(_actor(request), endpoint_id, state=state, before=_before(request))
    page = log[: queries.LOG_PAGE]
    context = {
        "endpoint": endpoint, "secret": shown_secret, "log": page, "state": state,
        "older": page[-1].pk if len(log) > queries.LOG_PAGE else None,
        "numbers": queries.numbers_of(_actor(request), endpoint_id), "states": Message.State.choices,
    }  # fmt: skip
    answer = render(request, "webhooks/deliveries/detail.html", context)
    if shown_secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def _endpoint(request: HttpRequest, endpoint_id: int) -> Any:
    require(_actor(request), "change", "webhook")
    endpoint = find_endpoint(_actor(request), endpoint_id)
    if endpoint is None:
        raise NotFound(_("There is no such webhook, or you may not see it."))
    return endpoint


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
