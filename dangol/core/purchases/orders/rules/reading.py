"""Reading one row of an order file: money, moment, place on its invoice; or why the row must be put aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from babel.numbers import list_currencies

from dangol.core.purchases.orders.rules.choices import Manners
from dangol.platform.exchange.values.moments import NotAMoment, read_moment
from dangol.platform.exchange.values.numbers import EXACT, NotANumber, fits, plain_text, read_number, unwrap

ZERO, ONE, FOUR_PLACES = Decimal(0), Decimal(1), Decimal("0.0001")
MOST_REMEMBERED = 300_000
LONGEST_TEXT, LONGEST_CODE = 2000, 200
MOST_MONEY = Decimal(10) ** 13

Columns = Mapping[str, int]


class Money(NamedTuple):
    """Quantity, price and amount of a line, exact; or the `fault` and the `field` in which it lies."""

    quantity: Decimal
    price: Decimal
    amount: Decimal
    text: str
    fault: str = ""
    field: str = ""


class Moment(NamedTuple):
    """A moment in UTC and as ISO text; both empty when the cell holds none."""

    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is put aside: the reason, the field, and the money in it, as far as it can be told."""

    reason: str
    field: str
    amount: Decimal = ZERO


class CellReader:
    """Reads cells by the manners of the file, and remembers what it has read: files repeat themselves."""

    def __init__(self, columns: Columns, manners: Manners) -> None:
        self.columns, self.manners = columns, manners
        self._money: dict[tuple[str, str, str, str], Money] = {}
        self._moments: dict[str, Moment] = {}
        self._currencies: dict[str, str] = {}
        self._known_currencies = frozenset(list_currencies())

    def money(self, quantity: str, price: str, amount: str, total: str) -> Money:
        """Quantity, unit price and amount of a line from its four cells; empty ones follow from the others."""
        key = (quantity, price, amount, total)
        found = self._money.get(key)
        if found is None:
            if len(self._money) > MOST_REMEMBERED:
                self._money.clear()
            found = self._money[key] = self._read_money(*key)
        return found

    def moment(self, text: str) -> Moment:
        """The moment that a cell names."""
        found = self._moments.get(text)
        if found is None:
            if len(self._moments) > MOST_REMEMBERED:
                self._moments.clear()
            found = self._moments[text] = self._read_moment(text)
        return found

    def currency(self, text: str) -> str:
        """The currency of a row: its own, or the file's when the cell is empty; `?` when it is none."""
        code = text.strip().upper()
        if not code:
            return self.manners.currency
        return code if code in self._known_currencies else "?"

    def _read_moment(self, text: str) -> Moment:
        try:
            at = read_moment(unwrap(text), order=self.manners.order, zone=self.manners.zone)
        except NotAMoment:
            return Moment(None, "")
        return Moment(at, at.isoformat())

    def _read_money(self, quantity: str, price: str, amount: str, total: str) -> Money:
        numbers: dict[str, Decimal | None] = {}
        fault = ""
        for name, text in (("quantity", quantity), ("price", price), ("amount", amount), ("total", total)):
            try:
                numbers[name] = read_number(text, self.manners.mark) if text.strip() else None
            except NotANumber:
                numbers[name] = None
                fault = fault or name
        if fault:
            return Money(ZERO, ZERO, _amount_if_told(numbers), "", f"bad_{fault}", fault)
        return self._complete(numbers["quantity"], numbers["price"], numbers["amount"], numbers["total"])

    def _complete(
        self, quantity: Decimal | None, price: Decimal | None, amount: Decimal | None, total: Decimal | None
    ) -> Money:
        has_lines = "price" in self.columns or "amount" in self.columns
        if quantity is None:
            if "quantity" in self.columns and amount is None and has_lines:
                return Money(ZERO, ZERO, ZERO, "", "no_quantity", "quantity")
            quantity = ONE
        if amount is None:
            if price is None and (has_lines or total is None):
                return Money(ZERO, ZERO, ZERO, "", "no_price", "price" if "price" in self.columns else "amount")
            if price is None:
                quantity, price = ONE, total or ZERO
            amount = EXACT.multiply(quantity, price)
        if price is None:
            price = (amount / quantity) if quantity else ZERO
        return _checked(quantity, price, amount)


def _checked(quantity: Decimal, price: Decimal, amount: Decimal) -> Money:
    """Make sure that the line can be kept without losing a digit of its amount."""
    if not (fits(quantity, 14, 3) and fits(amount, 22, 6)) or abs(amount) >= MOST_MONEY:
        large = abs(quantity) >= Decimal(10) ** 11 or abs(amount) >= MOST_MONEY
        field = "amount" if fits(quantity, 14, 3) else "quantity"
        return Money(quantity, price, amount, "", "too_large" if large else "too_precise", field)
    if abs(price) >= Decimal(10) ** 15:
        return Money(quantity, price, amount, "", "too_large", "price")
    price = price if fits(price, 19, 4) else price.quantize(FOUR_PLACES, ROUND_HALF_EVEN)
    text = f"{plain_text(quantity)}\t{plain_text(price)}\t{plain_text(amount)}"
    return Money(quantity, price, amount, text)


def _amount_if_told(numbers: Mapping[str, Decimal | None]) -> Decimal:
    """The money in a row that has another fault."""
    amount, quantity, price = numbers["amount"], numbers["quantity"], numbers["price"]
    if amount is not None:
        return amount
    return EXACT.multiply(quantity, price) if quantity is not None and price is not None else ZERO


def shorten(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text without blanks around it, cut where no person would read on."""
    return text.strip()[:longest]
