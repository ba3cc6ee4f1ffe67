"""The usual names for combinations of the grades. Pure."""

from __future__ import annotations

GRADES = 5

SEGMENTS = (
    "champions", "loyal", "potential", "new", "promising", "attention", "sleepy", "cannot_lose", "at_risk",
    "hibernating", "lost",
)  # fmt: skip


def segment_of(recency: int, frequency: int, money: int) -> str:
    """Name the group of a customer with these grades (1 to 5 each): recency against the mean of the other two."""
    often = (frequency + money) / 2
    if recency >= 4:
        return "champions" if often >= 4 else "potential" if often >= 2 else "new" if recency == GRADES else "promising"
    if recency == 3:
        return "loyal" if often >= 4 else "attention" if often >= 2 else "sleepy"
    if often >= 4:
        return "cannot_lose" if recency == 1 else "at_risk"
    return "at_risk" if often >= 3 else "hibernating" if recency == 2 else "lost"
