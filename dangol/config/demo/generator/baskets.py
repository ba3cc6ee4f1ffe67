"""What lies in a basket: favourites again and again, something new at times, presents before a festival."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from dangol.config.demo.generator import classes as c
from dangol.config.demo.generator.catalogue import ARTICLES, FEES
from dangol.config.demo.generator.chance import Urn

PLACE = {a.code: i for i, a in enumerate((*ARTICLES, *FEES))}
DRAWS = 24  # numbers of chance that one basket may use
MOST_LINES = 5
FREE_SHIPPING_FROM, FREE_SHIPPING_ABROAD_FROM = 40_000, 250_000
_SIZE = {
    c.LOYAL: 1.0, c.GROWING: 1.0, c.LAPSING: 1.0, c.SLIPPING: 2.2, c.SEASONAL: 0.8, c.OCCASIONAL: 0.9,
    c.ONE_TIME: 0.6, c.NEW: 0.8, c.PROSPECT: 0.0,
}  # fmt: skip
_SHELVES = {
    shelf: Urn([PLACE[a.code] for a in on_shelf], [a.popularity for a in on_shelf])
    for shelf in dict.fromkeys(a.shelf for a in ARTICLES)
    for on_shelf in [[a for a in ARTICLES if a.shelf == shelf]]
}
_HOME_MIX = Urn(("home", "drip", "filter", "gear", "gift", "kilo"), (34, 26, 24, 9, 4, 3))
_SUMMER_MIX = Urn(("cold", "home", "drip", "filter", "gear"), (34, 28, 16, 15, 7))
_FIRM_MIX = {
    "Café": Urn(("shop", "kilo", "filter", "cold"), (52, 36, 7, 5)),
    "Office": Urn(("office", "kilo", "drip", "filter"), (34, 34, 22, 10)),
    "Hotel": Urn(("drip", "kilo", "gift", "shop"), (48, 36, 6, 10)),
    "Restaurant": Urn(("kilo", "shop", "drip"), (55, 35, 10)),
}
_FAVOURITE_SHARE = 0.72
_RARE = frozenset({PLACE["HW-GRIND-CAFE"], PLACE["HW-GRIND-ELEC"]})


class Taste(NamedTuple):
    """What one customer buys: favourites, size of baskets (1 is usual), trade of the firm or empty."""

    favourites: tuple[int, ...]
    size: float
    trade: str
    kind: str


class Item(NamedTuple):
    """A line to be: place of the article or fee, how many."""

    article: int
    quantity: int


def taste_of(kind: str, trade: str, chance: Generator) -> Taste:
    """Return a customer's taste; firms' buyers buy for their trade."""
    size = _SIZE[kind] * math.exp(0.45 * chance.standard_normal())
    mix = _FIRM_MIX[trade] if trade else Urn(("home", "kilo", "drip"), (68, 18, 14))
    count = int(chance.integers(2, 5))
    favourites = [_SHELVES[mix.at(chance.random())].at(chance.random()) for _ in range(count)]
    if not trade and kind in (c.LOYAL, c.GROWING, c.SLIPPING) and chance.random() < 0.16:
        favourites[0] = _SHELVES["subscription"].at(chance.random())
    return Taste(tuple(f for f in favourites if f not in _RARE) or (PLACE["HW-HOUSE-1K"],), size, trade, kind)


def fill_basket(taste: Taste, progress: float, month: int, festival: str, draws: np.ndarray) -> list[Item]:
    """Return the goods of one order, no article twice.

    `progress` (0 to 1) is how far the customer's own history has gone, `festival` the shelf of presents when one is
    near, else empty; `draws` at least DRAWS numbers from 0 to 1.
    """
    u = iter(draws.tolist())
    size = taste.size * (0.55 + 1.3 * progress if taste.kind == c.GROWING else 1.0)
    found: dict[int, int] = {}
    gives = taste.kind == c.SEASONAL
    if festival and (gives or next(u) < 0.16):
        found[_SHELVES[festival].at(next(u))] = 1 + int(-math.log(1 - next(u)) * (1.2 if gives else 0.6))
    for _ in range(_count_of_lines(taste, next(u), bool(found))):
        article = _article(taste, month, next(u), next(u), next(u))
        found[article] = found.get(article, 0) + _quantity(taste, size, article, next(u))
    return [Item(article, quantity) for article, quantity in found.items()]


def _count_of_lines(taste: Taste, u: float, has_present: bool) -> int:
    least = 0 if has_present and taste.kind == c.SEASONAL else 1
    more = int(-math.log(1 - u) * (1.8 if taste.trade else 1.75))
    return min(MOST_LINES - 1, least + more)


def _article(taste: Taste, month: int, wish: float, where: float, which: float) -> int:
    if wish < _FAVOURITE_SHARE:
        return taste.favourites[int(wish / _FAVOURITE_SHARE * len(taste.favourites))]
    mix = _FIRM_MIX[taste.trade] if taste.trade else _SUMMER_MIX if 6 <= month <= 8 else _HOME_MIX
    return _SHELVES[mix.at(where)].at(which)


def _quantity(taste: Taste, size: float, article: int, u: float) -> int:
    if article in _RARE:
        return 1
    reach = size * (1.5 if taste.trade else 0.6)
    return min(60, 1 + int(-math.log(1 - u) * reach))


def fees_of(won: int, country: str, is_delivered: bool, has_present: bool, u: float) -> list[Item]:
    """Return the fees that go with goods worth `won`."""
    fees = []
    if is_delivered and country == "KR" and won < FREE_SHIPPING_FROM:
        fees.append(Item(PLACE["HW-SHIP"], 1))
    if is_delivered and country != "KR" and won < FREE_SHIPPING_ABROAD_FROM:
        fees.append(Item(PLACE["HW-SHIP-INTL"], 1))
    if has_present and u < 0.45:
        fees.append(Item(PLACE["HW-WRAP"], 1))
    return fees
