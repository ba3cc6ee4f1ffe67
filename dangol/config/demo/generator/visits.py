"""What the invented customers did in the web shop in the last weeks: visits before orders, and some without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from numpy.random import Generator

from dangol.config.demo.generator.chance import pick, stream
from dangol.config.demo.generator.rows import LineRow, PersonRow, ProductRow
from dangol.config.demo.generator.words import Language, Words
from dangol.config.demo.generator.writing import Book

DAYS, MOST_ORDERS = 45, 260
SITE = "https://shop.hwaro.test"
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; SM-S928N) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
)
REFERRERS = ("", "https://search.naver.com/", "https://www.google.com/", "https://www.instagram.com/")
CAMPAIGNS: tuple[dict[str, str], ...] = ({}, {}, {}, {"source": "kakao", "medium": "message", "name": "autumn-roast"})
SEARCHES = (
    Words("decaf", "디카페인"),
    Words("dripper", "드리퍼"),
    Words("ethiopia", "에티오피아"),
    Words("gift", "선물"),
)
HOME = Words("Hwaro Coffee", "화로커피")


class Deed(NamedTuple):
    """One thing done on a page; `customer` is a place in the people."""

    customer: int
    at: datetime
    kind: str
    name: str
    path: str
    title: str
    properties: dict[str, Any]
    agent: str
    referrer: str
    campaign: dict[str, str]


def invent_visits(
    people: list[PersonRow], products: list[ProductRow], book: Book, today: date, language: Language, seed: int
) -> list[Deed]:
    """What was done in the shop in the last weeks, in the order of time; the same every time."""
    chance = stream(seed, "visits")
    lines: dict[int, list[LineRow]] = defaultdict(list)
    begin = today - timedelta(days=DAYS)
    recent = [i for i, order in enumerate(book.orders) if order.kind == "order" and order.person is not None
              and begin <= order.ordered_at.date() < today][-MOST_ORDERS:]  # fmt: skip
    wanted = set(recent)
    for line in book.lines:
        if line.order in wanted:
            lines[line.order].append(line)
    found: list[Deed] = []
    for place in recent:
        order = book.orders[place]
        goods = [line for line in lines[place] if products[line.product].kind == "goods"][:3]
        shopper = _Shopper(order.person or 0, products, language, chance)
        if chance.random() < 0.5:
            found += shopper.looks(order.ordered_at - timedelta(days=1 + int(chance.integers(5))), goods)
        found += shopper.buys(order.ordered_at, goods, order.number)
    return sorted(found, key=lambda deed: deed.at)


class _Shopper:
    """One customer with a device and a way into the shop."""

    def __init__(self, customer: int, products: list[ProductRow], language: Language, chance: Generator) -> None:
        self.customer, self.products, self.language, self.chance = customer, products, language, chance
        self.agent = pick(AGENTS, float(chance.random()))
        self.referrer = pick(REFERRERS, float(chance.random()))
        self.campaign = pick(CAMPAIGNS, float(chance.random()))

    def looks(self, at: datetime, goods: list[LineRow]) -> Iterator[Deed]:
        """Look at goods, after a search now and then, and leave."""
        yield self._page(at, "/", HOME.told(self.language))
        if self.chance.random() < 0.4:
            words = pick(SEARCHES, float(self.chance.random())).told(self.language)
            yield self._track(at + timedelta(seconds=20), "Products Searched", {"query": words}, "/search")
        for n, line in enumerate(goods):
            product, seen = self.products[line.product], at + timedelta(minutes=1 + n)
            yield self._page(seen, f"/goods/{product.code}", product.name)
            yield self._track(seen, "Product Viewed", self._told(line), f"/goods/{product.code}")

    def buys(self, at: datetime, goods: list[LineRow], number: str) -> Iterator[Deed]:
        """Look at goods, put them into the basket and order them at this moment."""
        begin = at - timedelta(minutes=len(goods) + 4)
        yield from self.looks(begin, goods)
        for line in goods:
            yield self._track(at - timedelta(minutes=2), "Product Added", self._told(line), "/basket")
        yield self._page(at - timedelta(minutes=1), "/checkout", Words("Checkout", "결제").told(self.language))
        told = {"order_id": number, "currency": "KRW", "products": [self._told(line) for line in goods]}
        yield self._track(at, "Order Completed", told, "/checkout/done")

    def _told(self, line: LineRow) -> dict[str, Any]:
        product = self.products[line.product]
        return {"sku": product.code, "name": product.name, "category": product.category, "price": str(product.price),
                "quantity": str(line.quantity)}  # fmt: skip

    def _page(self, at: datetime, path: str, title: str) -> Deed:
        return Deed(self.customer, at, "page", "", path, title, {}, self.agent, self.referrer, self.campaign)

    def _track(self, at: datetime, name: str, told: dict[str, Any], path: str) -> Deed:
        return Deed(self.customer, at, "track", name, path, "", told, self.agent, "", {})
