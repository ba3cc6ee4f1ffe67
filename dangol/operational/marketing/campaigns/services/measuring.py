"""What campaigns brought, worked out within an analysis, and kept for pages and the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import ibis
import pyarrow as pa
from django.utils import timezone

from dangol.analytical.experiments.assignment.queries import global_control
from dangol.analytical.experiments.lift.rules import MONEY, ORDERS, CampaignWindow, Group, Result
from dangol.analytical.experiments.lift.services import measure
from dangol.analytical.warehouse import Analysis
from dangol.operational.marketing.campaigns.events import CampaignMeasured
from dangol.operational.marketing.campaigns.models import Campaign, CampaignFigures, CampaignResult
from dangol.operational.marketing.campaigns.services.counting import count_campaigns
from dangol.operational.marketing.campaigns.tables.recipients import all_advertising, split
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit

ALL_HORIZON_DAYS, ALL_SPAN_DAYS = 90, 365
ALL = 0
"""The number under which all advertising together is measured; no campaign has it."""
TABLE = pa.schema([
    ("campaign_id", pa.int64()), ("tier", pa.string()), ("measure", pa.string()), ("treated_people", pa.int64()),
    ("control_people", pa.int64()), ("treated", pa.float64()), ("control", pa.float64()), ("difference", pa.float64()),
    ("low", pa.float64()), ("high", pa.float64()), ("total", pa.float64()), ("total_low", pa.float64()),
    ("total_high", pa.float64()), ("verdict", pa.string()),
])  # fmt: skip


def measure_campaigns(analysis: Analysis) -> None:
    """The step of the analysis that says what each campaign brought, and all advertising together."""
    campaigns = analysis.table("campaign")
    rows = analysis.rows(campaigns.filter(campaigns.set_up_at.date() <= ibis.literal(analysis.as_of)))
    windows = [
        CampaignWindow(
            r["id"], r["horizon_days"], float(r["control_percent"]),
            indifferent=None if r["least_that_matters"] is None else float(r["least_that_matters"]),
        )
        for r in rows
    ]  # fmt: skip
    found = measure(analysis, split(analysis.table("recipient")), windows)
    _publish(analysis, "campaign_lift", [(r, r.whole) for r in found.values()])
    _publish(analysis, "lift_by_tier", [(r, tier) for r in found.values() for tier in r.tiers])
    analysis.tell("all_advertising", [r.as_json() for r in [_all(analysis)] if r])
    analysis.counts["campaigns"] = {str(pk): result.whole.verdict for pk, result in sorted(found.items())}
    analysis.write_later(lambda: keep_results(found))


def _all(analysis: Analysis) -> Result | None:
    people = all_advertising(
        analysis.table("recipient"), analysis.table("campaign"), as_of=analysis.as_of,
        horizon_days=ALL_HORIZON_DAYS, span_days=ALL_SPAN_DAYS,
    )  # fmt: skip
    window = CampaignWindow(ALL, ALL_HORIZON_DAYS, float(global_control().percent))
    return measure(analysis, people, [window]).get(ALL)


def _publish(analysis: Analysis, name: str, groups: Sequence[tuple[Result, Group]]) -> None:
    rows = [
        {
            "campaign_id": result.campaign_id, "tier": group.tier, "treated_people": group.treated,
            "control_people": group.control, "measure": each.name,
            **{k: v for k, v in asdict(each).items() if k in TABLE.names},
        }
        for result, group in groups
        for each in group.measures
        if each.name in (MONEY, ORDERS)
    ]  # fmt: skip
    analysis.keep(name, ibis.memtable(pa.Table.from_pylist(rows, schema=TABLE)), is_published=True)


def keep_results(found: Mapping[int, Result]) -> None:
    """Keep the results of campaigns; a verdict that is new, or final now, is told. Part of an analysis."""
    system = Actor.system("what campaigns brought was worked out")
    known = {r.pk: r for r in CampaignResult.objects.for_system("earlier results").filter(pk__in=list(found))}
    there = set(
        Campaign.objects.for_system("results of campaigns").filter(pk__in=list(found)).values_list("pk", flat=True)
    )
    for campaign_id, result in found.items():
        if campaign_id in there:
            _keep(system, campaign_id, result, known.get(campaign_id))
    count_campaigns(there)


def _keep(actor: Actor, campaign_id: int, result: Result, before: CampaignResult | None) -> None:
    values: dict[str, Any] = {
        "as_of": result.as_of, "is_final": not result.is_provisional, "result": result.as_json(),
        "measured_at": timezone.now(),
    }  # fmt: skip
    CampaignResult.objects.for_system("what a campaign brought").update_or_create(pk=campaign_id, defaults=values)
    verdict = result.whole.verdict
    CampaignFigures.objects.for_system("what a campaign brought").update_or_create(
        pk=campaign_id, defaults={"verdict": verdict}
    )
    was = (before.result.get("whole", {}).get("measures", [{}])[0].get("verdict"), before.is_final) if before else None
    if was != (verdict, values["is_final"]):
        told = CampaignMeasured(
            subject_id=campaign_id, as_of=result.as_of.isoformat(), verdict=verdict, is_final=values["is_final"]
        )
        emit(told, actor=actor)
