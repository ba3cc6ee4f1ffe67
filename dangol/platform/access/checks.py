"""Asking before acting, where there is no row yet to ask for."""

from __future__ import annotations

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden


def require(actor: Actor, action: str, object_name: str) -> None:
    """Raise `Forbidden` unless `actor` may do `action` to at least some rows of `object_name`."""
    if not actor.may(action, object_name):
        raise Forbidden(action, object_name)
