"""One's own sessions and those of others: listed in plain words, and ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts import events
from dangol.platform.accounts.judging import require_over, require_own
from dangol.platform.accounts.models import Session, User, Workspace
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit

IDLE_MINUTES = (5, 60 * 24 * 30)
SESSION_HOURS = (1, 24 * 90)
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"), ("Opera", r"OPR/(\d+)"), ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Whale", r"Whale/(\d+)"), ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"), ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[^ ]* (?:Mobile/\w+ )?Safari/"), ("curl", r"curl/(\d+)"),
)  # fmt: skip
_SYSTEMS = (
    ("iPad", r"iPad"), ("iPhone", r"iPhone"), ("Android", r"Android"), ("Windows", r"Windows NT"),
    ("macOS", r"Mac OS X|Macintosh"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux|X11"),
)  # fmt: skip


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in. `number` names it in forms; it opens nothing."""

    number: str
    device: str
    is_phone: bool
    address: str
    signed_in_at: datetime | None
    seen_at: datetime
    is_this: bool


def sessions_of(user: User, *, this: str = "") -> list[OpenSession]:
    """The open sessions of `user`, the last seen first; `this` is the stored key of the one that asks."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at")
    found = [
        OpenSession(row.pk[:16], device(row.agent), is_phone(row.agent), row.address, row.signed_in_at, row.seen_at,
                    row.pk == this)
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.is_this)


def device(agent: str) -> str:
    """A user agent in plain words: "Chrome 126, Windows"."""
    browser = next((f"{name} {m[1]}" for name, way in _BROWSERS if (m := re.search(way, agent))), "")
    system = next((name for name, way in _SYSTEMS if re.search(way, agent)), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown device")


def is_phone(agent: str) -> bool:
    """Whether a user agent is a phone's."""
    return bool(re.search(r"iPhone|Android.+Mobile|Mobile.+Firefox", agent))


@transaction.atomic
def end_sessions(*, actor: Actor, user: User, number: str = "", but: str = "") -> int:
    """End sessions of `user` at once; returns how many. One's own, or those of somebody over whom one may decide.

    Args:
        number: the one of a list; "" for all.
        but: the stored key of a session that stays open.

    Raises Forbidden.
    """
    if actor.user_id == user.pk:
        require_own(actor, user)
    else:
        require_over(actor, user)
    rows = Session.objects.filter(user=user).exclude(pk=but)
    if number:
        rows = rows.filter(pk__startswith=number) if re.fullmatch("[0-9a-f]{16}", number) else rows.none()
    count = rows.delete()[0]
    if count:
        emit(events.SessionsEnded(subject_id=user.pk, count=count), actor=actor)
    return count


@transaction.atomic
def change_limits(*, actor: Actor, values: Mapping[str, Any]) -> Workspace:
    """Change after how many `idle_minutes` and `session_hours` a session ends; open ones end by it too.

    Raises ValidationError by field; Forbidden.
    """
    require(actor, "change", "user")
    ours, kept = workspace(), _limits(values)
    changes = {name: [getattr(ours, name), value] for name, value in kept.items() if getattr(ours, name) != value}
    if changes:
        Workspace.objects.filter(pk=1).update(**kept)
        with connection.cursor() as cursor:
            cursor.execute(_SHORTEN, kept)
        emit(events.WorkspaceChanged(subject_id=1, changes=changes), actor=actor)
    return workspace()


_SHORTEN = """
UPDATE accounts_session SET expire_date = LEAST(seen_at + make_interval(mins => %(idle_minutes)s),
                                                signed_in_at + make_interval(hours => %(session_hours)s))
WHERE signed_in_at IS NOT NULL
"""


def _limits(values: Mapping[str, Any]) -> dict[str, int]:
    kept, errors = {}, {}
    for name, (least, most) in (("idle_minutes", IDLE_MINUTES), ("session_hours", SESSION_HOURS)):
        text = str(values.get(name, "")).strip()
        if re.fullmatch(r"[0-9]{1,6}", text) and least <= int(text) <= most:
            kept[name] = int(text)
        else:
            errors[name] = _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
    if errors:
        raise ValidationError(errors)
    return kept
