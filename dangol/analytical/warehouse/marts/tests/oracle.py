"""The marts once more, in plain Python, read off their definitions; slow and obvious."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

ZERO = Decimal(0)


@dataclass(frozen=True)
class Bought:
    """One order as generated."""

    id: int
    person_id: int | None
    ordered_at: datetime
    value: Decimal | None
    kind: str


class Oracle:
    """Answers of the marts for a list of orders, the people who are not in the trash, a zone and a last day."""

    def __init__(self, orders: Iterable[Bought], people: set[int], zone: str, as_of: date) -> None:
        self.as_of = as_of
        self.sales = [
            (o.person_id if o.person_id in people else None, o.ordered_at.astimezone(ZoneInfo(zone)).date(), o.value, o)
            for o in orders
            if o.value is not None and o.ordered_at.astimezone(ZoneInfo(zone)).date() <= as_of
        ]
        nets: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        for person, day, value, _ in self.sales:
            if person is not None:
                nets[person][day] += value
        self.purchases = {p: {d: v for d, v in sorted(days.items()) if v > 0} for p, days in nets.items()}
        self.purchases = {p: days for p, days in self.purchases.items() if days}

    def customers(self, window_months: int) -> dict[int, dict[str, Any]]:
        return {p: self._customer(p, window_months) for p in {s[0] for s in self.sales if s[0] is not None}}

    def _customer(self, person: int, window_months: int) -> dict[str, Any]:
        mine = [(day, value, o) for p, day, value, o in self.sales if p == person]
        days = list(self.purchases.get(person, {}))
        first, last = (days[0], days[-1]) if days else (min(m[0] for m in mine), max(m[0] for m in mine))
        gaps = [(b - a).days for a, b in itertools.pairwise(days)]
        gap = int(median(gaps) + 0.5) if len(gaps) >= 2 else None
        start = back(self.as_of, window_months - 1)
        months = [sum((v for d, v, _ in mine if month(d) == back(self.as_of, n)), ZERO) for n in range(11, -1, -1)]
        repeats = list(self.purchases.get(person, {}).values())[1:]
        return {
            "person_id": person,
            "first_on": first,
            "last_on": last,
            "purchase_days": len(days),
            "frequency": max(len(days) - 1, 0),
            "recency_days": (last - first).days,
            "age_days": (self.as_of - first).days,
            "order_count": sum(1 for _, _, o in mine if o.kind == "order"),
            "value": sum((v for _, v, _ in mine), ZERO),
            "value_12m": sum(months, ZERO),
            "value_in_window": sum((v for d, v, _ in mine if month(d) >= start), ZERO),
            "ordered_in_window": sum((v for d, v, o in mine if month(d) >= start and o.kind == "order"), ZERO),
            "orders_in_window": sum(1 for d, _, _ in mine if month(d) >= start),
            "months": months,
            "mean_day_value": float(sum(repeats, ZERO) / len(repeats)) if repeats else None,
            "usual_gap_days": gap,
            "expected_on": last + timedelta(days=gap) if gap is not None else None,
        }

    def revenue(self, by: Any) -> dict[date, dict[str, Any]]:
        firsts = {p: min(d for q, d, _, _ in self.sales if q == p) for p, *_ in self.sales if p is not None}
        firsts.update({p: next(iter(days)) for p, days in self.purchases.items()})
        found = {}
        for unit in sorted({by(d) for _, d, _, _ in self.sales}):
            here = [(p, v, o) for p, d, v, o in self.sales if by(d) == unit]
            buyers = {p for p, days in self.purchases.items() if any(by(d) == unit for d in days)}
            new = {p for p in buyers if by(firsts[p]) == unit}
            found[unit] = {
                "revenue": sum((v for _, v, _ in here), ZERO),
                "orders": sum(1 for _, _, o in here if o.kind == "order"),
                "customers": len(buyers),
                "new_customers": len(new),
                "returning_customers": len(buyers) - len(new),
                "new_revenue": sum((v for p, v, _ in here if p is not None and unit <= by(firsts[p])), ZERO),
                "returning_revenue": sum((v for p, v, _ in here if p is not None and unit > by(firsts[p])), ZERO),
                "unknown_revenue": sum((v for p, v, _ in here if p is None), ZERO),
            }
        return found

    def span(self, first_on: date, last_on: date) -> dict[str, Any]:
        here = [(v, o) for _, d, v, o in self.sales if first_on <= d <= last_on]
        inside = {p: [d for d in days if first_on <= d <= last_on] for p, days in self.purchases.items()}
        firsts = {p: next(iter(days)) for p, days in self.purchases.items()}
        return {
            "revenue": sum((v for v, _ in here), ZERO),
            "orders": sum(1 for _, o in here if o.kind == "order"),
            "customers": sum(1 for days in inside.values() if days),
            "new_customers": sum(1 for p, days in inside.items() if firsts[p] in days),
            "repeat_customers": sum(1 for p, days in inside.items() if any(d > firsts[p] for d in days)),
        }

    def cohorts(self) -> dict[tuple[date, int], tuple[int, int]]:
        firsts = {p: next(iter(days)) for p, days in self.purchases.items()}
        found = {}
        for cohort in {month(d) for d in firsts.values()}:
            members = [p for p, d in firsts.items() if month(d) == cohort]
            for since in range(60):
                here = (cohort.year * 12 + cohort.month - 1) + since
                back_then = date(here // 12, here % 12 + 1, 1)
                again = sum(
                    1 for p in members if any(month(d) == back_then and d > firsts[p] for d in self.purchases[p])
                )
                if again:
                    found[cohort, since] = (len(members), again)
        return found

    def repeat(self, days: int) -> tuple[int, int]:
        chains = [list(c) for c in self.purchases.values()]
        if days == 0:
            return len(chains), sum(1 for c in chains if len(c) > 1)
        seen = [c for c in chains if (self.as_of - c[0]).days >= days]
        return len(seen), sum(1 for c in seen if len(c) > 1 and (c[1] - c[0]).days <= days)

    def gaps(self) -> list[int]:
        chains = [list(c) for c in self.purchases.values()]
        return sorted((b - a).days for c in chains for a, b in itertools.pairwise(c))

    def curve(self, window_months: int) -> list[tuple[Fraction, Fraction]]:
        known = [c for c in self.customers(window_months).values() if c["orders_in_window"]]
        known.sort(key=lambda c: (-c["value_in_window"], c["person_id"]))
        total = sum(c["value_in_window"] for c in known)
        points, brought = [], ZERO
        for place, customer in enumerate(known, 1):
            brought += customer["value_in_window"]
            points.append((Fraction(place, len(known)), Fraction(brought) / Fraction(total) if total else Fraction(0)))
        return points


def month(day: date) -> date:
    return day.replace(day=1)


def back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
