"""Makes the actor of a member of staff from what is stored: for one person in a request, or for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.access.models import Share
from dangol.platform.accounts.models import Role, User
from dangol.platform.accounts.rules import Fields, add_fields, add_grants, below
from dangol.platform.accounts.unhidden import naming_fields


@dataclass(frozen=True)
class Staff:
    """Who works with whom: (id, team, manager) of every member of staff. One query."""

    rows: Sequence[tuple[int, int | None, int | None]]

    @classmethod
    def read(cls) -> Staff:
        """As it stands now."""
        return cls(list(User.objects.values_list("id", "team_id", "manager_id")))

    @cached_property
    def managers(self) -> dict[int, int | None]:
        """The manager of each."""
        return {person: manager for person, _team, manager in self.rows}

    def mates(self, user: User) -> frozenset[int]:
        """Everyone in the team of `user`, with them; nobody without a team."""
        if user.team_id is None:
            return frozenset()
        return frozenset(person for person, team, _manager in self.rows if team == user.team_id)


def build_actor(
    user: User, roles: Sequence[Role], staff: Staff, shares: Iterable[Share], *, source: str = "screen",
    request_id: str = "", read_only: bool = False, address: str = "",
) -> Actor:  # fmt: skip
    """The actor of `user` with these roles and these shares of theirs; shares that have ended count for nothing."""
    grants = add_grants([r.grants for r in roles])
    if read_only:
        grants = {o: {a: s for a, s in given.items() if a in ("see", "export")} for o, given in grants.items()}
    held = [share for share in shares if is_held(share, user)]
    return Actor(
        kind="api_key" if source == "api" else "user",
        user_id=user.pk,
        name=user.name,
        grants=grants,
        fields=_with_names(add_fields([r.fields for r in roles], [r.grants for r in roles])),
        team_mate_ids=staff.mates(user),
        subordinate_ids=below(staff.managers, user.pk),
        shared=_by_object(held),
        shared_to_change=_by_object(s for s in held if s.level == Share.Level.CHANGE),
        roles=frozenset(r.name for r in roles),
        source=source,
        request_id=request_id,
        address=address,
        language=user.language,
        time_zone=user.time_zone,
    )


def _with_names(fields: Fields) -> Fields:
    """What names a record is read by whoever sees it, whatever a role that was written otherwise says."""
    for object_name, name in naming_fields().items():
        if fields.get(object_name, {}).get(name) == "hidden":
            fields[object_name][name] = "read"
    return fields


def is_held(share: Share, user: User) -> bool:
    """Whether a share still holds: its last day is not over where `user` is."""
    return share.ends_on is None or share.ends_on >= today_of(user)


def today_of(user: User) -> date:
    """The day it is where `user` is; UTC's when the machine does not know the zone."""
    try:
        zone = ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return timezone.localdate(timezone=zone)


def _by_object(shares: Iterable[Share]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for share in shares:
        found.setdefault(share.object_name, []).append(share.record_id)
    return {name: tuple(ids) for name, ids in found.items()}


@dataclass(frozen=True)
class Colleague:
    """A member of staff as actor, with the roles and shares that make them so."""

    user: User
    roles: Sequence[Role]
    actor: Actor
    shares: Sequence[Share]


def colleagues(shared: Iterable[tuple[str, int]] = (), **only: Any) -> list[Colleague]:
    """Every active member of staff as actor, by name; of what was shared they know the records `shared` (object, id).

    Four queries, however many they are. `only` narrows the users (`pk=7`).
    """
    users = list(User.objects.filter(is_active=True, **only).prefetch_related("roles").order_by("name", "id"))
    asked = Q(pk__in=[])
    for object_name, record_id in shared:
        asked |= Q(object_name=object_name, record_id=record_id)
    given: dict[int, list[Share]] = {}
    for share in Share.objects.filter(asked).select_related("shared_by").order_by("id"):
        given.setdefault(share.user_id, []).append(share)
    staff, found = Staff.read(), []
    for user in users:
        roles, shares = list(user.roles.all()), given.get(user.pk, [])
        found.append(Colleague(user, roles, build_actor(user, roles, staff, shares), shares))
    return found
