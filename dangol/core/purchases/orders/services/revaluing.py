"""Valuing orders anew once a rate is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.prices.services import set_exchange_rate
from dangol.core.purchases.orders.events import OrdersRevalued
from dangol.core.purchases.orders.services.matching import LINES, ORDERS
from dangol.core.purchases.orders.services.statements import fetch, half_even, run
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit_bulk


@transaction.atomic
def set_rate_and_revalue(
    *, actor: Actor, currency: str, on: date, rate: Decimal, source: str = "entered by hand"
) -> int:
    """Set a rate into the company's currency and value the orders that it concerns; returns how many changed.

    Raises Forbidden, ValidationError by field.
    """
    set_exchange_rate(actor=actor, currency=currency, to_currency=workspace().currency, on=on, rate=rate, source=source)
    return revalue_orders(actor=actor, currency=currency)


@transaction.atomic
def revalue_orders(*, actor: Actor, currency: str) -> int:
    """Give every order in `currency` the rate known on its day, and the value that follows; returns how many changed.

    Orders whose rate stands already are not written. One event with what each order's rate and value were.
    """
    require(actor, "create", "order")
    ours = workspace()
    rates = connection.ops.quote_name(ExchangeRate._meta.db_table)
    changed = fetch(
        f"""
        WITH known AS (
          SELECT o.id, o.person_id, o.rate AS old_rate, o.rate_on AS old_on, o.value AS old_value,
                 CASE WHEN o.currency = %(ours)s THEN 1 ELSE r.rate END AS rate,
                 CASE WHEN o.currency = %(ours)s THEN day.day ELSE r."on" END AS rate_on
          FROM {ORDERS} o
          CROSS JOIN LATERAL (SELECT (o.ordered_at AT TIME ZONE %(zone)s)::date AS day) day
          LEFT JOIN LATERAL (
            SELECT r.rate, r."on" FROM {rates} r
            WHERE r.currency = o.currency AND r.to_currency = %(ours)s AND r."on" <= day.day
            ORDER BY r."on" DESC LIMIT 1) r ON true
          WHERE o.currency = %(currency)s)
        UPDATE {ORDERS} o SET rate = k.rate, rate_on = k.rate_on, value = {half_even("o.amount", "k.rate")}
        FROM known k WHERE k.id = o.id AND (o.rate IS DISTINCT FROM k.rate OR o.rate_on IS DISTINCT FROM k.rate_on)
        RETURNING o.id, o.person_id, k.old_rate, k.old_on, k.old_value, o.rate, o.rate_on, o.value""",
        {"ours": ours.currency, "zone": ours.time_zone, "currency": currency},
    )
    if not changed:
        return 0
    run(
        f"UPDATE {LINES} l SET value = {half_even('l.amount', 'o.rate')} FROM {ORDERS} o"
        " WHERE o.id = l.order_id AND o.id = ANY(%s)",
        [[row[0] for row in changed]],
    )
    emit_bulk(
        OrdersRevalued(currency=currency, orders=len(changed)),
        actor=actor,
        rows=(
            RowChange(
                "order", key, {"rate": a, "rate_on": b, "value": c}, {"rate": d, "rate_on": e, "value": f}, person
            )
            for key, person, a, b, c, d, e, f in changed
        ),
    )
    return len(changed)
