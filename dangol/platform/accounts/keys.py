"""Which key a secret is, and what its holder may do: what its owner may, narrowed by the key's scopes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import ApiKey
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.scopes import narrowed

READING = ("*:see", "*:export")
STAMPED_EVERY = timedelta(minutes=10)


def key_behind(secret: str) -> ApiKey | None:
    """The key with this secret; None when there is none, it was revoked, ran out, or its owner has left.

    Looked up by the secret's SHA-256, so that the time it takes tells nothing about secrets that are almost right.
    When it was last used is noted every ten minutes only.
    """
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    found = ApiKey.objects.select_related("user").filter(digest=digest, revoked_at=None, user__is_active=True).first()
    now = timezone.now()
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    stale = now - STAMPED_EVERY
    if found.used_at is None or found.used_at < stale:
        ApiKey.objects.filter(Q(used_at=None) | Q(used_at__lt=stale), pk=found.pk).update(used_at=now)
    return found


def actor_behind(key: ApiKey, *, request_id: str = "") -> Actor:
    """The actor that a key opens the door for."""
    owner = actor_for(key.user, source="api", request_id=request_id)
    return scoped(scoped(owner, READING) if key.is_read_only else owner, key.scopes)


def scoped(actor: Actor, scopes: Iterable[str]) -> Actor:
    """`actor` with no right outside of `scopes`; without any, as it is."""
    wanted = list(scopes)
    return replace(actor, grants=narrowed(actor.grants, wanted)) if wanted else actor
