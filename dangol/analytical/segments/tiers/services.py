"""Setting the limits of tiers, and working the tiers out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.analytical.segments.rfm.tables.grades import rfm
from dangol.analytical.segments.tiers.events import TierLimitsSet
from dangol.analytical.segments.tiers.models import CustomerTier, TierLimits, TierPeriod
from dangol.analytical.segments.tiers.queries import limits
from dangol.analytical.segments.tiers.rules import TIERS, Limits, flow_pairs, months_up_to
from dangol.analytical.segments.tiers.tables import customers as customer_tables
from dangol.analytical.segments.tiers.tables import history, ranking
from dangol.analytical.warehouse import Analysis
from dangol.analytical.warehouse.marts.tables import revenue
from dangol.analytical.warehouse.marts.tables.customers import customer_value
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.engine.landing import land
from dangol.platform.events.stream import emit

HISTORY_MONTHS = 25
"""The month still running and two years before it."""

TIER_COLUMNS = (
    "person_id", "tier", "previous_tier", "tier_since", "rank", "share", "cumulative_share", "value", "value_12m",
    "value_in_window", "months", "first_order_on", "last_order_on", "order_count", "purchase_days", "usual_gap_days",
    "expected_on", "is_slipping", "recency", "frequency", "money", "segment",
)  # fmt: skip
PERIOD_COLUMNS = ("person_id", "tier", "from_month", "until_month")


@transaction.atomic
def set_tier_limits(*, actor: Actor, top_percent: Decimal, bottom_percent: Decimal, window_months: int) -> TierLimits:
    """Set where the tiers begin and end; they count from the next analysis on. The setting before stays as history.

    Raises ValidationError by field when they make no sense; Forbidden.
    """
    require(actor, "change", "insight")
    wrong = {}
    if not 0 < top_percent <= 100:
        wrong["top_percent"] = _("Choose a number above 0 and up to 100.")
    if not 0 <= bottom_percent <= 100 - top_percent:
        wrong["bottom_percent"] = _("Top and bottom together can be 100 percent at most.")
    if not 1 <= window_months <= 120:
        wrong["window_months"] = _("Choose a number of months from 1 to 120.")
    if wrong:
        raise ValidationError(wrong)
    before, now = limits(), Limits(round(top_percent, 2), round(bottom_percent, 2), window_months)
    changes = {
        name: [getattr(before, name), getattr(now, name)]
        for name in ("top_percent", "bottom_percent", "window_months")
        if getattr(before, name) != getattr(now, name)
    }
    row = TierLimits.objects.create(
        top_percent=now.top_percent, bottom_percent=now.bottom_percent, window_months=now.window_months,
        set_by_id=actor.user_id,
    )  # fmt: skip
    emit(TierLimitsSet(subject_id=row.pk, changes=changes), actor=actor)
    return row


def rank_customers(analysis: Analysis) -> None:
    """The step of the analysis that makes tiers, their history, and the grades of recency, frequency and money."""
    set_to = limits()
    sales, as_of = analysis.table("sales"), analysis.as_of
    value = customer_value(sales, analysis.table("purchases"), as_of=as_of, window_months=set_to.window_months)
    customers = analysis.keep("customer_value", value, is_published=True)
    ranked = analysis.keep("ranked", ranking.ranked(customers, limits=set_to))
    months = _keep_history(analysis, set_to)
    wide, periods = analysis.table("tier_months"), analysis.table("tier_period")
    whole = customer_tables.customer_tier(customers, ranked, rfm(customers), wide, periods, as_of=as_of, months=months)
    analysis.keep("customer_tier", whole, is_published=True)
    _tell(analysis, months)
    analysis.write_later(lambda: _write(analysis))


def _keep_history(analysis: Analysis, set_to: Limits) -> list[date]:
    """Keep `tier_months` and `tier_period`; returns the months they know, oldest first."""
    sales = analysis.table("sales")
    by_month = analysis.keep("value_by_month", history.value_by_month(sales))
    first = analysis.rows(sales.month.min().name("month").as_table())[0]["month"] or analysis.as_of
    months = months_up_to(analysis.as_of, first, HISTORY_MONTHS)
    each = []
    for place, month in enumerate(months):
        begin = months_up_to(month, date.min, set_to.window_months)[0]
        now = history.tiers_at(by_month, from_month=begin, to_month=month, limits=set_to)
        each.append(analysis.keep(f"tiers_{place}", now))
        analysis.tracker.advance(0)
    wide = analysis.keep("tier_months", history.tier_months(analysis.table("customer_value"), each))
    analysis.keep("tier_period", history.tier_periods(wide, months=months), is_published=True)
    for place in range(len(months)):
        analysis.drop(f"tiers_{place}")
    return months


def _tell(analysis: Analysis, months: list[date]) -> None:
    customers, ranked, wide = (analysis.table(name) for name in ("customer_value", "ranked", "tier_months"))
    found = {row["tier"]: row for row in analysis.rows(ranking.tier_shares(customers, ranked))}
    empty = {"customers": 0, "value": Decimal(0), "orders": 0, "share_of_customers": 0.0, "share_of_value": 0.0}
    shares = [{**(found.get(tier) or empty), "tier": tier} for tier in TIERS]
    analysis.tell("tier_shares", shares if found else [])
    pairs = flow_pairs(len(months))
    flows = analysis.rows(history.tier_flows(wide, pairs=pairs, months=months)) if pairs else []
    order = sorted(flows, key=lambda f: (f["from_month"], f["to_month"], f["from_tier"], f["to_tier"]))
    analysis.tell("tier_flows", order)
    analysis.tell("pareto_curve", _curve(analysis))
    analysis.counts["customers"] = analysis.rows(customers.count().name("n").as_table())[0]["n"]
    analysis.counts["tiers"] = analysis.figures["tier_shares"]
    analysis.counts["pareto"] = {
        f"top_{percent}_percent": {
            "of_net_value": _best(analysis, percent, "value_in_window"),
            "of_orders_before_cancellations": _best(analysis, percent, "ordered_in_window"),
        }
        for percent in (1, 20)
    }


def _curve(analysis: Analysis) -> list[dict[str, Any]]:
    points = analysis.rows(revenue.pareto_curve(analysis.table("customer_value")))
    return [{"customers": 0.0, "value": 0.0}, *points] if points else []


def _best(analysis: Analysis, percent: int, value: str) -> float:
    found = revenue.share_of_best(analysis.table("customer_value"), percent=percent, value=value)
    return round(float(analysis.rows(found)[0]["share"]), 6)


def _write(analysis: Analysis) -> None:
    tiers = analysis.table("customer_tier").select(*TIER_COLUMNS)
    done = land(tiers.to_pyarrow_batches(), table=CustomerTier._meta.db_table, key=("person_id",), columns=TIER_COLUMNS)
    periods = analysis.table("tier_period").select(*PERIOD_COLUMNS)
    again = land(
        periods.to_pyarrow_batches(),
        table=TierPeriod._meta.db_table,
        key=("person_id", "from_month"),
        columns=PERIOD_COLUMNS,
    )
    analysis.counts["written"] = {
        **analysis.counts.get("written", {}),
        "customer_tier": done.written,
        "tier_period": again.written,
    }
