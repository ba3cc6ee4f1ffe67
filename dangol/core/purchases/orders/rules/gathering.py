"""Gathering a whole order file row by row: orders with their places, people, products, and every count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from dangol.core.customers.people.rules import is_relay_number
from dangol.core.purchases.orders.rules.choices import Manners
from dangol.core.purchases.orders.rules.kinds import is_adjustment, is_cancelled, is_fee, kind_of_order
from dangol.core.purchases.orders.rules.reading import (
    LONGEST_CODE,
    ZERO,
    CellReader,
    Columns,
    Fault,
    Money,
    shorten,
)
from dangol.platform.exchange.reader import Row
from dangol.platform.exchange.values.contacts import read_email, read_phone
from dangol.platform.exchange.values.countries import find_country
from dangol.platform.exchange.values.numbers import EXACT, unwrap

FIELDS = (
    "number", "date", "customer_number", "customer_name", "email", "phone", "code", "description", "quantity",
    "price", "amount", "total", "currency", "country", "status", "line",
)  # fmt: skip


@dataclass(slots=True)
class OrderHead:
    """What is known of an order from its lines so far; the first that tells something is believed."""

    index: int
    number: str
    at: datetime
    at_text: str
    currency: str
    country: str = ""
    customer_number: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    lines: int = 0
    goes_back: int = 0
    has_two_times: bool = False
    is_adjustment: bool = True
    kind: str = "order"


@dataclass(slots=True)
class ProductHead:
    """What is known of a product from its lines so far."""

    index: int
    code: str
    names: Counter[str] = field(default_factory=Counter)
    latest: tuple[datetime, Decimal] | None = None


@dataclass(slots=True)
class Line:
    """A line that can be taken in. `money` is `quantity TAB price TAB amount`."""

    row_number: int
    order: int
    position: int
    product: int | None
    description: str
    is_fee: bool
    money: str
    at_text: str


@dataclass(slots=True)
class Aside:
    """A row that cannot be taken in. `position` is its place on its invoice, when the invoice is known."""

    row: Row
    fault: Fault
    position: int | None


class Gathering:
    """Takes rows in the order of the file and keeps count. After the last one, call `finish`."""

    def __init__(self, columns: Columns, manners: Manners, width: int) -> None:
        self.reader = CellReader(columns, manners)
        self.manners = manners
        self._places = [columns.get(name, width) for name in FIELDS]
        self._has_code, self._has_line = "code" in columns, "line" in columns
        self._width = width
        self.orders: dict[str, OrderHead] = {}
        self.products: dict[str, ProductHead] = {}
        self.positions: Counter[str] = Counter()
        self._explicit: set[tuple[str, int]] = set()
        self._seen: set[int] = set()
        self.reasons: Counter[str] = Counter()
        self.read = self.repeats = self.negative = 0
        self.amount_imported = self.amount_aside = ZERO
        self.notes: Counter[str] = Counter()

    @property
    def is_partial(self) -> bool:
        """Whether rows name their own places, so that the file may hold a part of an order only."""
        return self._has_line

    def take(self, row: Row) -> Line | Aside:
        """Take one row."""
        self.read += 1
        if row.fault:
            return self._aside(row, Fault(row.fault, ""), None)
        cells = row.cells
        mark = hash(tuple(cells))
        if mark in self._seen:
            self.repeats += 1
        else:
            self._seen.add(mark)
        cells.append("")
        part = [cells[place] for place in self._places]
        cells.pop()
        return self._take(row, part)

    def _take(self, row: Row, part: list[str]) -> Line | Aside:
        money = self.reader.money(part[8], part[9], part[10], part[11])
        number = unwrap(part[0])
        if not number:
            return self._aside(row, Fault("no_number", "number", money.amount), None)
        position = self._position(number, part[15])
        if position is None:
            return self._aside(row, Fault("bad_line", "line", money.amount), None)
        fault = Fault(money.fault, money.field, money.amount) if money.fault else None
        head = self.orders.get(number)
        moment = self.reader.moment(part[1])
        if moment.at is None and not (head and not part[1].strip()):
            fault = fault or Fault("bad_date" if part[1].strip() else "no_date", "date", money.amount)
        currency = self.reader.currency(part[12]) if part[12] else (head.currency if head else self.manners.currency)
        if currency == "?" or (head and head.currency != currency):
            fault = fault or Fault("bad_currency" if currency == "?" else "other_currency", "currency", money.amount)
        if part[14] and is_cancelled(part[14]):
            fault = fault or Fault("cancelled", "status", money.amount)
        if len(number) > LONGEST_CODE or len(part[6]) > LONGEST_CODE or len(part[2]) > LONGEST_CODE:
            fault = fault or Fault("code_too_long", "number", money.amount)
        if fault:
            return self._aside(row, fault, position)
        at, at_text = moment if moment.at else (head.at, head.at_text)  # type: ignore[union-attr]
        if head is None:
            head = OrderHead(len(self.orders), number, at, at_text, currency)  # type: ignore[arg-type]
            self.orders[number] = head
        return self._line(row, part, head, money, at, at_text, position)  # type: ignore[arg-type]

    def _line(
        self, row: Row, part: list[str], head: OrderHead, money: Money, at: datetime, at_text: str, position: int
    ) -> Line:
        description = shorten(part[7])
        code = (unwrap(part[6]) if self._has_code else description[:LONGEST_CODE]).upper()
        self._note_order(head, part, at, description)
        self.amount_imported = EXACT.add(self.amount_imported, money.amount)
        if money.quantity < 0:
            head.goes_back += 1
        product = self._product(code, description, at, money.price) if code else None
        return Line(
            row.number, head.index, position, product, description,
            not code and is_fee("", description), money.text, at_text,
        )  # fmt: skip

    def _position(self, number: str, given: str) -> int | None:
        """The row's place on its invoice; None when the place it names is no place or was taken already."""
        if not self._has_line or not given.strip():
            self.positions[number] += 1
            return self.positions[number]
        if not given.strip().isdecimal() or not 1 <= int(given) <= 1_000_000 or (number, int(given)) in self._explicit:
            return None
        self._explicit.add((number, int(given)))
        return int(given)

    def _note_order(self, head: OrderHead, part: list[str], at: datetime, description: str) -> None:
        head.lines += 1
        if at != head.at:
            head.has_two_times = True
        if head.is_adjustment and not is_adjustment(description):
            head.is_adjustment = False
        if not head.customer_number and part[2]:
            head.customer_number = unwrap(part[2])
        if not head.name and part[3]:
            head.name = shorten(part[3], 300)
        if not head.country and part[13]:
            head.country = part[13]
        if not head.email and part[4].strip():
            head.email = read_email(part[4])
            self.notes["bad_emails"] += not head.email
        if not head.phone and part[5].strip():
            phone = read_phone(unwrap(part[5]), self.manners.phone_region)
            head.phone = "" if is_relay_number(phone) else phone
            self.notes["bad_phones"] += not phone

    def _product(self, code: str, description: str, at: datetime, price: Decimal) -> int:
        head = self.products.get(code)
        if head is None:
            head = self.products[code] = ProductHead(len(self.products), code)
        if description:
            head.names[description] += 1
        if price > 0 and (head.latest is None or (at, price) > head.latest):
            head.latest = (at, price)
        return head.index

    def _aside(self, row: Row, fault: Fault, position: int | None) -> Aside:
        self.reasons[fault.reason] += 1
        self.amount_aside = EXACT.add(self.amount_aside, fault.amount)
        return Aside(row, fault, position)

    def finish(self) -> None:
        """Settle what only the whole file tells: countries' codes and the kinds of orders."""
        codes: dict[str, str] = {}
        for head in self.orders.values():
            if head.country:
                if head.country not in codes:
                    codes[head.country] = find_country(head.country)
                head.country = codes[head.country]
            adjusting = ("adjust",) if head.is_adjustment else ("",)
            head.kind = kind_of_order(head.number, adjusting, self.manners.prefixes)

    def fees(self) -> Iterator[tuple[ProductHead, str, bool]]:
        """Every product with its usual name, and whether it is a fee."""
        chosen = self.manners.fee_codes
        for head in self.products.values():
            name = usual_name(head.names)
            yield head, name, is_fee(head.code, name) if chosen is None else head.code in chosen


def usual_name(names: Counter[str]) -> str:
    """The name that stands on most lines; of several as usual the first by letters. Stop-gaps lose to real names."""
    real = {n: c for n, c in names.items() if any(x.isalpha() for x in n) and n.lower() not in ("unknown", "?", "n/a")}
    candidates = real or dict(names)
    return min(candidates, key=lambda name: (-candidates[name], name), default="")
