"""People by how often and for how much they bought. Each function is the twin of one in `queries`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from dangol.core.purchases.bought.queries import span_of
from dangol.core.purchases.bought.rules import Goods, Often, Spent
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.checks import require
from dangol.platform.objects.filter_language import on_grid
from dangol.platform.objects.filters_ibis import rows_of
from dangol.platform.objects.types import Asked, Tables

MONEY, PLACES = "decimal(38, 4)", 4


def often_ids(asked: Asked, tables: Tables) -> tuple[ir.Table, bool]:
    """One column, person_id: people by the number of their orders; and whether those or all others are asked for."""
    often: Often = asked.value
    if often.holds_without:
        return _so_often(asked, often.others, tables), False
    return _so_often(asked, often, tables), True


def _so_often(asked: Asked, often: Often, tables: Tables) -> ir.Table:
    rows = _orders(asked, often.days, tables)
    rows = rows.filter(rows.kind == often.kind)
    if often.min_amount is not None:
        rows = rows.filter(rows.value >= _money(often.min_amount, up=True))
    if often.goods:
        lines = _lines(often.goods, tables)
        lines = lines.filter((lines.quantity < 0) if often.kind == "cancellation" else (lines.quantity > 0))
        rows = rows.filter(rows.id.isin(lines.order_id))
    counted = rows.group_by("person_id").agg(times=rows.count())
    met = counted.times >= often.least
    if often.most is not None:
        met = met & (counted.times <= often.most)
    return counted.filter(met).select("person_id")


def _orders(asked: Asked, days: int | None, tables: Tables) -> ir.Table:
    require(asked.actor, "see", "order")
    rows = rows_of(Order, asked.actor, tables)
    rows = rows.filter(rows.person_id.notnull())
    span = span_of(days, asked.clock)
    if span is None:
        return rows
    first, end = (ibis.literal(moment, "timestamp('UTC')") for moment in span)
    return rows.filter(rows.ordered_at >= first, rows.ordered_at < end)


def _lines(goods: Goods, tables: Tables) -> ir.Table:
    lines = tables("order_line")
    lines = lines.filter(lines.kind == "goods")
    if goods.products:
        lines = lines.filter(lines.product_id.isin(goods.products))
    if goods.categories:
        products = tables("product")
        lines = lines.filter(lines.product_id.isin(products.filter(products.category.isin(goods.categories)).id))
    return lines


def spent_ids(asked: Asked, tables: Tables) -> tuple[ir.Table, bool]:
    """One column, person_id: people by what they brought; and whether those or all others are asked for."""
    spent: Spent = asked.value
    sums = _sums(asked, spent, tables)
    met: Any = ibis.literal(True)
    if spent.low is not None:
        met = met & (sums.total >= _money(spent.low, up=True))
    if spent.high is not None:
        met = met & (sums.total <= _money(spent.high, up=False))
    is_in = not spent.holds_without
    return sums.filter(met if is_in else ~met).select("person_id"), is_in


def _sums(asked: Asked, spent: Spent, tables: Tables) -> ir.Table:
    rows = _orders(asked, spent.days, tables)
    if spent.goods:
        lines = _lines(spent.goods, tables).select("order_id", line_value="value")
        rows = rows.drop("value").join(lines, rows.id == lines.order_id).rename(value="line_value")
    rows = rows.filter(rows.value.notnull())
    return rows.group_by("person_id").agg(total=rows.value.sum().cast(MONEY))


def _money(value: Decimal, *, up: bool) -> Any:
    return ibis.literal(on_grid(value, PLACES, up=up), MONEY)
