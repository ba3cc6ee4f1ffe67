"""Who bought what, and which products are bought by the same people."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from dangol.analytical.recommendations.cross_sell.rules import LATEST_PRODUCTS, LEAST_BUYERS, LEAST_TOGETHER


def purchases(order: ir.Table, order_line: ir.Table, product: ir.Table, person: ir.Table) -> ir.Table:
    """One row a person, product and day: person_id, product_id, day. Goods that were ordered, by people we know.

    Fees, cancellations and lines that brought goods back are left out, as are people and products in the trash.
    """
    orders = order.filter(order.kind == "order", order.person_id.notnull())
    orders = orders.select(known_order=orders.id, person_id=orders.person_id, day=orders.ordered_at.date())
    goods = product.filter(product.kind == "goods").select(known_product=product.id)
    lines = order_line.filter(order_line.quantity > 0, order_line.kind == "goods")
    rows = lines.join(orders, lines.order_id == orders.known_order)
    rows = rows.join(goods, rows.product_id == goods.known_product)
    rows = rows.join(person.select(known_person=person.id), rows.person_id == person.id)
    return rows.select("person_id", "product_id", "day").distinct()


def holdings(purchases: ir.Table) -> ir.Table:
    """One row a person and product: person_id, product_id, first_on, last_on."""
    return purchases.group_by("person_id", "product_id").agg(first_on=purchases.day.min(), last_on=purchases.day.max())


def latest(holdings: ir.Table, most: int = LATEST_PRODUCTS) -> ir.Table:
    """The same, of each person only the `most` products bought last (of one day: those with the lower key)."""
    by_last = ibis.window(group_by=holdings.person_id, order_by=[holdings.last_on.desc(), holdings.product_id])
    ranked = holdings.mutate(place=ibis.row_number().over(by_last))
    return ranked.filter(ranked.place < most).drop("place")


def buyers(holdings: ir.Table) -> ir.Table:
    """One row a product: product_id, buyers."""
    return holdings.group_by("product_id").agg(buyers=holdings.count())


def together(latest: ir.Table, *, people: int) -> ir.Table:
    """One row a pair in both directions: product_id, other_id, together, buyers, other_buyers, expected (by chance).

    `latest` are the latest products of each of `people` people. Only products that enough people bought, and pairs
    that enough people bought both of.
    """
    counted = buyers(latest)
    known = counted.filter(counted.buyers >= LEAST_BUYERS)
    named = known.select(known_id=known.product_id)
    rows = latest.join(named, latest.product_id == named.known_id)
    left, right = rows.select("person_id", "product_id"), rows.select(same_id=rows.person_id, other_id=rows.product_id)
    both = left.join(right, [left.person_id == right.same_id, left.product_id != right.other_id])
    pairs = both.group_by("product_id", "other_id").agg(together=both.count())
    pairs = pairs.filter(pairs.together >= LEAST_TOGETHER)
    mine = known.select(mine_id=known.product_id, buyers=known.buyers)
    theirs = known.select(theirs_id=known.product_id, other_buyers=known.buyers)
    named = pairs.join(mine, pairs.product_id == mine.mine_id)
    named = named.join(theirs, named.other_id == theirs.theirs_id)
    expected = named.buyers.cast("float64") * named.other_buyers / people
    return named.select("product_id", "other_id", "together", "buyers", "other_buyers", expected=expected)
