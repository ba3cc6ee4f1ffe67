from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class TierLimitsSet(Event):
    """Somebody set where the tiers begin and end; they count from the next analysis on."""

    NAME = "tier_limits.set"
    SUBJECT = "tier_limits"
