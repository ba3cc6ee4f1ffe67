"""Two years of orders: each customer's days and baskets, the till's unknown buyers, refunds, goodwill."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from dangol.config.demo.generator.baskets import DRAWS, PLACE, Item, Taste, fees_of, fill_basket, taste_of
from dangol.config.demo.generator.catalogue import ARTICLES
from dangol.config.demo.generator.chance import Urn, stream
from dangol.config.demo.generator.festivals import festivals
from dangol.config.demo.generator.people import Customer
from dangol.config.demo.generator.rhythm import order_days

SPAN_DAYS = 730
SEOUL = timezone(timedelta(hours=9), "KST")
WEB, STORE, WHOLESALE = "hwaro.test", "Hwaro Seongsu", "Hwaro wholesale"
STORE_SHARE = 0.22  # of the customers in Seoul
NEAR_FESTIVAL_DAYS = 19
TILL_A_DAY = 0.9
_PRESENTS = frozenset(PLACE[a.code] for a in ARTICLES if a.code.startswith("HW-GIFT-"))
_CURRENCIES = {"KR": "KRW", "JP": "JPY", "DE": "EUR", "FR": "EUR", "NL": "EUR", "IT": "EUR", "SE": "EUR", "IE": "EUR"}
_HOURS = {
    WEB: Urn(range(24), (3, 1, 1, 0, 0, 1, 3, 7, 9, 10, 10, 10, 11, 9, 8, 8, 8, 8, 9, 11, 14, 16, 13, 7)),
    STORE: Urn(range(24), (0,) * 10 + (6, 9, 12, 13, 12, 11, 10, 9, 8, 6) + (0,) * 4),
    WHOLESALE: Urn(range(24), (0,) * 8 + (9, 14, 14, 12, 5, 10, 12, 11, 9, 4) + (0,) * 6),
}


class Draft(NamedTuple):
    """An order before it has a number. Quantities below zero are refunds; `of` is the place of the order refunded."""

    person: int | None
    ordered_at: datetime
    source: str
    country: str
    currency: str
    items: tuple[Item, ...]
    kind: str = "order"
    of: int | None = None


class Calendar:
    """The days of the history, from two years ago to yesterday, and which festival is near."""

    def __init__(self, today: date) -> None:
        self.first = today - timedelta(days=SPAN_DAYS)
        self.days = [self.first + timedelta(days=i) for i in range(SPAN_DAYS)]
        found = festivals(self.first, today + timedelta(days=NEAR_FESTIVAL_DAYS))
        self.festivals = [(name, (day - self.first).days) for name, day in found]

    def shelf(self, day: int) -> str:
        """The shelf of presents of the festival that comes within the next weeks, or nothing."""
        near = (name for name, on in self.festivals if 0 < on - day <= NEAR_FESTIVAL_DAYS)
        return next(near, "")

    def moment(self, day: int, source: str, u: np.ndarray) -> datetime:
        """A likely time of `day` for an order from `source`."""
        on = self.days[day]
        seconds = int(u[1] * 3600)
        hour = _HOURS[source].at(float(u[0]))
        return datetime(on.year, on.month, on.day, hour, seconds // 60, seconds % 60, tzinfo=SEOUL)


def currency_of(country: str) -> str:
    """The currency in which customers of `country` pay."""
    return _CURRENCIES.get(country, "USD")


def draft_orders(customers: list[Customer], trades: list[str], today: date, seed: int) -> list[Draft]:
    """Return all orders by time. `trades` names for each customer the trade of the firm, empty for private ones."""
    calendar = Calendar(today)
    rhythm, baskets = stream(seed, "rhythm"), stream(seed, "baskets")
    drafts: list[Draft] = []
    for place, customer in enumerate(customers):
        days = order_days(customer.kind, SPAN_DAYS, calendar.festivals, rhythm)
        taste = taste_of(customer.kind, trades[place], baskets)
        drafts += _orders_of(place, customer, taste, days, calendar, baskets)
    drafts += _till(calendar, stream(seed, "till"))
    drafts.sort(key=lambda d: (d.ordered_at, d.person is None, d.person or 0))
    return drafts


def _orders_of(
    place: int, customer: Customer, taste: Taste, days: list[int], calendar: Calendar, chance: Generator
) -> list[Draft]:
    source = _source_of(customer, chance)
    draws = chance.random((len(days), DRAWS + 3))
    currency, length = currency_of(customer.country), max(1, len(days) - 1)
    drafts = []
    for i, day in enumerate(days):
        items = fill_basket(taste, i / length, calendar.days[day].month, calendar.shelf(day), draws[i, 3:])
        items += _fees(items, customer.country, source == WEB, float(draws[i, 2]))
        moment = calendar.moment(day, source, draws[i])
        drafts.append(Draft(place, moment, source, customer.country, currency, tuple(items)))
    return drafts


def _source_of(customer: Customer, chance: Generator) -> str:
    u = chance.random()
    if customer.is_buyer and customer.country == "KR":
        return WHOLESALE
    is_in_seoul = customer.city in ("Seoul", "서울")
    return STORE if is_in_seoul and u < STORE_SHARE else WEB


def _fees(items: list[Item], country: str, is_delivered: bool, u: float) -> list[Item]:
    won = sum(ARTICLES[i.article].price * i.quantity for i in items)
    return fees_of(won, country, is_delivered, any(i.article in _PRESENTS for i in items), u)


def _till(calendar: Calendar, chance: Generator) -> list[Draft]:
    """Sales in the store to people who gave no name."""
    drafts = []
    for day, count in enumerate(chance.poisson(TILL_A_DAY, SPAN_DAYS)):
        for _ in range(int(count)):
            taste = taste_of("one_time", "", chance)
            draws = chance.random(DRAWS + 3)
            items = fill_basket(taste, 0.0, calendar.days[day].month, "", draws[3:])
            drafts.append(Draft(None, calendar.moment(day, STORE, draws), STORE, "KR", "KRW", tuple(items)))
    return drafts


def draft_refunds(orders: list[Draft], today: date, seed: int) -> list[Draft]:
    """Return refunds of some orders, whole or in part, and goodwill given; none later than yesterday."""
    chance = stream(seed, "refunds")
    end = datetime(today.year, today.month, today.day, tzinfo=SEOUL)
    found = []
    for place, order in enumerate(orders):
        u = chance.random(4)
        if order.person is None or u[0] >= 0.030:
            continue
        after = timedelta(days=1 + int(u[1] * 9), minutes=int(u[2] * 300))
        if order.ordered_at + after < end:
            found.append(_refund(place, order, order.ordered_at + after, float(u[0]), float(u[3])))
    return found


def _refund(place: int, order: Draft, at: datetime, how: float, u: float) -> Draft:
    if how >= 0.028:
        goodwill = (Item(PLACE["HW-GOODWILL"], -1),)
        return order._replace(ordered_at=at, items=goodwill, kind="adjustment", of=place)
    goods = [i for i in order.items if i.article < len(ARTICLES)]
    whole = order.items if how < 0.014 else (goods[int(u * len(goods))],)
    back = tuple(Item(i.article, -i.quantity) for i in whole)
    return order._replace(ordered_at=at, items=back, kind="cancellation", of=place)
