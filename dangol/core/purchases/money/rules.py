"""What figures about a customer's money add up to. Pure; money is exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Sum:
    """Orders of one kind in one year: how many, what they are worth together, how many of them wait for a rate."""

    year: int
    kind: str
    orders: int
    value: Decimal
    unvalued: int = 0


@dataclass(frozen=True)
class Year:
    """One year (None: all of them). `ordered` less `returned` plus `adjusted` is `net`; cancellations and adjustments
    are orders of their own and counted as such; `unvalued` orders wait for a rate and count in no sum."""

    year: int | None
    orders: int = 0
    ordered: Decimal = NOTHING
    cancellations: int = 0
    returned: Decimal = NOTHING
    adjustments: int = 0
    adjusted: Decimal = NOTHING
    unvalued: int = 0

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.ordered - self.returned + self.adjusted

    @property
    def returned_share(self) -> Decimal | None:
        """Which part of what was ordered came back; None where nothing was ordered."""
        return self.returned / self.ordered if self.ordered > 0 else None


@dataclass(frozen=True)
class Category:
    """Goods of one category ("" = none): bought, brought back, and what is known of their cost.

    `costed` is the net value of those lines whose product has a cost price, `cost` what these cost us.
    """

    name: str
    lines: int
    bought: Decimal
    returned: Decimal
    costed: Decimal = NOTHING
    cost: Decimal = NOTHING
    has_cost: bool = False
    share: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.bought - self.returned

    @property
    def margin(self) -> Decimal | None:
        """What those goods brought above their cost whose cost is known; None where no cost is."""
        return self.costed - self.cost if self.has_cost else None


@dataclass(frozen=True)
class Money:
    """Everything about a customer's money. `gap_days` is the mean of the days between two purchases."""

    years: list[Year] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    purchase_days: int = 0
    first_on: date | None = None
    last_on: date | None = None
    gap_days: Decimal | None = None

    @property
    def whole(self) -> Year:
        """All years together."""
        return together(self.years)

    @property
    def margin(self) -> Decimal | None:
        """The margin over all categories, as far as costs are known."""
        known = [c.margin for c in self.categories if c.margin is not None]
        return sum(known, NOTHING) if known else None

    @property
    def goods(self) -> Decimal:
        """What all goods brought, net."""
        return sum((c.net for c in self.categories), NOTHING)

    @property
    def costed_share(self) -> Decimal | None:
        """For which part of the goods' value the cost is known; None where there is no value to speak of."""
        return sum((c.costed for c in self.categories), NOTHING) / self.goods if self.goods > 0 else None


def by_year(sums: Iterable[Sum]) -> list[Year]:
    """One row a year, the newest first."""
    found: dict[int, dict[str, Sum]] = {}
    for one in sums:
        found.setdefault(one.year, {})[one.kind] = one
    return [_year(year, kinds) for year, kinds in sorted(found.items(), reverse=True)]


def _year(year: int, kinds: dict[str, Sum]) -> Year:
    def of(kind: str) -> Sum:
        return kinds.get(kind) or Sum(year, kind, 0, NOTHING)

    ordered, back, other = of("order"), of("cancellation"), of("adjustment")
    return Year(
        year, ordered.orders, ordered.value, back.orders, -back.value, other.orders, other.value,
        sum(one.unvalued for one in kinds.values()),
    )  # fmt: skip


def together(years: Sequence[Year]) -> Year:
    """All years in one row."""
    return Year(
        None, sum(y.orders for y in years), sum((y.ordered for y in years), NOTHING),
        sum(y.cancellations for y in years), sum((y.returned for y in years), NOTHING),
        sum(y.adjustments for y in years), sum((y.adjusted for y in years), NOTHING), sum(y.unvalued for y in years),
    )  # fmt: skip


def with_shares(categories: Iterable[Category]) -> list[Category]:
    """The categories, the largest first, each with its share of all that is above zero; they add up to 1."""
    rows = sorted(categories, key=lambda c: (-c.net, c.name))
    total = sum((c.net for c in rows if c.net > 0), NOTHING)
    return [
        Category(c.name, c.lines, c.bought, c.returned, c.costed, c.cost, c.has_cost,
                 c.net / total if total > 0 and c.net > 0 else None)
        for c in rows
    ]  # fmt: skip


def average_gap(days: Sequence[date]) -> Decimal | None:
    """The mean of the days between purchases on rising `days`, to a tenth of a day, half up; None below two."""
    gaps = len(days) - 1
    if gaps < 1:
        return None
    return Decimal(((days[-1] - days[0]).days * 20 + gaps) // (2 * gaps)).scaleb(-1)
