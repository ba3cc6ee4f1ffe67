from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.actors import build_actor
from dangol.platform.accounts.models import User, Workspace
from dangol.platform.accounts.standing import standing_of

_AT_HAND: ContextVar[Workspace | None] = ContextVar("workspace_at_hand", default=None)


@contextmanager
def workspace_at_hand() -> Iterator[None]:
    """Ask for our own firm once for a piece of work of many rows."""
    token = _AT_HAND.set(workspace())
    try:
        yield
    finally:
        _AT_HAND.reset(token)


def workspace() -> Workspace:
    """Our own firm; made with its defaults when nobody has set it up yet. The logo is fetched only when asked for."""
    return _AT_HAND.get() or Workspace.objects.defer("logo").get_or_create(pk=1)[0]


def logo() -> bytes:
    """The company's logo as PNG, empty when there is none."""
    found = Workspace.objects.filter(pk=1).values_list("logo", flat=True).first()
    return bytes(found or b"")


def actor_for(
    user: User, *, source: str = "screen", request_id: str = "", read_only: bool = False, address: str = ""
) -> Actor:
    """Everything needed to judge what `user` may do: roles added up, team mates, subordinates, shared records.

    With `read_only` (an API key of that kind) every right but `see` and `export` is dropped. One query. Notes on
    `user` whether a role asks for the second step.
    """
    standing = standing_of(user)
    user.is_second_step_due = any(role.needs_totp for role in standing.roles)
    more: Any = {"source": source, "request_id": request_id, "read_only": read_only, "address": address}
    return build_actor(user, standing.roles, standing.staff, standing.shares, **more)


def staff() -> QuerySet[User]:
    """Members of staff who may own records, by name."""
    return User.objects.filter(is_active=True).order_by("name", "id")


def owner_choices() -> list[tuple[Any, str]]:
    """Staff as (id, name) for pickers."""
    return [(u.pk, u.name) for u in staff()]
