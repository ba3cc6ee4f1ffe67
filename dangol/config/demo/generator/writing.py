"""Turning drafts into numbered orders with prices, rates and exact sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dangol.config.demo.generator import rates as rate_data
from dangol.config.demo.generator.orders import Draft
from dangol.config.demo.generator.rows import LineRow, OrderRow, ProductRow
from dangol.config.demo.generator.words import Language, Words

FIRST_NUMBER = 10_001
_NOTES = {
    "cancellation": Words("Cancels {}", "{} 취소"),
    "adjustment": Words("Goodwill for {}", "{} 보상"),
}
ONE = Decimal(1)


class Book(NamedTuple):
    """All orders by time, and their lines; a line's `order` is a place in the orders."""

    orders: list[OrderRow]
    lines: list[LineRow]


class Prices:
    """List prices in every currency, and the rate known on a day."""

    def __init__(self, products: list[ProductRow], today: date) -> None:
        self.rates = rate_data.monthly_rates(today)
        self.lists = {"KRW": [p.price for p in products]}
        for currency in self.rates:
            self.lists[currency] = [rate_data.foreign_price(int(p.price), currency) for p in products]

    def rate(self, currency: str, day: date) -> tuple[Decimal, date]:
        """Won for one unit on `day`, and since when that was known."""
        if currency == "KRW":
            return ONE, day
        since = day.replace(day=1)
        return self.rates[currency][since], since


def write_orders(
    orders: list[Draft], refunds: list[Draft], products: list[ProductRow], today: date, language: Language
) -> Book:
    """Number the orders by time (H-10001, ...), refunds after what they refund (H-10001-R), and price them."""
    numbers = [f"H-{FIRST_NUMBER + i}" for i in range(len(orders))]
    named = [(draft, numbers[i], "") for i, draft in enumerate(orders)]
    for draft in refunds:
        of = numbers[draft.of or 0]
        suffix = "R" if draft.kind == "cancellation" else "G"
        named.append((draft, f"{of}-{suffix}", _NOTES[draft.kind].told(language).format(of)))
    named.sort(key=lambda n: (n[0].ordered_at, n[1]))
    prices, book = Prices(products, today), Book([], [])
    for draft, number, note in named:
        _write(book, draft, number, note, prices, products)
    return book


def _write(book: Book, draft: Draft, number: str, note: str, prices: Prices, products: list[ProductRow]) -> None:
    place, listed = len(book.orders), prices.lists[draft.currency]
    rate, since = prices.rate(draft.currency, draft.ordered_at.date())
    total = worth = Decimal(0)
    for position, (article, count) in enumerate(draft.items, start=1):
        product, quantity, price = products[article], Decimal(count), listed[article]
        amount = quantity * price
        value = amount * rate
        total, worth = total + amount, worth + value
        book.lines.append(
            LineRow(
                place, position, article, product.code, product.name, product.kind, quantity, price, amount, value,
                draft.ordered_at,
            )
        )  # fmt: skip
    book.orders.append(
        OrderRow(
            draft.source, number, draft.kind, draft.person, draft.ordered_at, draft.country, draft.currency, rate,
            since, total, worth, len(draft.items), note,
        )
    )  # fmt: skip
