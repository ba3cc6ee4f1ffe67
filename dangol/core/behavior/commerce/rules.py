"""What an event of a shop or a player means. Pure.

Names and properties after Segment's "Ecommerce Spec" (v2) and "Video Spec", and the names of v1 that older libraries
still send: https://segment.com/docs/connections/spec/ecommerce/v2/ and .../spec/video/ (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

MOST_PRODUCTS = 100
LONGEST_TEXT = 300
FOUR_PLACES, THREE_PLACES = Decimal("0.0001"), Decimal("0.001")
_MOST_MONEY, _MOST_PIECES = Decimal(10) ** 12, Decimal(10) ** 9
_CURRENCY = re.compile(r"[A-Z]{3}")

# name without spaces, in lower case -> kind of touch
KINDS: Mapping[str, str] = {
    "productssearched": "searched",
    "searchedproducts": "searched",
    "productlistviewed": "listed",
    "viewedproductcategory": "listed",
    "productlistfiltered": "listed",
    "productclicked": "viewed",
    "productviewed": "viewed",
    "viewedproduct": "viewed",
    "productadded": "carted",
    "addedproduct": "carted",
    "wishlistproductaddedtocart": "carted",
    "productremoved": "uncarted",
    "removedproduct": "uncarted",
    "cartviewed": "cart",
    "checkoutstarted": "checkout",
    "checkoutstepviewed": "checkout",
    "checkoutstepcompleted": "checkout",
    "paymentinfoentered": "checkout",
    "ordercompleted": "ordered",
    "completedorder": "ordered",
    "orderrefunded": "refunded",
    "refundedorder": "refunded",
    "ordercancelled": "cancelled",
    "productaddedtowishlist": "wished",
    "productremovedfromwishlist": "unwished",
    "productshared": "shared",
    "productreviewed": "reviewed",
    "videoplaybackstarted": "played",
    "playbackstarted": "played",
    "videoplaybackcompleted": "played_out",
    "playbackcompleted": "played_out",
    "videocontentstarted": "watched",
    "contentstarted": "watched",
    "videocontentcompleted": "watched_out",
    "contentcompleted": "watched_out",
}
OF_ORDERS = frozenset({"ordered", "refunded", "cancelled"})
OF_VIDEOS = frozenset({"played", "played_out", "watched", "watched_out"})
OF_ONE_PRODUCT = frozenset({"viewed", "carted", "uncarted", "wished", "unwished", "shared", "reviewed"})


@dataclass(frozen=True)
class Item:
    """One product as an event tells of it. `keys` are the names by which the catalog may know it, best first."""

    keys: tuple[str, ...] = ()
    name: str = ""
    category: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None

    @property
    def code(self) -> str:
        """The name that is kept where the catalog knows none of them."""
        return self.keys[0] if self.keys else ""


@dataclass(frozen=True)
class Told:
    """What one event tells: a kind, whole-order facts, and its products."""

    kind: str
    items: tuple[Item, ...] = ()
    words: str = ""
    title: str = ""
    category: str = ""
    order_number: str = ""
    total: Decimal | None = None
    currency: str = ""
    charges: tuple[tuple[str, Decimal], ...] = ()


def kind_of(event: str) -> str:
    """The kind of touch that an event of this name is, "" for none. Spaces, case, `_` and `-` do not matter."""
    return KINDS.get(re.sub(r"[\s_\-]+", "", event).lower(), "")


def read(event: str, properties: Any) -> Told | None:
    """What an event tells, None where it is none of a shop or player. What cannot be read is left out, not guessed."""
    kind = kind_of(event)
    if not kind:
        return None
    given: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
    items = _items(kind, given)
    if kind in OF_ONE_PRODUCT and not items:
        return None
    number = text(given.get("order_id") or given.get("orderId")) if kind in OF_ORDERS | {"checkout"} else ""
    if kind in OF_ORDERS and not number:
        return None
    return Told(
        kind=kind,
        items=items,
        words=text(given.get("query")) if kind == "searched" else "",
        title=_title(given) if kind in OF_VIDEOS else "",
        category=text(given.get("category") or given.get("list_id")) if kind == "listed" else "",
        order_number=number,
        total=_total(given) if kind in OF_ORDERS else None,
        currency=currency(given.get("currency")),
        charges=_charges(given) if kind == "ordered" else (),
    )


def _items(kind: str, given: Mapping[str, Any]) -> tuple[Item, ...]:
    if kind in OF_ONE_PRODUCT:
        one = _item(given)
        return (one,) if one.keys or one.name else ()
    products = given.get("products")
    if kind not in OF_ORDERS | {"cart", "checkout"} or not isinstance(products, Sequence) or isinstance(products, str):
        return ()
    found = [_item(one) for one in products[:MOST_PRODUCTS] if isinstance(one, Mapping)]
    return tuple(item for item in found if item.keys or item.name)


def _item(given: Mapping[str, Any]) -> Item:
    names = [text(given.get(n)) for n in ("sku", "product_id", "productId", "id", "variant")]
    keys = tuple(dict.fromkeys(n.upper() for n in names[:4] if n))
    return Item(
        keys=keys,
        name=text(given.get("name")),
        category=text(given.get("category")),
        quantity=number(given.get("quantity"), THREE_PLACES, _MOST_PIECES),
        price=number(given.get("price"), FOUR_PLACES, _MOST_MONEY),
    )


def _title(given: Mapping[str, Any]) -> str:
    for name in ("title", "content_asset_id", "asset_id", "session_id"):
        if found := text(given.get(name)):
            return found
    assets = given.get("content_asset_ids")
    return text(assets[0]) if isinstance(assets, list) and assets else ""


def _total(given: Mapping[str, Any]) -> Decimal | None:
    for name in ("total", "revenue", "value", "subtotal"):
        found = number(given.get(name), FOUR_PLACES, _MOST_MONEY)
        if found is not None:
            return found
    return None


def _charges(given: Mapping[str, Any]) -> tuple[tuple[str, Decimal], ...]:
    """What an order costs beside its goods: shipping and tax added, a discount taken off."""
    found = []
    for name, sign in (("shipping", 1), ("tax", 1), ("discount", -1)):
        amount = number(given.get(name), FOUR_PLACES, _MOST_MONEY)
        if amount:
            found.append((name, sign * abs(amount)))
    return tuple(found)


def order_lines(told: Told) -> list[dict[str, Any]]:
    """The lines of an order that an event tells of, whose sum is its `total` where one is told.

    What goods, shipping, tax and discount leave open is a line of its own, so that nothing is lost or invented.
    """
    lines: list[dict[str, Any]] = [
        {"code": item.code, "description": item.name, "quantity": item.quantity or Decimal(1), "unit_price": item.price}
        for item in told.items
        if item.price is not None
    ]
    lines += [_fee(name, amount) for name, amount in told.charges]
    if told.total is not None:
        rest = told.total - sum((li["quantity"] * li["unit_price"] for li in lines), Decimal(0))
        if rest:
            lines.append(_fee("difference", rest.quantize(FOUR_PLACES, ROUND_HALF_EVEN)))
    return lines


def _fee(name: str, amount: Decimal) -> dict[str, Any]:
    return {"code": name.upper(), "description": name, "quantity": Decimal(1), "unit_price": amount}


def number(value: Any, places: Decimal, most: Decimal) -> Decimal | None:
    """A number as it was written, to so many places; None for what is none, is not finite or is too large.

    Floats are read by their shortest spelling (19.99, not 19.98999...).
    """
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    try:
        found = Decimal(str(value).strip().replace(",", ""))
        if not found.is_finite() or abs(found) >= most:
            return None
        return found.quantize(places, ROUND_HALF_EVEN)
    except InvalidOperation:
        return None


def text(value: Any) -> str:
    """A text as it can be kept: trimmed, without control letters, cut; "" for what is neither text nor number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return "".join(c for c in str(value) if c >= " " and c != "\x7f").strip()[:LONGEST_TEXT]


def currency(value: Any) -> str:
    """An ISO 4217 code in capitals, "" for anything else."""
    found = text(value).upper()
    return found if _CURRENCY.fullmatch(found) else ""
