"""Who calls: a key in X-API-Key or Authorization: Bearer, or the browser's own session (with its CSRF token)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import APIKeyHeader, HttpBearer, SessionAuth

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.keys import actor_behind, key_behind


@dataclass(frozen=True)
class Caller:
    """An actor and the key, if any, that it came with; without an actor a key was sent that opens nothing."""

    actor: Actor | None
    key_id: int | None = None
    has_key: bool = False

    @property
    def holder(self) -> str:
        """In whose name answers are kept."""
        if self.key_id is not None:
            return f"key:{self.key_id}"
        return f"user:{self.actor.user_id}" if self.actor else ""


def caller_of(request: HttpRequest) -> Caller:
    """Find out who calls; a key that is sent stands before the session."""
    secret = _secret(request)
    if secret is None:
        signed_in: Actor = request.actor  # type: ignore[attr-defined]
        return Caller(signed_in.via("api") if signed_in.kind == "user" else None)
    address = str(request.META.get("REMOTE_ADDR", ""))
    key = key_behind(secret, address=address)
    if key is None:
        return Caller(None, has_key=True)
    actor = actor_behind(key, request_id=getattr(request, "request_id", ""), address=address)
    return Caller(actor, key.pk, has_key=True)


def _secret(request: HttpRequest) -> str | None:
    given = request.headers.get(ByKey.param_name)
    if given:
        return given
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class ByKey(APIKeyHeader):
    """A key in the header X-API-Key. Keys are made under one's own settings."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return _actor(request, by_key=True) if key else None


class ByBearer(HttpBearer):
    """The same key as `Authorization: Bearer`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return _actor(request, by_key=True)


class BySession(SessionAuth):
    """The browser's own session, with its CSRF token for writes."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        if _caller(request).has_key or _caller(request).actor is None:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return _actor(request, by_key=False)


def _caller(request: HttpRequest) -> Caller:
    found: Caller = request.api_caller  # type: ignore[attr-defined]
    return found


def _actor(request: HttpRequest, *, by_key: bool) -> Actor | None:
    caller = _caller(request)
    return caller.actor if caller.has_key is by_key else None
