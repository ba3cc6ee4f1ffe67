"""What of the law stands now, and the transactions by which it lets advertising pass without consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dangol.core.consent.gate.rules.asking import Asked, Standing, home_day
from dangol.core.consent.law.queries import book, has_certified_sender
from dangol.core.consent.ledger.models import Purpose

DEALS = """
SELECT gate_order.id AS order_id, gate_order.ordered_at
FROM purchases_order gate_order
JOIN purchases_line gate_line ON gate_line.order_id = gate_order.id AND gate_line.amount > 0
JOIN catalog_product gate_goods ON gate_goods.id = gate_line.product_id AND gate_goods.category = %s
WHERE gate_order.person_id = {person} AND gate_order.kind = 'order' AND gate_order.deleted_at IS NULL
  AND gate_order.ordered_at <= %s AND gate_order.ordered_at > {since}
  AND lower(btrim({source})) <> ALL (%s)
"""
"""Finished transactions of one kind of goods: parameters category, now, those of `since`, and the sources of people
whose contact was not collected directly."""


def standing_of(asked: Asked) -> Standing:
    """The book of rules, and whether bulk messages on the channel have a certified sender."""
    found = book()
    if not asked.is_advertising or found.value(found.home, "certified_sender", asked.channel, "no") != "yes":
        return Standing(found)
    return Standing(found, has_certified_sender(asked.channel, home_day(asked.at)))


def goods_of(purpose_id: int | None) -> str:
    """The kind of goods that a purpose is about; "" where it is about no one kind."""
    found = Purpose.objects.filter(pk=purpose_id).values_list("goods", flat=True).first() if purpose_id else None
    return found or ""


@dataclass(frozen=True)
class Deal:
    """The order by which advertising is let pass."""

    order_id: int
    ended_at: datetime


def last_deal(person_id: int, goods: str, source: str, at: datetime, standing: Standing) -> Deal | None:
    """The person's newest finished transaction with these goods at a moment, contact collected directly."""
    if not goods:
        return None
    text = DEALS.format(person="%s", since="'-infinity'", source="%s::text")
    params: list[Any] = [goods, person_id, at, source, list(standing.book.indirect_sources())]
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ORDER BY gate_order.ordered_at DESC, gate_order.id DESC LIMIT 1", params)
        row = cursor.fetchone()
    return Deal(*row) if row else None
