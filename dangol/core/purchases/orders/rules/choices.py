"""What is decided once for a whole file: by the person, or by the file itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dangol.core.purchases.orders.rules.kinds import Prefixes
from dangol.platform.exchange.reader import Row
from dangol.platform.exchange.values.countries import currency_of, find_country
from dangol.platform.exchange.values.moments import DayOrder, Order, find_day_order
from dangol.platform.exchange.values.numbers import Mark, find_decimal_mark

MOST_REMEMBERED = 500_000
_SIGNS = {"£": "GBP", "€": "EUR", "₩": "KRW", "￦": "KRW", "원": "KRW", "₹": "INR", "₫": "VND", "฿": "THB"}
MAJORITY = 0.5


@dataclass(frozen=True)
class Choices:
    """How the file is to be taken; an empty value means that the file or the workspace decides.

    `fee_codes` None: told by rule; a set: exactly these codes are fees. `rate` is what one unit of the file's currency
    is worth in the company's, from the file's first day.
    """

    shop: str = "shop"
    currency: str = ""
    rate: Decimal | None = None
    time_zone: str = ""
    fee_codes: frozenset[str] | None = None
    day_order: str = ""
    decimal_mark: str = ""
    is_currency_adopted: bool = False

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Choices:
        """Read what a form or the command line stored. Raises ValueError, decimal.InvalidOperation."""
        fees = given.get("fee_codes")
        if fees == given.get("fee_codes_suggested"):
            fees = None
        if isinstance(fees, str):
            fees = [code.strip() for code in re.split(r"[,;\n]", fees)]
        return cls(
            shop=str(given.get("shop") or "shop").strip(),
            currency=str(given.get("currency") or "").strip().upper(),
            rate=Decimal(str(given["rate"]).strip()) if given.get("rate") else None,
            time_zone=str(given.get("time_zone") or ""),
            fee_codes=None if fees is None else frozenset(code.upper() for code in fees if code),
            day_order=str(given.get("day_order") or ""),
            decimal_mark=str(given.get("decimal_mark") or ""),
            is_currency_adopted=bool(given.get("is_currency_adopted")),
        )


@dataclass
class Findings:
    """What a look at every row of the file told, before any row is taken."""

    rows: int = 0
    countries: Counter[str] = field(default_factory=Counter)
    dates: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    prefixes: Prefixes = field(default_factory=Prefixes)
    products: Counter[tuple[str, str]] = field(default_factory=Counter)

    def look(self, rows: Iterable[Row], columns: Mapping[str, int], on_rows: Any = None) -> Findings:
        """Go through all rows. `on_rows(count)` hears of every ten thousand."""
        country, date, number, quantity = (columns.get(n) for n in ("country", "date", "number", "quantity"))
        code, description = columns.get("code"), columns.get("description")
        money = [columns[n] for n in ("price", "amount", "total", "quantity") if n in columns]
        countries, dates, numbers, prefixes = self.countries, self.dates, self.numbers, self.prefixes
        for row in rows:
            self.rows += 1
            if on_rows and self.rows % 10_000 == 0:
                on_rows(10_000)
            cells = row.cells
            if row.fault:
                continue
            if country is not None:
                countries[cells[country]] += 1
            if date is not None and len(dates) < MOST_REMEMBERED:
                dates.add(cells[date])
            if len(numbers) < MOST_REMEMBERED:
                for place in money:
                    numbers.add(cells[place])
            if number is not None:
                prefixes.note(cells[number], quantity is not None and cells[quantity].startswith(("-", "(")))
            if code is not None and len(self.products) < MOST_REMEMBERED:
                self.products[cells[code], cells[description] if description is not None else ""] += 1
        return self

    def day_order(self) -> DayOrder:
        """How `1/2/2011` is read in this file."""
        return find_day_order(self.dates)

    def decimal_mark(self) -> tuple[Mark, bool]:
        """Its decimal mark, and whether that is certain."""
        return find_decimal_mark(self.numbers)

    def currency_by_sign(self) -> str:
        """The currency whose sign stands at amounts, if any does."""
        found = Counter(_SIGNS[letter] for text in self.numbers for letter in text if letter in _SIGNS)
        return found.most_common(1)[0][0] if found else ""

    def home_country(self) -> str:
        """The country of more than half of the rows; else empty."""
        found: Counter[str] = Counter()
        for name, count in self.countries.items():
            found[find_country(name)] += count
        country, count = found.most_common(1)[0] if found else ("", 0)
        return country if count > self.rows * MAJORITY else ""

    def currency_by_country(self) -> str:
        """The currency of the country where most orders come from; else empty."""
        country = self.home_country()
        return currency_of(country) if country else ""

    def unknown_countries(self) -> dict[str, int]:
        """Names of countries that are none, with their rows."""
        return {n.strip(): c for n, c in self.countries.most_common() if n.strip() and not find_country(n)}


@dataclass(frozen=True)
class Manners:
    """How cells are read: what was chosen, or else found."""

    order: Order
    mark: Mark
    zone: tzinfo
    currency: str
    phone_region: str
    prefixes: Prefixes
    fee_codes: frozenset[str] | None


def manners(choices: Choices, findings: Findings, *, currency: str, time_zone: str, phone_region: str) -> Manners:
    """Join choices and findings; `currency` and `time_zone` are those decided for the file."""
    order: Order = findings.day_order().order
    if choices.day_order in ("dmy", "mdy"):
        order = "dmy" if choices.day_order == "dmy" else "mdy"
    mark: Mark = findings.decimal_mark()[0]
    if choices.decimal_mark in (".", ","):
        mark = "." if choices.decimal_mark == "." else ","
    return Manners(
        order,
        mark,
        ZoneInfo(choices.time_zone or time_zone),
        currency,
        phone_region,
        findings.prefixes,
        choices.fee_codes,
    )
