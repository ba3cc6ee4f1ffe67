"""Durations counted in buckets, so that a percentile costs a few numbers and not every value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

LIMITS = (5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10_000, 30_000)
"""Upper ends of the buckets in milliseconds; one more bucket holds what took longer."""


def empty() -> list[int]:
    """Return buckets with nothing in them."""
    return [0] * (len(LIMITS) + 1)


def bucket_of(ms: float) -> int:
    """Return the place of the bucket that a duration belongs to."""
    return bisect_left(LIMITS, ms)


def percentile(buckets: Sequence[int], share: float, most_ms: float) -> float:
    """Return the duration in milliseconds below which `share` (0-1) of the runs stayed, straight within its bucket.

    `most_ms` is the longest run there was: nothing is ever said to have taken longer.
    """
    total = sum(buckets)
    if not total:
        return 0.0
    wanted, seen = share * total, 0
    for place, count in enumerate(buckets):
        if count and seen + count >= wanted:
            low = LIMITS[place - 1] if place else 0
            high = min(LIMITS[place] if place < len(LIMITS) else most_ms, most_ms)
            return min(most_ms, low + max(0.0, high - low) * (wanted - seen) / count)
        seen += count
    return most_ms
