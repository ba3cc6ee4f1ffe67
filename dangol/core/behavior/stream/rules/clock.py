"""When an event happened, by our clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

LATE_AFTER = timedelta(hours=24)
"""An event that arrives longer than this after it happened counts as late."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def moment(value: Any) -> datetime | None:
    """Return a moment written as ISO 8601 (without a zone: UTC), None when it is none."""
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def happened_at(original: datetime | None, sent: datetime | None, received: datetime) -> datetime:
    """Return when an event happened by our clock: received - (sent - original), as Segment's protocol defines it.

    A sender's clock may be wrong by years, but by as much at both moments. Without `sent` the sender's word is taken,
    without `original` the event happened when it came. Nothing happens after it was received.
    """
    if original is None:
        return received
    if sent is None:
        return min(original, received)
    try:
        return min(received - (sent - original), received)
    except OverflowError:
        return received


def month_of(at: datetime) -> str:
    """Return the month of a moment in UTC, as `2026_11`."""
    return f"{at:%Y_%m}"


def bounds_of(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month (`2026_11`) and of the next. Raises ValueError."""
    year, number = (int(part) for part in month.split("_"))
    last = number == 12
    return datetime(year, number, 1, tzinfo=UTC), datetime(year + last, 1 if last else number + 1, 1, tzinfo=UTC)


def months_before(at: datetime, months: int) -> datetime:
    """Return the first moment of the month that lies `months` before the one of `at`."""
    index = at.year * 12 + at.month - 1 - months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
