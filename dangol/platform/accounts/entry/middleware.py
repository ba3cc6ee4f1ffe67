"""Notes when a session was last seen, and sends who must set up the second step to its page before all others."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dangol.platform.accounts.entry.store import SessionStore
from dangol.platform.accounts.models import User

OPEN = ("/me/second-step", "/me/language", "/logout", "/static/", "/logo.png", "/preferences")


class OriginMiddleware:
    """Tells the session where the browser is. Stands right behind the sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.session, SessionStore):
            request.session.origin = (request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", ""))
        return self.get_response(request)


class DoorMiddleware:
    """Stands behind the actor: notes that somebody was here, and holds back who owes the second step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and isinstance(request.session, SessionStore):
            request.session.note_seen()
            if _owes_second_step(request, request.user):
                return _held_back(request)
        return self.get_response(request)


def _owes_second_step(request: HttpRequest, user: User) -> bool:
    return user.is_second_step_due and user.totp_since is None and not request.path.startswith(OPEN)


def _held_back(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return HttpResponseForbidden(_("Set up the second step of signing in first."), content_type="text/plain")
    answer: HttpResponse = redirect("accounts:second_step")
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = "/me/second-step"
    return answer
