"""Taking addresses out, and letting them in again."""

from __future__ import annotations

from django.db import transaction

from dangol.core.consent.suppressions.models import Suppression
from dangol.platform.access.actor import Actor


@transaction.atomic
def suppress(*, actor: Actor, channel: str, address: str, reason: str, note: str = "") -> Suppression:
    """Send nothing to `address` on `channel` any more. One that is suppressed already is returned as it stands.

    Raises Forbidden (create suppression), ValidationError by field.
    """
    raise NotImplementedError


@transaction.atomic
def lift(*, actor: Actor, suppression_id: int, note: str = "") -> Suppression:
    """Let an address be written to again; the row stays as history. Lifting twice does nothing.

    Raises Forbidden (create suppression), NotFound, ValidationError when no note says why.
    """
    raise NotImplementedError
