"""Error pages: each says what happened and what to do next, in the reader's language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token


def error_page(request: HttpRequest, status: int, reason: str = "", *, way_out: str = "") -> HttpResponse:
    """The page of an error; `reason` is a sentence for people, `way_out` an address that would work.

    A fragment gets the sentence alone, which the frame shows as a toast.
    """
    if getattr(request, "htmx", False):
        sentence = reason or str(_("That did not work. Nothing was changed."))
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return render(request, f"{status}.html", {"reason": reason, "way_out": way_out}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent could not be read."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a reason written for people is shown."""
    return error_page(request, 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: Django's own reason names addresses, so only a sentence of ours is shown."""
    reason = "" if type(exception).__name__ in ("Http404", "Resolver404") else str(exception or "")
    return error_page(request, 404, reason)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without the frame, so that it works when the frame itself is broken."""
    if getattr(request, "htmx", False):
        return HttpResponse(str(_("Something broke on our side")), status=500, content_type="text/plain; charset=utf-8")
    return render(request, "500.html", {"number": getattr(request, "request_id", "")}, status=500)
