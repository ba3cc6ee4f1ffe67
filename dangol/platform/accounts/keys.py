"""Which key a secret is, and what its holder may do: what its owner may, narrowed by the key's scopes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.events import ApiKeyUsed
from dangol.platform.accounts.models import ApiKey
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.scopes import narrowed
from dangol.platform.events.event import ADDRESS
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import emit

READING = ("*:see", "*:export")
STAMPED_EVERY = timedelta(minutes=10)
ONCE = timedelta(days=1)


def key_behind(secret: str, *, address: str = "") -> ApiKey | None:
    """The key with this secret; None when there is none, it was revoked, ran out, or its owner has left.

    Looked up by the secret's SHA-256, so that the time it takes tells nothing about secrets that are almost right.
    When it was last used is noted every ten minutes only; the audit hears of a key once a day from each address.
    """
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    found = ApiKey.objects.select_related("user").filter(digest=digest, revoked_at=None, user__is_active=True).first()
    now = timezone.now()
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    stale = now - STAMPED_EVERY
    if address not in (found.used_from, "") or found.used_at is None or found.used_at.date() < now.date():
        _note_use(found, address, now)
    elif found.used_at < stale:
        ApiKey.objects.filter(used_at__lt=stale, pk=found.pk).update(used_at=now)
    return found


def _note_use(key: ApiKey, address: str, now: datetime) -> None:
    """Write down from where a key was used, once a day for each address, however many calls come at once."""
    told = EventRecord.objects.filter(
        subject="api_key", subject_id=key.pk, name=ApiKeyUsed.NAME, occurred_at__gte=now - ONCE,
    )  # fmt: skip
    with transaction.atomic():
        changed = ApiKey.objects.select_for_update(skip_locked=True).filter(pk=key.pk).first()
        if changed is None:
            return
        ApiKey.objects.filter(pk=key.pk).update(used_at=now, used_from=address or changed.used_from)
        if not told.filter(**{f"payload__{ADDRESS}": address}).exists():
            actor = Actor(kind="api_key", user_id=key.user_id, name=key.user.name, source="api", address=address)
            emit(ApiKeyUsed(subject_id=key.pk), actor=actor)


def actor_behind(key: ApiKey, *, request_id: str = "", address: str = "") -> Actor:
    """The actor that a key opens the door for."""
    owner = actor_for(key.user, source="api", request_id=request_id, address=address)
    return scoped(scoped(owner, READING) if key.is_read_only else owner, key.scopes)


def scoped(actor: Actor, scopes: Iterable[str]) -> Actor:
    """`actor` with no right outside of `scopes`; without any, as it is."""
    wanted = list(scopes)
    return replace(actor, grants=narrowed(actor.grants, wanted)) if wanted else actor
