from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.judging import require_own
from dangol.platform.accounts.models import ApiKey, User
from dangol.platform.accounts.naming import named
from dangol.platform.accounts.roles.matrix import ACTION_LABELS
from dangol.platform.accounts.roles.registry import Right, known_rights
from dangol.platform.accounts.services import create_api_key

MOST_KEYS = 50
EXPIRIES = (
    ("30", gettext_lazy("in 30 days")), ("90", gettext_lazy("in 90 days")), ("365", gettext_lazy("in a year")),
    ("", gettext_lazy("never")),
)  # fmt: skip


@dataclass(frozen=True)
class Grantable:
    """An object of which a key may be given some actions, each as (scope, label)."""

    right: Right
    scopes: tuple[tuple[str, Any], ...]


def grantable(actor: Actor) -> list[Grantable]:
    """What a key of `actor` may be narrowed to: whatever they may do themselves."""
    found = []
    for right in known_rights():
        open_ones = [action for action in right.actions if actor.may(action, right.name)]
        if open_ones:
            pairs = tuple((f"{right.name}:{action}", ACTION_LABELS[action]) for action in open_ones)
            found.append(Grantable(right, pairs))
    return found


def create_key(
    *, actor: Actor, user: User, name: str, scopes: Iterable[str] = (), is_limited: bool = False, days: str = ""
) -> tuple[ApiKey, str]:
    """Make a key for a program, and return it with its secret, which is shown once.

    Args:
        scopes: `object:action`, what it may do; taken when `is_limited`.
        days: "30", "90", "365", or "" for one that does not run out.

    Raises ValidationError by field; Forbidden for somebody else's key.
    """
    require_own(actor, user)
    kept, errors = dict[str, Any](), dict[str, list[str]]()
    rules: dict[str, Callable[[], Any]] = {
        "name": lambda: named(name),
        "scopes": lambda: _scopes(actor, scopes, is_limited),
        "days": lambda: _days(days),
    }
    for field, rule in rules.items():
        try:
            kept[field] = rule()
        except ValidationError as error:
            errors[field] = error.messages
    if ApiKey.objects.filter(user=user, revoked_at=None).count() >= MOST_KEYS:
        errors["name"] = [_("You have %(count)s keys already. End one that is not used.") % {"count": MOST_KEYS}]
    if errors:
        raise ValidationError(errors)
    end = timezone.now() + timedelta(days=kept["days"]) if kept["days"] else None
    return create_api_key(actor=actor, user=user, name=kept["name"], scopes=kept["scopes"], expires_at=end)


def _scopes(actor: Actor, scopes: Iterable[str], is_limited: bool) -> list[str]:
    if not is_limited:
        return []
    known = {scope for one in grantable(actor) for scope, _label in one.scopes}
    chosen = sorted(set(scopes))
    if not chosen:
        raise ValidationError(_("Choose at least one thing that the key may do."))
    if set(chosen) - known:
        raise ValidationError(_("A key cannot do what you may not do yourself."))
    return chosen


def _days(days: str) -> int:
    if days not in {value for value, _label in EXPIRIES} or not re.fullmatch("[0-9]{0,3}", days):
        raise ValidationError(_("Choose when the key ends."))
    return int(days or 0)
