"""Who may take everything out of the house."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden

EVERY = "every object that no right names"


def may_take_everything(actor: Actor) -> bool:
    """Whether nothing is closed to `actor`: all rows of all objects, and no hidden field."""
    if actor.viewed_by or actor.has_hidden_fields:
        return False
    named = {name for name in actor.grants if name != "*"}
    return all(actor.scope(action, name) == "all" for action in ("see", "export") for name in (EVERY, *named))


def require_everything(actor: Actor) -> None:
    """Raise Forbidden unless nothing is closed to `actor`."""
    require(actor, "export", "workspace")
    if not may_take_everything(actor):
        raise Forbidden("export", "workspace", _("Only who may export every record can export the whole company."))
