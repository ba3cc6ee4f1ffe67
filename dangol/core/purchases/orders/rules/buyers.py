"""Who bought, by all orders of a file together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dangol.core.purchases.orders.rules.gathering import OrderHead


@dataclass(slots=True)
class Buyer:
    """A customer as the file knows them; each value from the latest order that tells it."""

    index: int
    customer_number: str
    email: str = ""
    phone: str = ""
    name: str = ""
    country: str = ""


def gather_buyers(orders: Iterable[OrderHead]) -> tuple[list[Buyer], dict[int, int]]:
    """Return the buyers of a file, and {order index: buyer index} for the orders whose buyer is known.

    A buyer is known by customer number, else e-mail, else telephone. An order that gives only the e-mail (telephone)
    of somebody who stands with a number elsewhere in the file is theirs. A name alone tells nobody from another.
    """
    ordered = sorted(orders, key=lambda head: (head.at, head.number), reverse=True)
    by_mail, by_phone = _numbers_behind(ordered)
    buyers: dict[tuple[str, str], Buyer] = {}
    whose: dict[int, int] = {}
    for head in ordered:
        key = _key(head, by_mail, by_phone)
        if key is None:
            continue
        buyer = buyers.get(key)
        if buyer is None:
            buyer = buyers[key] = Buyer(len(buyers), key[1] if key[0] == "number" else "")
        _fill(buyer, head)
        whose[head.index] = buyer.index
    return list(buyers.values()), whose


def _numbers_behind(orders: list[OrderHead]) -> tuple[dict[str, str], dict[str, str]]:
    """The customer number behind an e-mail and behind a telephone; of several the smallest, whatever their order."""
    mails: dict[str, str] = {}
    phones: dict[str, str] = {}
    for head in orders:
        for known, value in ((mails, head.email), (phones, head.phone)):
            if head.customer_number and value:
                known[value] = min(known.get(value, head.customer_number), head.customer_number)
    return mails, phones


def _key(head: OrderHead, by_mail: dict[str, str], by_phone: dict[str, str]) -> tuple[str, str] | None:
    if head.customer_number:
        return "number", head.customer_number
    if head.email:
        return ("number", by_mail[head.email]) if head.email in by_mail else ("email", head.email)
    if head.phone:
        return ("number", by_phone[head.phone]) if head.phone in by_phone else ("phone", head.phone)
    return None


def _fill(buyer: Buyer, head: OrderHead) -> None:
    for name in ("email", "phone", "name", "country"):
        if not getattr(buyer, name):
            setattr(buyer, name, getattr(head, name))
