"""What a benchmark found, and how to take the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, in the unit of its budget, with a note for the table (counts, parts, a peer in the same run)."""

    value: float
    note: str = ""


class NotMeasured(Exception):
    """The row cannot be measured here; the text says what is missing and how to get it."""


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest time of `work` in seconds: longer ones tell what else the machine did."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
