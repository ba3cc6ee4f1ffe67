"""Revenue by day, month and span, and the curve of who brings it."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.warehouse.marts.tables.sales import MONEY

CURVE_POINTS = 200


def monthly_revenue(sales: ir.Table, purchases: ir.Table) -> ir.Table:
    """One row a month with orders: month, revenue, orders, customers, new_customers, returning_customers, and revenue
    split into new_revenue, returning_revenue and unknown_revenue.

    A customer is new in the month of the first purchase (or first order, when nothing was ever bought net above 0).
    """
    return _split(sales, purchases, "month")


def daily_revenue(sales: ir.Table, purchases: ir.Table) -> ir.Table:
    """One row a day with orders: day, revenue, orders, customers, new_customers."""
    return _split(sales, purchases, "day").select("day", "revenue", "orders", "customers", "new_customers")


def span_totals(sales: ir.Table, purchases: ir.Table, *, first_on: date, last_on: date) -> ir.Table:
    """One row: revenue, orders, customers, new_customers and repeat_customers from `first_on` to `last_on`, counted in.

    A repeat customer bought in the span and had bought before.
    """
    inside = sales.filter(sales.day.between(ibis.literal(first_on), ibis.literal(last_on)))
    bought = purchases.filter(purchases.day.between(ibis.literal(first_on), ibis.literal(last_on)))
    money = inside.agg(
        revenue=inside.value.sum().fill_null(0).cast(MONEY), orders=inside.is_order.sum().fill_null(0).cast("int64")
    )
    people = bought.agg(
        customers=bought.person_id.nunique(),
        new_customers=bought.person_id.nunique(where=bought.nth == 1),
        repeat_customers=bought.person_id.nunique(where=bought.nth > 1),
    )
    return money.cross_join(people)


def pareto_curve(customer_value: ir.Table, *, value: str = "value_in_window") -> ir.Table:
    """About 200 points: customers, value: the share of all that the best share of customers bring, by `value`.

    The last point of each two-hundredth is kept. Customers without orders in the window are not on the curve.
    """
    known = customer_value.filter(customer_value.orders_in_window > 0)
    if value == "ordered_in_window":
        known = known.filter(known[value] != 0)
    ranked = known.select("person_id", amount=known[value])
    best = ibis.window(order_by=[ranked.amount.desc(), ranked.person_id], rows=(None, 0))
    ranked = ranked.mutate(place=ranked.count().over(best), brought=ranked.amount.sum().over(best))
    total = ranked.agg(people=ranked.count(), money=ranked.amount.sum())
    ranked = ranked.cross_join(total)
    step = ranked.place * CURVE_POINTS // ranked.people
    before = (ranked.place - 1) * CURVE_POINTS // ranked.people
    share = ranked.brought.cast("float64") / ranked.money.cast("float64").nullif(0)
    return (
        ranked.filter(step != before)
        .select(customers=ranked.place.cast("float64") / ranked.people, value=share.fill_null(0.0))
        .order_by("customers")
    )


def share_of_best(customer_value: ir.Table, *, percent: int, value: str) -> ir.Table:
    """One row: share, what the best `percent` of customers (halves count up) bring of all, by `value`.

    With `ordered_in_window` cancellations are left out, and with them the customers who only cancelled: so are the
    published figures of such curves made as a rule.
    """
    known = customer_value.filter(customer_value.orders_in_window > 0)
    if value == "ordered_in_window":
        known = known.filter(known[value] != 0)
    ranked = known.select("person_id", amount=known[value])
    best = ibis.window(order_by=[ranked.amount.desc(), ranked.person_id], rows=(None, 0))
    ranked = ranked.mutate(place=ranked.count().over(best))
    ranked = ranked.cross_join(ranked.agg(people=ranked.count()))
    is_best = ranked.place * 200 <= ranked.people * 2 * percent + 100
    best_sum = ranked.amount.sum(where=is_best).cast("float64")
    return ranked.agg(share=(best_sum / ranked.amount.sum().cast("float64").nullif(0)).fill_null(0.0))


def _split(sales: ir.Table, purchases: ir.Table, unit: str) -> ir.Table:
    money = _money(sales, purchases, unit)
    people = purchases.group_by(unit_of_people=purchases[unit]).agg(
        customers=purchases.person_id.nunique(),
        new_customers=purchases.person_id.nunique(where=purchases.nth == 1),
    )
    both = money.left_join(people, money[unit] == people.unit_of_people)
    customers, new = both.customers.fill_null(0), both.new_customers.fill_null(0)
    return both.select(
        unit, "revenue", "orders", "new_revenue", "returning_revenue", "unknown_revenue",
        customers=customers, new_customers=new, returning_customers=customers - new,
    ).order_by(unit)  # fmt: skip


def _money(sales: ir.Table, purchases: ir.Table, unit: str) -> ir.Table:
    bought = purchases.filter(purchases.nth == 1).select(buyer_id=purchases.person_id, first=purchases[unit])
    asked = sales.filter(sales.person_id.notnull())
    asked = asked.group_by(asker_id=asked.person_id).agg(first_asked=asked[unit].min())
    found = sales.left_join(bought, sales.person_id == bought.buyer_id)
    found = found.left_join(asked, found.person_id == asked.asker_id)
    first = ibis.coalesce(found["first"], found.first_asked)
    is_new = found[unit] <= first
    return found.group_by(unit).agg(
        revenue=found.value.sum().cast(MONEY),
        orders=found.is_order.sum().cast("int64"),
        new_revenue=_sum(found.value, found.person_id.notnull() & is_new),
        returning_revenue=_sum(found.value, found.person_id.notnull() & ~is_new),
        unknown_revenue=_sum(found.value, found.person_id.isnull()),
    )


def _sum(value: ir.Value, where: ir.Value) -> ir.Value:
    return value.sum(where=where).fill_null(0).cast(MONEY)
