"""On which days a customer orders: the planted structure itself. Day 0 opens the history, the last is yesterday."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from dangol.config.demo.generator import classes as c

EARLY_SHARE, EARLY_DAYS = 0.42, 45  # those who were customers when the history opens
REGULARITY = 14.0  # shape of the gamma that spreads a usual gap: a standard deviation of 27 %
NEW_WITHIN_DAYS = 42
SILENCE_OF_LAPSED_DAYS = 80
LATE_DAYS = 17
FESTIVAL_HABIT = {"seollal": 0.82, "chuseok": 0.86, "christmas": 0.55}


def order_days(kind: str, span: int, festivals: Sequence[tuple[str, int]], chance: Generator) -> list[int]:
    """Return the days, ascending and distinct, of a customer of class `kind` within `span` days."""
    if kind == c.SEASONAL:
        return _festive(span, festivals, chance)
    days = _RHYTHMS[kind](span, chance)
    return sorted({int(d) for d in days if 0 <= d < span})


def _start(latest: int, chance: Generator) -> int:
    if chance.random() < EARLY_SHARE:
        return int(chance.integers(0, EARLY_DAYS))
    return EARLY_DAYS + int((latest - EARLY_DAYS) * chance.random() ** 0.85)


def _usual_gap(low: float, middle: float, high: float, chance: Generator) -> float:
    return float(np.clip(middle * np.exp(0.34 * chance.standard_normal()), low, high))


def _regular(start: float, end: float, gap: float, chance: Generator) -> list[float]:
    """Days from `start` to `end` about `gap` apart, never two within two days."""
    count = int((end - start) / gap * 2) + 4
    steps = np.maximum(2.0, gap * chance.gamma(REGULARITY, 1 / REGULARITY, count))
    days = start + np.concatenate([[0.0], np.cumsum(steps)])
    return [float(d) for d in days[days <= end]]


def _loyal(span: int, chance: Generator) -> list[float]:
    return _regular(_start(span - 30, chance), span - 1, _usual_gap(8, 20, 44, chance), chance)


def _growing(span: int, chance: Generator) -> list[float]:
    day = float(_start(span - 160, chance))
    begin, first, last = day, chance.uniform(48, 80), chance.uniform(13, 24)
    days = []
    while day < span:
        days.append(day)
        gap = first + (last - first) * (day - begin) / (span - begin)
        day += max(2.0, gap * chance.gamma(REGULARITY, 1 / REGULARITY))
    return days


def _lapsing(span: int, chance: Generator) -> list[float]:
    """Regular for a while, most for a few orders only, then silent for months."""
    gap = _usual_gap(9, 20, 42, chance)
    latest_end = span - 1 - max(SILENCE_OF_LAPSED_DAYS, 3 * gap)
    count = 3 + int(chance.exponential(5.5))
    start = min(_start(span - 200, chance), latest_end - 2.5 * gap)
    end = min(latest_end, start + (count - 0.5) * gap)
    return _regular(start, end, gap, chance)


def _slipping(span: int, chance: Generator) -> list[float]:
    """Regular up to a last order after which the next one is late beyond doubt."""
    gap, start = chance.uniform(13, 26), int(chance.integers(0, 280))
    last = span - 1 - max(gap * chance.uniform(1.6, 2.6), gap + LATE_DAYS)
    days = _regular(start, last, gap, chance)
    return [d + last - days[-1] for d in days]


def _occasional(span: int, chance: Generator) -> list[float]:
    """Without a rhythm; after each order some leave, the likelier the looser they were bound from the start."""
    start, leaving = _start(span - 30, chance), chance.beta(0.7, 1.6)
    count = 2 + min(int(chance.geometric(max(leaving, 0.02))) - 1, 30)
    steps = np.maximum(4.0, chance.exponential(70, count - 1))
    return [float(d) for d in start + np.concatenate([[0.0], np.cumsum(steps)])]


def _once(span: int, chance: Generator) -> list[float]:
    return [float(int(span * chance.random() ** 0.9))]


def _new(span: int, chance: Generator) -> list[float]:
    first = span - 1 - int(chance.integers(0, NEW_WITHIN_DAYS))
    more = np.cumsum(np.maximum(5.0, chance.exponential(14, 2)))
    return [float(first), *(float(d) for d in first + more)]


def _never(span: int, chance: Generator) -> list[float]:
    return []


def _festive(span: int, festivals: Sequence[tuple[str, int]], chance: Generator) -> list[int]:
    """Three to eighteen days before a festival; whoever kept none of them kept one by chance."""
    days: set[int] = set()
    inside = [(name, day) for name, day in festivals if 20 <= day < span]
    for name, day in inside:
        before = int(chance.integers(3, 19))
        if chance.random() < FESTIVAL_HABIT[name]:
            days.add(day - before)
    if not days:
        days.add(inside[int(chance.integers(0, len(inside)))][1] - 5)
    return sorted(days)


_RHYTHMS: dict[str, Callable[[int, Generator], list[float]]] = {
    c.LOYAL: _loyal,
    c.GROWING: _growing,
    c.LAPSING: _lapsing,
    c.SLIPPING: _slipping,
    c.OCCASIONAL: _occasional,
    c.ONE_TIME: _once,
    c.NEW: _new,
    c.PROSPECT: _never,
}
