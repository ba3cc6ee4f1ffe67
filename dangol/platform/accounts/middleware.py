"""Gives each request its actor, language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.db.models import uuid7

LANGUAGE_COOKIE = "dangol_language"


class ActorMiddleware:
    """Sets `request.actor` (anonymous when nobody signed in), and speaks the viewer's language in the viewer's time.

    Who has not signed in gets the language of the cookie set by the sign-in page, else the browser's first choice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = getattr(request, "request_id", "") or str(uuid7())  # type: ignore[attr-defined]
        user, address = request.user, str(request.META.get("REMOTE_ADDR", ""))
        if isinstance(user, User) and user.is_active:
            request.actor = actor_for(user, request_id=request.request_id, address=address)  # type: ignore[attr-defined]
            language, zone = user.language, user.time_zone
        else:
            request.actor = Actor.anonymous(address)  # type: ignore[attr-defined]
            language, zone = asked_language(request), "UTC"
        with translation.override(language), timezone.override(zone_named(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def asked_language(request: HttpRequest) -> str:
    """The language of the cookie, else of the browser, else English."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in ("en", "ko"):
        return chosen
    return "ko" if translation.get_language_from_request(request).startswith("ko") else "en"


def zone_named(name: str) -> ZoneInfo:
    """The time zone called `name`, UTC when the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
