"""What counts as a pair, when offers are shown, and in which words. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

LEAST_BUYERS = 20
"""A product that fewer people bought tells nothing yet."""
LEAST_TOGETHER = 10
"""How many people must have bought both."""
LEAST_LIFT = 1.2
FALSE_PAIRS = 0.01
"""Of the pairs that are kept, at most this share is expected to be chance (Benjamini & Hochberg 1995)."""
PAIRS_A_PRODUCT = 30
LATEST_PRODUCTS = 200
"""Of somebody's products only the latest count: a wholesaler with thousands of them would drown everybody else."""
OFFERED = 3
TESTED_AT = (1, 3, 5, 10)
LONGEST_TEST_DAYS, SHORTEST_TEST_DAYS = 90, 14
FEWEST_TESTED = 100
MOST_TESTED = 20_000
Z = 1.96


@dataclass(frozen=True)
class HitRate:
    """Of `people`, to how many one of `k` products was offered that they then bought: by pairs, and by best-sellers.

    `low` and `high` bound the difference of the two rates (95 %, paired: both were offered to the same people).
    """

    k: int
    people: int
    hits: int
    best_hits: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The hit rate of the pairs."""
        return self.hits / self.people if self.people else 0.0

    @property
    def best_rate(self) -> float:
        """The hit rate of the best-sellers."""
        return self.best_hits / self.people if self.people else 0.0


@dataclass(frozen=True)
class Test:
    """How offers did on days that nothing was learned from.

    `cut_off` is the last day that was learned from, `last_on` the last day tested. `buyers` bought something new in
    those days and had bought before; `people` are those of them for whom the pairs had `OFFERED` products or more.
    `best_sellers` says which best-sellers were harder to beat: of all time ("all") or of the last days ("recent").
    """

    cut_off: str
    last_on: str
    buyers: int
    people: int
    best_sellers: str
    rates: tuple[HitRate, ...] = ()

    @property
    def shown_rate(self) -> HitRate | None:
        """The rate at the number of products that is shown."""
        return next((rate for rate in self.rates if rate.k == OFFERED), None)

    @property
    def is_enough(self) -> bool:
        """Whether so many people were tested that the figures mean something."""
        return self.people >= FEWEST_TESTED

    @property
    def is_better(self) -> bool:
        """Whether the pairs beat the best-sellers: the whole interval of the difference lies above 0."""
        return self.is_enough and self.shown_rate is not None and self.shown_rate.low > 0


def hit_rate(k: int, people: int, both: int, ours_only: int, best_only: int) -> HitRate:
    """The rates from the four counts of a paired test: hit by both, by the pairs only, by the best-sellers only.

    The interval of the difference of paired proportions is the plain one of McNemar's table (Agresti, Categorical Data
    Analysis, 2013, 11.1): difference +- z sqrt(b + c - (b - c)^2 / n) / n.
    """
    if not people:
        return HitRate(k, 0, 0, 0, 0.0, 0.0)
    difference = (ours_only - best_only) / people
    spread = sqrt(max(ours_only + best_only - (ours_only - best_only) ** 2 / people, 0.0)) / people
    return HitRate(k, people, both + ours_only, both + best_only, difference - Z * spread, difference + Z * spread)


def test_days(days: int) -> int:
    """How many days are held out of so many: a quarter, at most 90; 0 where nothing can be tested."""
    held = min(LONGEST_TEST_DAYS, days // 4)
    return held if held >= SHORTEST_TEST_DAYS else 0


def as_json(found: Test | None) -> dict[str, Any]:
    """A test as plain values, with its rates."""
    if found is None:
        return {}
    rates = [{**asdict(r), "rate": round(r.rate, 6), "best_rate": round(r.best_rate, 6)} for r in found.rates]
    return {**asdict(found), "rates": rates, "is_better": found.is_better}


def from_json(told: dict[str, Any]) -> Test | None:
    """A test as it was kept; None for none."""
    if not told:
        return None
    names = ("k", "people", "hits", "best_hits", "low", "high")
    rates = tuple(HitRate(**{name: rate[name] for name in names}) for rate in told["rates"])
    kept = {name: told[name] for name in ("cut_off", "last_on", "buyers", "people", "best_sellers")}
    return Test(rates=rates, **kept)


@dataclass(frozen=True)
class Verdict:
    """What a test says about showing offers: a code, a sentence with places for numbers, and the numbers."""

    code: str
    text: str
    numbers: dict[str, Any]

    def __str__(self) -> str:
        return self.text % self.numbers


def verdict(found: Test | None) -> Verdict:
    """The sentence about a test."""
    if found is None or found.shown_rate is None:
        return Verdict("untested", "Offers could not be tested: the orders reach too few days back.", {})
    rate = found.shown_rate
    numbers = {
        "k": rate.k, "people": f"{rate.people:,}", "ours": f"{rate.rate:.1%}", "best": f"{rate.best_rate:.1%}",
        "low": f"{rate.low * 100:+.1f}", "high": f"{rate.high * 100:+.1f}", "cut_off": found.cut_off,
    }  # fmt: skip
    if not found.is_enough:
        return Verdict(
            "too_few", "Offers could not be tested: only %(people)s customers bought something new after %(cut_off)s.",
            numbers,
        )  # fmt: skip
    if found.is_better:
        return Verdict(
            "better",
            "Tested on %(people)s customers after %(cut_off)s: one of %(k)s offers was bought by %(ours)s, of %(k)s"
            " best-sellers by %(best)s (difference %(low)s to %(high)s points).",
            numbers,
        )
    return Verdict(
        "not_better",
        "Offers are not shown, since they would not be better than best-sellers: tested on %(people)s customers after"
        " %(cut_off)s, one of %(k)s was bought by %(ours)s, of %(k)s best-sellers by %(best)s (difference %(low)s to"
        " %(high)s points).",
        numbers,
    )
