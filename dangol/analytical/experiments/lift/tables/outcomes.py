"""What each recipient did within the horizon, and before."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

MONEY = "decimal(38, 4)"
HOURS = 24


def outcomes(recipient: ir.Table, order: ir.Table, window: ir.Table, *, as_of: date) -> ir.Table:
    """One row a recipient: campaign_id, person_id, group, tier, decided_at, ends_at and their figures.

    `recipient` has campaign_id, person_id, group ("treated" or "control"), tier (may be empty), decided_at; `window`
    has campaign_id, horizon_days, pre_days, one row a campaign. Within (decided_at, decided_at + horizon]: value (net
    of cancellations, in the company's money), orders (cancellations and adjustments are none), bought (1 or 0: whether
    there was an order). Within [decided_at - pre_days, decided_at]: pre_value, pre_orders. A day is 24 hours. Orders
    after the day `as_of`, without a value, or of unknown buyers count nowhere; recipients decided on after it are
    left out. Money is DECIMAL.
    """
    people = _people(recipient, window).filter(lambda p: p.decided_at < _end(as_of, p.decided_at))
    is_known = order.person_id.notnull() & order.value.notnull() & (order.ordered_at < _end(as_of, order.ordered_at))
    bought = order.filter(is_known)
    bought = bought.select(
        buyer_id=bought.person_id,
        ordered_at=bought.ordered_at,
        spent=bought.value.cast(MONEY),
        is_order=bought.kind == "order",
    )
    near = people.join(
        bought,
        [
            people.person_id == bought.buyer_id,
            bought.ordered_at >= people.starts_at,
            bought.ordered_at <= people.ends_at,
        ],
    )
    is_after = near.ordered_at > near.decided_at
    sums = near.group_by(of_campaign=near.campaign_id, of_person=near.person_id).agg(
        value=near.spent.sum(where=is_after),
        orders=(is_after & near.is_order).sum(),
        pre_value=near.spent.sum(where=~is_after),
        pre_orders=(~is_after & near.is_order).sum(),
    )
    whole = people.left_join(sums, [people.campaign_id == sums.of_campaign, people.person_id == sums.of_person])
    orders = whole.orders.fill_null(0).cast("int64")
    return whole.select(
        "campaign_id", "person_id", "group", "tier", "decided_at", "ends_at",
        value=whole.value.fill_null(0).cast(MONEY),
        orders=orders,
        bought=(orders > 0).cast("int64"),
        pre_value=whole.pre_value.fill_null(0).cast(MONEY),
        pre_orders=whole.pre_orders.fill_null(0).cast("int64"),
    )  # fmt: skip


def _end(day: date, moment: ir.Value) -> ir.Value:
    """The moment at which a day ends where the backend is; far quicker than turning each moment into a day."""
    return ibis.literal(day + timedelta(days=1)).cast(moment.type())


def _people(recipient: ir.Table, window: ir.Table) -> ir.Table:
    """Recipients with the beginning and the end of what counts for them."""
    of = window.select(window_id=window.campaign_id, horizon=window.horizon_days, before=window.pre_days)
    both = recipient.join(of, recipient.campaign_id == of.window_id)
    return both.select(
        "campaign_id", "person_id", "group", "decided_at",
        tier=both.tier.fill_null(""),
        starts_at=both.decided_at - (both.before * HOURS).as_interval("h"),
        ends_at=both.decided_at + (both.horizon * HOURS).as_interval("h"),
    )  # fmt: skip
