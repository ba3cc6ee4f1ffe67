"""The rows of the invented company, ready to be stored. Links are places in the lists (0 is the first)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class ProductRow(NamedTuple):
    """One article or fee (`kind` goods or fee); price in won."""

    code: str
    name: str
    kind: str
    category: str
    price: Decimal


class CompanyRow(NamedTuple):
    """One firm; `owner` is a staff e-mail or empty."""

    name: str
    registration_number: str
    industry: str
    website: str
    phone: str
    country: str
    city: str
    address: str
    owner: str
    created_at: datetime


class PersonRow(NamedTuple):
    """One customer; `company` a place in the companies, `owner` a staff e-mail or empty."""

    customer_number: str
    name: str
    latin_name: str
    email: str
    phone: str
    company: int | None
    job_title: str
    country: str
    city: str
    address: str
    language: str
    born_on: date | None
    source: str
    owner: str
    created_at: datetime


class OrderRow(NamedTuple):
    """One order; `value` is `amount` in won by `rate`, known since `rate_on`."""

    source: str
    number: str
    kind: str
    person: int | None
    ordered_at: datetime
    country: str
    currency: str
    rate: Decimal
    rate_on: date
    amount: Decimal
    value: Decimal
    line_count: int
    note: str


class LineRow(NamedTuple):
    """One line of an order; `product` a place in the products."""

    order: int
    position: int
    product: int
    code: str
    description: str
    kind: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    value: Decimal
    occurred_at: datetime


class RateRow(NamedTuple):
    """What one unit of `currency` was worth in won from the day `on`."""

    currency: str
    to_currency: str
    on: date
    rate: Decimal
