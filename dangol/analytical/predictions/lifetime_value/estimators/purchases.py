"""From purchases to histories: one order per customer and day, counted up to a last day of observation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats, Ints
from dangol.analytical.predictions.lifetime_value.rules import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Purchases:
    """Orders sorted by customer and day, at most one a day: customer number, day number, amount (not below 0)."""

    customer: Ints
    day: Ints
    amount: Floats

    def __len__(self) -> int:
        return self.day.size

    def between(self, first_day: int, last_day: int) -> "Purchases":
        """Return the purchases from one day to another, both included."""
        inside = (self.day >= first_day) & (self.day <= last_day)
        return Purchases(self.customer[inside], self.day[inside], self.amount[inside])


@dataclass(frozen=True, slots=True)
class Summary:
    """What the models learn from, a row per customer: repeat orders, times in weeks, money."""

    customer: Ints
    x: Floats
    t_x: Floats
    T: Floats
    mean_repeat_value: Floats
    value_so_far: Floats
    first_day: Ints
    last_day: Ints


@dataclass(frozen=True, slots=True)
class Merged:
    """Purchases, and the customer-days that are none since refunds ate them up: how many, and their sum."""

    purchases: Purchases
    days_without_purchase: int
    amount_without_purchase: float


def merge_days(customer: ArrayLike, day: ArrayLike, amount: ArrayLike, refunded: ArrayLike | None = None) -> Merged:
    """Add up what each customer paid on each day.

    A day whose sum is above 0 is a purchase. So is a day of free goods only (sum 0 and nothing given back); any other
    day is none. `refunded` says which rows hold a refund, by default those with an amount below 0.
    """
    who, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
    paid = np.asarray(amount, dtype=np.float64)
    back = paid < 0 if refunded is None else np.asarray(refunded, dtype=np.bool_)
    order = np.lexsort((when, who))
    who, when, paid, back = who[order], when[order], paid[order], back[order]
    starts = np.flatnonzero(np.r_[True, (who[1:] != who[:-1]) | (when[1:] != when[:-1])][: who.size])
    if not starts.size:
        return Merged(Purchases(who, when, paid), 0, 0.0)
    # Sums of cents in binary may miss 0 by a hair.
    total = np.round(np.add.reduceat(paid, starts), 6)
    bought = (total > 0) | ((total == 0) & ~np.logical_or.reduceat(back, starts))
    kept = starts[bought]
    return Merged(Purchases(who[kept], when[kept], total[bought]), int((~bought).sum()), float(total[~bought].sum()))


def summarize(purchases: Purchases, last_day: int) -> Summary:
    """Return each customer's history up to and including `last_day`; those who came later are not in it."""
    seen = purchases.between(np.iinfo(np.int64).min, last_day)
    starts = np.flatnonzero(np.r_[True, seen.customer[1:] != seen.customer[:-1]][: len(seen)])
    if not starts.size:
        empty, none = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Summary(none, empty, empty, empty, empty, empty, none, none)
    ends = np.r_[starts[1:], len(seen)]
    first, last = seen.day[starts], seen.day[ends - 1]
    repeats = (ends - starts - 1).astype(np.float64)
    total = np.add.reduceat(seen.amount, starts)
    repeat_value = (total - seen.amount[starts]) / np.maximum(repeats, 1.0)
    return Summary(
        seen.customer[starts],
        repeats,
        (last - first) / DAYS_PER_WEEK,
        (last_day - first) / DAYS_PER_WEEK,
        np.where(repeats > 0, repeat_value, 0.0),
        total,
        first,
        last,
    )


def tally(purchases: Purchases, customers: Ints) -> tuple[Floats, Floats]:
    """Return how many purchases each of the `customers` (sorted numbers) made, and for how much."""
    place = np.searchsorted(customers, purchases.customer)
    known = place < customers.size
    known[known] = customers[place[known]] == purchases.customer[known]
    counts = np.bincount(place[known], minlength=customers.size).astype(np.float64)
    amounts = np.bincount(place[known], purchases.amount[known], customers.size)
    return counts, np.asarray(amounts, dtype=np.float64)
