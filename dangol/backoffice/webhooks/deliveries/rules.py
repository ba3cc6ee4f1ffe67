"""When a message is tried again, and what is kept of an answer. Pure."""

from __future__ import annotations

from datetime import timedelta

PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between attempts, after the specification's example: ten attempts in about three days."""
MOST_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.2
DISABLE_AFTER = timedelta(days=5)
REST_SECONDS = 20
KEPT_LETTERS = 4000
GONE = 410


def pause_after(attempts: int, chance: float) -> float | None:
    """Seconds until the next attempt after so many failed ones, None when it was the last.

    `chance` (0 to 1) spreads the pauses by a fifth, so that many messages don't come back at one moment.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return PAUSES[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)


def is_success(status: int) -> bool:
    """Whether a receiver took it; anything but 2xx is a failure, redirects too."""
    return 200 <= status < 300
