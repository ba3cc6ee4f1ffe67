"""Measuring what treatments brought, within an analysis. Nothing is written here; the caller keeps the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from dangol.analytical.experiments.lift import rules
from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.estimators.moments import Moments
from dangol.analytical.experiments.lift.estimators.split import split_p
from dangol.analytical.experiments.lift.rules import CampaignWindow, Group, Measured, Result
from dangol.analytical.experiments.lift.tables.moments import PAIRS, moments
from dangol.analytical.experiments.lift.tables.outcomes import outcomes
from dangol.analytical.warehouse import Analysis

if TYPE_CHECKING:
    import ibis.expr.types as ir

GROWTH = {rules.MONEY: 1.5, rules.ORDERS: 1.0, rules.BOUGHT: 1.0}
Row = Mapping[str, Any]


def measure(analysis: Analysis, recipients: ir.Table, campaigns: Sequence[CampaignWindow]) -> dict[int, Result]:
    """What each campaign brought against its control group, in all and by tier, by campaign.

    `recipients` is a table of the analysis' backend: campaign_id, person_id, group ("treated", "control"), tier (may
    be empty), decided_at (moment); one row a person and campaign, control included. Orders are those of the analysis.
    Campaigns nobody was decided on are left out.
    """
    if not campaigns:
        return {}
    found = outcomes(recipients, analysis.table("order"), _windows(campaigns), as_of=analysis.as_of)
    by_campaign: dict[int, list[Row]] = {}
    for row in analysis.rows(moments(found)):
        by_campaign.setdefault(row["campaign_id"], []).append(row)
    return {
        each.campaign_id: judge(each, by_campaign[each.campaign_id], analysis.as_of)
        for each in campaigns
        if each.campaign_id in by_campaign
    }


def judge(window: CampaignWindow, rows: Sequence[Row], as_of: date) -> Result:
    """The result of one campaign from its rows of the table of moments."""
    until_on = max(row["ends_on"] for row in rows)
    state = rules.state(until_on, as_of)
    names = sorted({row["tier"] for row in rows} - {""})
    tiers = [_group(tier, [row for row in rows if row["tier"] == tier], window, state) for tier in names]
    judged = [tier for tier in tiers if tier.treated and tier.control]
    return Result(
        campaign_id=window.campaign_id,
        state=state,
        until_on=until_on,
        as_of=as_of,
        horizon_days=window.horizon_days,
        pre_days=window.pre_days,
        level=rules.LEVEL,
        whole=_group("", rows, window, state),
        tiers=tuple(tiers),
        chance_of_false=rules.chance_of_false(len(judged)),
    )


def _windows(campaigns: Sequence[CampaignWindow]) -> ir.Table:
    names = ("campaign_id", "horizon_days", "pre_days")
    return ibis.memtable(
        pa.table({name: pa.array([getattr(c, name) for c in campaigns], pa.int64()) for name in names})
    )


def _group(tier: str, rows: Sequence[Row], window: CampaignWindow, state: str) -> Group:
    sides = {side: [row for row in rows if row["group"] == side] for side in ("treated", "control")}
    treated, control = (int(sum(row["n"] for row in side)) for side in sides.values())
    buyers, control_buyers = (int(sum(row["buyers"] for row in side)) for side in sides.values())
    share = window.control_percent / 100
    p = _number(split_p(treated, control, share))
    is_suspect = p is not None and p < rules.SUSPECT_SPLIT_BELOW
    obstacle = rules.obstacle(
        control=control,
        is_split_suspect=is_suspect,
        is_running=state == rules.RUNNING,
        is_enough=rules.is_enough(treated, control, buyers + control_buyers),
    )
    measures = tuple(_measured(y, x, sides, window, obstacle) for y, x in PAIRS)
    return Group(tier, treated, control, share, p, is_suspect, buyers, control_buyers, measures)


def _measured(y: str, x: str, sides: Mapping[str, Sequence[Row]], window: CampaignWindow, obstacle: str) -> Measured:
    treated, control = (_moments(rows, y, x) for rows in sides.values())
    lift = Lift(rules.LEVEL, GROWTH[y]).fit(treated, control)
    people = int(treated.n + control.n)
    indifferent = _indifferent(lift, window, y)
    low, high = _number(lift.low_), _number(lift.high_)
    return Measured(
        name=y,
        **{name: _number(getattr(lift, f"{name}_")) for name in _SHOWN},
        indifferent=indifferent,
        more_for_seen=_more(lift, lift.difference_, people),
        more_for_indifferent=_more(lift, indifferent, people) if indifferent else None,
        verdict=obstacle or rules.verdict(low, high, indifferent=indifferent),
    )


_SHOWN = (
    "treated", "control", "difference", "low", "high", "total", "total_low", "total_high", "relative", "relative_low",
    "relative_high", "explained", "smallest_effect",
)  # fmt: skip


def _moments(rows: Sequence[Row], y: str, x: str) -> Moments:
    found = Moments.of([])
    for row in rows:
        found = found + Moments.from_row(row, y, x)
    return found


def _indifferent(lift: Lift, window: CampaignWindow, name: str) -> float | None:
    """What is too little to matter, per person."""
    if name == rules.MONEY and window.indifferent is not None:
        return window.indifferent
    return _number(np.maximum(lift.control_, 0.0) * rules.INDIFFERENT_SHARE)


def _more(lift: Lift, effect: Any, people: int) -> int | None:
    return rules.more_people(float(lift.more_needed(effect)), people)


def _number(value: Any) -> float | None:
    number = float(value)
    return number if np.isfinite(number) else None
