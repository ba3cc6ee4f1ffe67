"""The API of this installation: every object under /api/v1, described at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError
from ninja.security import APIKeyHeader, SessionAuth

from dangol.analytical.segments.members.api import router as segments
from dangol.collaborative.channels.messages.api import router as mail
from dangol.operational.marketing.campaigns.api import router as campaigns
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import actor_for_key
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.keyset import CursorError
from dangol.platform.objects.rest import by_field, routers
from dangol.platform.objects.writing import Conflict


class BySession(SessionAuth):
    """The browser's own session (with its CSRF token)."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor.via("api") if actor.kind == "user" else None


class ByKey(APIKeyHeader):
    """A key made under one's own settings, in the header X-API-Key."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return actor_for_key(key, request_id=getattr(request, "request_id", "")) if key else None


api = NinjaAPI(title="Dangol", version="1", auth=[ByKey(), BySession()], urls_namespace="api", docs_url=None)
api.add_router("/segments", segments)
api.add_router("/mail", mail)
api.add_router("/campaigns", campaigns)
for address, router in routers():
    api.add_router(address, router)


def problem(request: HttpRequest, status: int, title: str, detail: str = "", errors: Any = None) -> HttpResponse:
    """An answer after RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors or {}}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 403, "Forbidden", str(error))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 404, "Not found", str(error))


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 401, "Not signed in", "Send a key in X-API-Key, or sign in.")


@api.exception_handler(FilterError)
@api.exception_handler(CursorError)
def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 400, "Not understood", str(error))


@api.exception_handler(UnicodeEncodeError)
def _half_a_character(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 400, "Not understood", "The text holds half of a character (a lone surrogate).")


@api.exception_handler(Conflict)
def _conflict(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 409, "Changed in the meantime", str(error))


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 422, "Not valid", "See errors, by field.", by_field(error))


@api.exception_handler(RequestError)
def _wrong_request(request: HttpRequest, error: Any) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        fields.setdefault(".".join(str(p) for p in item["loc"][1:]) or "body", []).append(item["msg"])
    return problem(request, 422, "Not valid", "See errors, by field.", fields)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, error.status_code, "Not understood", str(error))
