from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from dangol.platform.accounts.models import Invitation, Session, Team, User

MOST_SHOWN = 500


def staff_list(*, search: str = "", state: str = "active") -> list[User]:
    """Members of staff by name, at most 500. `state` is active, left or all. One query.

    Each has team and manager, `role_labels`, and `seen_at`: when they were last seen in an open session.
    """
    seen = Session.objects.filter(user=OuterRef("pk")).order_by("-seen_at").values("seen_at")[:1]
    found = User.objects.select_related("team", "manager").order_by("name", "id")
    found = found.annotate(role_labels=_role_labels(User.roles.through, "user"), seen_at=Subquery(seen))
    if state != "all":
        found = found.filter(is_active=state != "left")
    if search.strip():
        found = found.filter(Q(name__icontains=search.strip()) | Q(email__icontains=search.strip()))
    return list(found[:MOST_SHOWN])


def last_seen(user: Any) -> datetime | None:
    """When somebody of `staff_list` was last seen: in an open session, else when they signed in."""
    return user.seen_at or user.last_login  # type: ignore[no-any-return]


def _role_labels(through: Any, whose: str) -> ArraySubquery:
    """The labels of the roles of each row, by the table that links them."""
    rows = through.objects.filter(**{f"{whose}_id": OuterRef("pk")})
    return ArraySubquery(rows.order_by("role_id").values("role__label"))


def count_by_state() -> dict[str, int]:
    """How many members of staff are active, and how many have left. One query."""
    found = User.objects.aggregate(active=Count("id", Q(is_active=True)), left=Count("id", Q(is_active=False)))
    return {**found, "all": found["active"] + found["left"]}


def pending_invitations() -> QuerySet[Invitation]:
    """Invitations that were neither accepted nor withdrawn, also those that ran out, the newest first. One query.

    Each has its `role_labels`.
    """
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).order_by("-created_at")
    found = found.annotate(role_labels=_role_labels(Invitation.roles.through, "invitation"))
    return found.select_related("team", "invited_by")


def is_over(invitation: Invitation) -> bool:
    """Whether an invitation ran out."""
    return invitation.expires_at <= timezone.now()


def teams() -> list[tuple[Team, list[User]]]:
    """Teams by name, each with its active members. Two queries."""
    members: dict[int, list[User]] = {}
    for user in User.objects.filter(is_active=True, team__isnull=False).order_by("name", "id"):
        members.setdefault(user.team_id or 0, []).append(user)
    return [(team, members.get(team.pk, [])) for team in Team.objects.select_related("parent").order_by("name")]


@dataclass
class Branch:
    """Somebody in the tree of who leads whom, with those they lead."""

    user: User
    below: list[Branch] = field(default_factory=list)
    is_again: bool = False


def manager_tree() -> list[Branch]:
    """Active staff by who leads them; those in a circle stand at the top, where somebody can see and mend it."""
    users = list(User.objects.filter(is_active=True).select_related("team").order_by("name", "id"))
    branches = {user.pk: Branch(user) for user in users}
    tops: list[Branch] = []
    for user in users:
        boss = branches.get(user.manager_id) if user.manager_id else None
        if boss is None or _leads_back(user, {u.pk: u.manager_id for u in users}):
            tops.append(branches[user.pk])
        else:
            boss.below.append(branches[user.pk])
    return tops


def _leads_back(user: User, managers: dict[int, int | None]) -> bool:
    seen: set[int] = set()
    at = managers.get(user.pk)
    while at is not None and at not in seen:
        if at == user.pk:
            return True
        seen.add(at)
        at = managers.get(at)
    return False
