"""Puts the viewed person's actor in place of the administrator's, for reading alone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.viewing.services import KEY, stop_viewing, viewing_of
from dangol.platform.ui.errors import error_page

SAFE = ("GET", "HEAD", "OPTIONS")
STOP, LOGOUT = "/view-as/stop", "/logout"


class ViewingMiddleware:
    """Comes after the actor is known. Programs with a key are not concerned: they have no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own: Actor = request.actor  # type: ignore[attr-defined]
        if own.kind != "user" or KEY not in request.session or "X-API-Key" in request.headers:
            return self.get_response(request)
        if request.method == "POST" and request.path in (STOP, LOGOUT):
            how = "stopped" if request.path == STOP else "signed_out"
            stop_viewing(actor=own, session=request.session, how=how)
            return self.get_response(request)
        viewing = viewing_of(actor=own, session=request.session)
        if viewing is not None:
            request.actor, request.viewing = viewing.actor, viewing  # type: ignore[attr-defined]
            if request.method not in SAFE:
                return _refused(request, viewing.user.name)
        return self.get_response(request)


def _refused(request: HttpRequest, name: str) -> HttpResponse:
    sentence = _("You look through the eyes of %(name)s, and then nothing can be written. Stop looking first.")
    said = sentence % {"name": name}
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": said, "errors": {}}
        return JsonResponse(body, status=403, content_type="application/problem+json")
    return error_page(request, 403, said)
