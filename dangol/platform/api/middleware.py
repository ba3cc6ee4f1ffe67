"""What every call under /api/ passes: its caller, its limits, its idempotency key; and problems instead of pages."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.platform.accounts.middleware import zone_named
from dangol.platform.api import limits
from dangol.platform.api.callers import Caller, caller_of
from dangol.platform.api.idempotency import once
from dangol.platform.api.problems import MEDIA_TYPE, problem

Next = Callable[[HttpRequest], HttpResponse]
ROOT, CALLS = "/api/", "/api/v1/"
FILES = ("text/csv", "application/jsonl")
VARY = "Accept, Accept-Language, Authorization, Cookie, X-API-Key"


class ProblemMiddleware:
    """Stands outside: whatever goes wrong under /api/ is told as a problem, never as a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(CALLS) and response.status_code >= 400 and not _is_told(response):
            return _told(response)
        return response


def _is_told(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)


def _told(response: HttpResponse) -> HttpResponse:
    names = ("Allow", "Retry-After", "RateLimit", "RateLimit-Policy", "Vary", "Accept-Ranges", "Content-Range")
    kept = {name: response[name] for name in names if name in response}
    return problem(response.status_code, headers=kept)


class CallMiddleware:
    """Stands inside: finds the caller, counts the call, and answers a repeated one with what was said before."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(CALLS):
            return self.get_response(request)
        caller = caller_of(request)
        request.api_caller = caller  # type: ignore[attr-defined]
        if caller.actor is None:
            return _headed(self._answer(request, caller), {})
        language = translation.get_language() if request.headers.get("Accept-Language") else caller.actor.language
        zone = zone_named(caller.actor.time_zone)
        with translation.override(language), timezone.override(zone):
            taken = limits.take(limits.policies(caller.key_id, caller.actor.user_id))
            answer = _refused(taken) or self._answer(request, caller)
        return _headed(answer, limits.headers(taken))

    def _answer(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        if not any(request.accepts(kind) for kind in (*FILES, "application/json", MEDIA_TYPE)):
            return problem(406)
        try:
            return once(request, caller.holder, self.get_response) if caller.holder else self.get_response(request)
        except RequestDataTooBig:
            return problem(413)


def _refused(taken: list[limits.Taken]) -> HttpResponse | None:
    wait = max((t.wait_seconds for t in taken), default=0)
    if not wait:
        return None
    sentence = _("Too many calls. Wait %(seconds)d seconds, then go on.") % {"seconds": wait}
    return problem(429, sentence, headers={"Retry-After": str(wait)})


def _headed(response: HttpResponse, more: dict[str, str]) -> HttpResponse:
    for name, value in more.items():
        response[name] = value
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response["Vary"] = VARY
    return response
