from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.access.models import Share
from dangol.platform.accounts.models import ApiKey, User, Workspace
from dangol.platform.accounts.rules import add_fields, add_grants, below


def workspace() -> Workspace:
    """Our own firm; made with its defaults when nobody has set it up yet. The logo is fetched only when asked for."""
    return Workspace.objects.defer("logo").get_or_create(pk=1)[0]


def logo() -> bytes:
    """The company's logo as PNG, empty when there is none."""
    found = Workspace.objects.filter(pk=1).values_list("logo", flat=True).first()
    return bytes(found or b"")


def actor_for(user: User, *, source: str = "screen", request_id: str = "", read_only: bool = False) -> Actor:
    """Everything needed to judge what `user` may do: roles added up, team mates, subordinates, shared records.

    With `read_only` (an API key of that kind) every right but `see` and `export` is dropped. Three queries.
    """
    roles = list(user.roles.all())
    people = list(User.objects.values_list("id", "team_id", "manager_id"))
    mates = frozenset(i for i, team, _ in people if team is not None and team == user.team_id)
    grants = add_grants([r.grants for r in roles])
    if read_only:
        grants = {o: {a: s for a, s in given.items() if a in ("see", "export")} for o, given in grants.items()}
    return Actor(
        kind="api_key" if source == "api" else "user",
        user_id=user.pk,
        name=user.name,
        grants=grants,
        fields=add_fields([r.fields for r in roles]),
        team_mate_ids=mates,
        subordinate_ids=below({i: m for i, _, m in people}, user.pk),
        shared=_shared_with(user),
        roles=frozenset(r.name for r in roles),
        source=source,
        request_id=request_id,
        language=user.language,
        time_zone=user.time_zone,
    )


def _shared_with(user: User) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for name, record in Share.objects.filter(user=user).values_list("object_name", "record_id"):
        found.setdefault(name, []).append(record)
    return {name: tuple(ids) for name, ids in found.items()}


def actor_for_key(key: str, *, request_id: str = "") -> Actor | None:
    """The actor behind an API key, or None when there is no such key, it was revoked, ran out or its owner has left."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    found = ApiKey.objects.select_related("user").filter(digest=digest, revoked_at=None, user__is_active=True).first()
    if found is None or (found.expires_at is not None and found.expires_at <= timezone.now()):
        return None
    return actor_for(found.user, source="api", request_id=request_id, read_only=found.is_read_only)


def staff() -> QuerySet[User]:
    """Members of staff who may own records, by name."""
    return User.objects.filter(is_active=True).order_by("name", "id")


def owner_choices() -> list[tuple[Any, str]]:
    """Staff as (id, name) for pickers."""
    return [(u.pk, u.name) for u in staff()]
