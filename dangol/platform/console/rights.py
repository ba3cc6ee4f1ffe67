"""Who may see and change the console: whoever looks after the house."""

from __future__ import annotations

from django.http import HttpRequest

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require


def who_may(request: HttpRequest, action: str = "see") -> Actor:
    """The actor, when they have the right. Raises Forbidden."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, action, "console")
    return actor
