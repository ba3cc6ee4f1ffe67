"""What may be asked of purchases, and which people that leaves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Goods:
    """Which goods count: of these categories, and among these products (keys). Empty: whatever was bought."""

    categories: tuple[str, ...] = ()
    products: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.categories or self.products)


@dataclass(frozen=True)
class Often:
    """How many orders somebody placed: from `least` to `most` (None: any number) in the last `days` (None: ever).

    An order counts when it is of `kind` (a cancellation is an order of its own, so it never counts as an order, and an
    order that was cancelled later was placed all the same); with `goods`, when at least one of its lines of goods with
    a quantity above 0 (of a cancellation: below 0) is of them; with `min_amount`, when its value in the company's
    currency is known and at least that.
    """

    least: int = 0
    most: int | None = None
    days: int | None = None
    kind: str = "order"
    min_amount: Decimal | None = None
    goods: Goods = Goods()

    @property
    def holds_without(self) -> bool:
        """Whether people without any such order are among those asked for."""
        return self.least == 0

    @property
    def others(self) -> Often:
        """The same with the bounds that all others have; only where it `holds_without`."""
        return Often(
            (self.most if self.most is not None else NEVER_SO_OFTEN) + 1, None, self.days, self.kind, self.min_amount,
            self.goods,
        )  # fmt: skip


NEVER_SO_OFTEN = 2**31 - 2


@dataclass(frozen=True)
class Spent:
    """How much somebody brought, in the company's currency: from `low` to `high` (None: open) in the last `days`.

    Net: orders less cancellations and adjustments, fees included. With `goods` only the lines of those goods count.
    Orders whose value is not known (no rate) do not. Whoever bought nothing spent 0.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    days: int | None = None
    goods: Goods = Goods()

    @property
    def holds_without(self) -> bool:
        """Whether people who bought nothing are among those asked for."""
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)
