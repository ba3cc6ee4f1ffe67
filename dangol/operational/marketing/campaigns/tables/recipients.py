"""Whom to compare with whom."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

GLOBAL_CONTROL = "global_control"
AFTER_GLOBAL = ("", GLOBAL_CONTROL, "bottom_tier", "capped")
"""Answers of the gate from the lasting control group on: who gets one of them would have been written to but for it or
for a rule of the house that is asked later. Both sides of the comparison are drawn from these alone, or they would
differ in more than chance."""


def split(recipient: ir.Table) -> ir.Table:
    """Recipients who were treated or control, as lift is measured on them."""
    rows = recipient.filter(recipient.group.isin(("treated", "control")))
    return rows.select("campaign_id", "person_id", "group", "tier", "decided_at")


def all_advertising(
    recipient: ir.Table, campaign: ir.Table, *, as_of: date, horizon_days: int, span_days: int
) -> ir.Table:
    """One row a person: everyone whom advertising came to within `span_days`, and the lasting control group.

    A person counts from the first campaign that came to her, within the span that ended `horizon_days` before `as_of`,
    so that all have the same days behind them. Treated are all whom the lasting control group did not keep out,
    whatever became of them later (the campaign's own control, the bottom tier, the cap): this compares intentions.
    """
    ads = campaign.filter(campaign.message_class == "advertising").select(of_campaign=campaign.id)
    last = as_of - timedelta(days=horizon_days)
    rows = recipient.filter(
        recipient.reason.isin(AFTER_GLOBAL)
        & (recipient.decided_at.date() < ibis.literal(last))
        & (recipient.decided_at.date() >= ibis.literal(last - timedelta(days=span_days)))
    )
    rows = rows.semi_join(ads, rows.campaign_id == ads.of_campaign)
    people = rows.group_by("person_id").agg(
        first_reason=rows.reason.argmin(rows.decided_at),
        tier=rows.tier.argmin(rows.decided_at),
        decided_at=rows.decided_at.min(),
    )
    return people.select(
        "person_id", "tier", "decided_at",
        campaign_id=ibis.literal(0, type="int64"),
        group=ibis.ifelse(people.first_reason == GLOBAL_CONTROL, "control", "treated"),
    )  # fmt: skip
