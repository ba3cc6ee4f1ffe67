"""Asking before acting, where there is no row yet to ask for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden


def require(actor: Actor, action: str, object_name: str) -> None:
    """Raise `Forbidden` unless `actor` may do `action` to at least some rows of `object_name`."""
    if not actor.may(action, object_name):
        raise Forbidden(action, object_name)


def require_own_eyes(actor: Actor) -> None:
    """Raise `Forbidden` when somebody else looks through the eyes of `actor`: then nothing may be written."""
    if actor.viewed_by is not None:
        sentence = _("You look through the eyes of a colleague, and then nothing can be written. Stop looking first.")
        raise Forbidden("change", "", sentence)
