"""Which problem an exception is: the same for a call and for one item of a batch."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError

from dangol.platform.api.conditions import PreconditionFailed
from dangol.platform.api.problems import MEDIA_TYPE, described, fault, faults, place_of_filter, request_faults
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.keyset import CursorError
from dangol.platform.objects.writing import Conflict

log = logging.getLogger(__name__)
BY_FIELD = "See errors, by field."
EXPECTED = (
    PermissionDenied, Http404, FilterError, CursorError, UnicodeEncodeError, Conflict, PreconditionFailed,
    ValidationError, IntegrityError, DataError,
)  # fmt: skip
"""What a write may raise because of what was asked."""


def refusal(error: Exception, request: HttpRequest, root: str = "#") -> dict[str, Any]:
    """The problem that `error` is; `root` points to the values that were asked for in the body."""
    if isinstance(error, ValidationError):
        return described(422, _(BY_FIELD), faults(error, root))
    if isinstance(error, PreconditionFailed):
        return {**described(412), "current": error.current}
    if isinstance(error, Conflict):
        current = {name: str(value) for name, value in error.current.items()}
        errors = [fault(str(error), name, f"{root}/{name}") for name in current]
        return {**described(409, str(error), errors), "current": current}
    if isinstance(error, FilterError):
        return described(400, str(error), [place_of_filter(request, error.where, error.sentence)])
    return described(*_plain(error))


def _plain(error: Exception) -> tuple[int, str]:
    if isinstance(error, PermissionDenied):
        return 403, str(error)
    if isinstance(error, Http404):
        return 404, str(error)
    if isinstance(error, CursorError):
        return 400, str(error)
    if isinstance(error, UnicodeEncodeError):
        return 400, _("The text holds half of a character (a lone surrogate).")
    if isinstance(error, IntegrityError):
        return 409, _("Somebody wrote the same at the same moment. Read it again, then decide.")
    if isinstance(error, DataError):
        return 422, _("A value is longer or larger than what can be kept.")
    log.error("A call could not be answered: %s", error)
    return 503, ""


def install(api: NinjaAPI) -> None:
    """Let `api` answer every refusal with a problem."""
    for kind in (*EXPECTED, OperationalError):
        api.add_exception_handler(kind, _answer)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(RequestError, _wrong_request)
    api.add_exception_handler(HttpError, _http_error)


def _answer(request: HttpRequest, error: Any) -> HttpResponse:
    return answered(refusal(error, request))


def answered(body: dict[str, Any]) -> HttpResponse:
    """A problem as an answer, with the headers of its kind."""
    answer = JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)
    if body["status"] == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Dangol"'
    if body["status"] == 503:
        answer["Retry-After"] = "1"
    return answer


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return answered(described(413))


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    return answered(described(401, _("Send a key in X-API-Key or Authorization: Bearer, or sign in.")))


def _wrong_request(request: HttpRequest, error: Any) -> HttpResponse:
    return answered(described(422, _(BY_FIELD), request_faults(request, error.errors)))


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    told = getattr(request, "api_refusal", error)
    if isinstance(told, RequestDataTooBig):
        return answered(described(413))
    return answered(described(told.status_code, str(told)))
