"""Scopes of keys: `object:action`, where `*` stands for any; they narrow what the owner may and never widen it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dangol.platform.access.actor import ACTIONS, Scope
from dangol.platform.accounts.rules import reach

SHAPE = re.compile(r"(\*|[a-z][a-z0-9_]*):(\*|[a-z][a-z0-9_]*)")


def wrong_scopes(scopes: Iterable[str]) -> list[str]:
    """Those that are not written as `object:action` with a known action, or `*`."""
    return [s for s in scopes if not (found := SHAPE.fullmatch(s)) or found[2] not in (*ACTIONS, "*")]


def narrowed(grants: Mapping[str, Mapping[str, Scope]], scopes: Iterable[str]) -> dict[str, dict[str, Scope]]:
    """`grants` without what no scope names. Every action is spelt out, so that nothing general opens it again."""
    wanted = {tuple(s.split(":", 1)) for s in scopes if not wrong_scopes([s])}
    objects = {*grants, *(name for name, _action in wanted), "*"}
    return {o: {a: _held(grants, wanted, o, a) for a in (*ACTIONS, "*")} for o in sorted(objects)}


def _held(grants: Mapping[str, Mapping[str, Scope]], wanted: set[tuple[str, ...]], name: str, action: str) -> Scope:
    is_named = any(o in (name, "*") and a in (action, "*") for o, a in wanted)
    return reach(grants, name, action) if is_named else "none"
