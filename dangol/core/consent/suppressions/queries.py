"""Which addresses are taken out."""

from __future__ import annotations

from dangol.core.consent.suppressions.models import Suppression

WHY = "whether an address may be written to concerns everybody who sends"


def stored_address(channel: str, address: str) -> str:
    """The form in which an address is kept: lower case for e-mail."""
    return address.strip().lower() if channel == "email" else address.strip()


def is_suppressed(channel: str, address: str) -> bool:
    """Whether nothing goes to `address` on `channel`."""
    found = Suppression.objects.for_system(WHY).filter(
        channel=channel, address=stored_address(channel, address), lifted_at=None
    )
    return found.exists()
