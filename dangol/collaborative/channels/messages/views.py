"""What a message leads to: its links, the picture that tells of an open, and itself in the browser.

No cookie is set and no address of the caller is kept. A link leads only where the sent message said.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import override
from django.views.decorators.http import require_safe

from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.collaborative.channels.messages.queries import rendering
from dangol.collaborative.channels.messages.rules.agents import machine_name
from dangol.collaborative.channels.messages.tasks import note_and_judge
from dangol.core.behavior.visitors.services.links import signed_address
from dangol.platform.mail.links import BadLink, read

log = logging.getLogger(__name__)
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WHY = "a link of the message was called"
POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
        "default-src 'none'",
        "img-src 'self' https: http: data:",
        "style-src 'unsafe-inline'",
        "font-src https: data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Of a message shown in the browser: it may draw, and nothing else."""
View = Callable[[HttpRequest, str], HttpResponse]


def _from_mail(view: View) -> View:
    """Answers are kept by nobody, found by no search engine, and tell nobody where they were called from."""

    @require_safe
    @wraps(view)
    def called(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)  # nothing is sent from these pages, so no cookie is needed
        add_never_cache_headers(response)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return called


@_from_mail
def click(request: HttpRequest, token: str) -> HttpResponse:
    """A link of a message: on to the address that stands at its number."""
    found = _numbers(rendering.CLICK, token)
    if len(found) != 2:
        return _trap(request, token)
    message = _message(found[0])
    address = message and rendering.address_of(message, message.content, found[1])
    if not message or not address or not address.lower().startswith(("https://", "http://")):
        return _gone(request)
    _note(request, message.pk, Touch.Kind.CLICK, link=found[1])
    response = HttpResponse(status=302)
    response.headers["Location"] = _ascii(_known_by(request, address, message))
    return response


def _known_by(request: HttpRequest, address: str, message: Message) -> str:
    """The address, with a token where it leads to a site of ours: who follows it is known there. Never for machines."""
    agent = request.headers.get("User-Agent", "")
    if request.method != "GET" or machine_name(agent, is_click=True):
        return address
    return signed_address(address, message.person_id)


@_from_mail
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The picture at the end of a message."""
    found = _numbers(rendering.OPEN, token)
    if len(found) == 1 and Message.objects.for_system(WHY).filter(pk=found[0]).exists():
        _note(request, found[0], Touch.Kind.OPEN)
    response = HttpResponse(PIXEL, content_type="image/gif")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@_from_mail
def view(request: HttpRequest, token: str) -> HttpResponse:
    """A message in the browser, as its receiver got it; nothing in it is followed."""
    found = _numbers(rendering.VIEW, token)
    message = _message(found[0]) if len(found) == 1 else None
    if message is None:
        return _gone(request)
    with override(message.content.language):
        page = rendering.rendered_for(message, message.content).html
    response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _trap(request: HttpRequest, token: str) -> HttpResponse:
    found = _numbers(rendering.TRAP, token)
    if len(found) == 1 and _message(found[0]):
        _note(request, found[0], Touch.Kind.CLICK, is_trap=True)
    return _gone(request)


def _numbers(kind: str, token: str) -> tuple[int, ...]:
    try:
        return read(kind, token)
    except BadLink:
        return ()


def _message(pk: int) -> Message | None:
    return Message.objects.for_system(WHY).select_related("content").filter(pk=pk).first()


def _note(request: HttpRequest, message_id: int, kind: str, *, link: int | None = None, is_trap: bool = False) -> None:
    """The receiver gets the answer even when it cannot be written down."""
    agent, is_head = request.headers.get("User-Agent", ""), request.method == "HEAD"
    try:
        note_and_judge(message_id, kind, agent=agent, link=link, is_head=is_head, is_trap=is_trap)
    except DatabaseError:
        log.exception("A touch of message %s was not written down.", message_id)


def _ascii(address: str) -> str:
    """The address as a header can carry it; a line break within would begin another header."""
    from django.utils.encoding import iri_to_uri

    return iri_to_uri(address.strip().replace("\r", "").replace("\n", "")) or "/"


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "channels/messages/gone.html", status=404)
