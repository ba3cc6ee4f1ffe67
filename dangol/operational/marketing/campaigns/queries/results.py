"""What a campaign did and what came back: every number with the list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from dangol.analytical.dashboards.pictures.queries import reach
from dangol.analytical.experiments.lift.rules import Result, from_json
from dangol.collaborative.channels.messages import queries as messages
from dangol.collaborative.channels.messages.queries import LinkClicks
from dangol.core.consent.gate.queries import reason_label, reasons
from dangol.operational.marketing.campaigns.models import Campaign, CampaignResult, Recipient
from dangol.operational.marketing.campaigns.queries.campaigns import SOURCE
from dangol.operational.marketing.campaigns.queries.people import door, rows_behind
from dangol.operational.marketing.campaigns.rules.groups import Behind
from dangol.operational.marketing.campaigns.rules.totals import Totals, add_up
from dangol.platform.access.actor import Actor

TIERS = ("top", "middle", "bottom", "")


@dataclass(frozen=True)
class Number:
    """A number and the list behind it; `share` of what was sent or written to, where that means something."""

    value: int
    door: str = ""
    share: float | None = None
    label: Any = ""


@dataclass(frozen=True)
class Reached:
    """How the recipients were split, and what became of the messages. Every number opens its list."""

    totals: Totals
    numbers: Mapping[str, Number]
    reasons: list[Number] = field(default_factory=list)
    refused: list[Number] = field(default_factory=list)
    failed: list[Number] = field(default_factory=list)
    links: list[LinkClicks] = field(default_factory=list)
    waiting: int = 0
    settled: int = 0
    all: int = 0

    @property
    def percent(self) -> int:
        """How much of the sending is done, 0 to 100."""
        return self.settled * 100 // self.all if self.all else 100


def totals_of(campaign: Campaign) -> Totals:
    """How the recipients were split when the campaign was set up; counted anew where nobody noted it."""
    counts = campaign.counts or {}
    if "members" not in counts:
        rows = Recipient.objects.for_system("totals of a campaign already judged").filter(campaign=campaign)
        found = list(rows.values_list("group", "reason").annotate(n=Count("pk")))
        return add_up(sum(n for _group, _reason, n in found), found)
    return Totals(
        counts.get("members", 0), counts.get("treated", 0), counts.get("control", 0), dict(counts.get("reasons", {}))
    )


def reached(actor: Actor, campaign: Campaign) -> Reached:
    """The numbers of a campaign that was set up. A handful of queries, whatever its size."""
    totals, found = totals_of(campaign), messages.totals(SOURCE, campaign.pk)
    leads = actor.scope("see", "person") == "all"

    def number(kind: str, value: int, whole: int = 0, reason: str = "", label: Any = "") -> Number:
        address = door(campaign.pk, kind, reason) if leads and value else ""
        return Number(value, address, value / whole if whole else None, label)

    numbers = {name: number(name, getattr(totals, name), totals.members) for name in ("members", "treated", "control")}
    numbers["left_out"] = number("left_out", totals.left_out, totals.members)
    for name in ("sent", "failed", "refused", "cancelled", "waiting"):
        numbers[name] = number(name, getattr(found, name), totals.treated)
    for name in ("opened", "clicked", "bounced", "complained", "unsubscribed", "machine_opened", "machine_clicked"):
        numbers[name] = number(name, getattr(found, name), found.sent)
    for name, whole in (("bought", totals.treated), ("control_bought", totals.control)):
        numbers[name] = number(name, rows_behind(campaign, Behind(campaign.pk, name)).count(), whole)
    return Reached(
        totals, numbers,
        reasons=[
            number("left_out", n, totals.members, code, reason_label(code, campaign.channel))
            for code, n in _ordered(totals.reasons).items()
        ],
        refused=[
            number("refused", n, 0, code, reason_label(code, campaign.channel))
            for code, n in _ordered(messages.refused_by_reason(SOURCE, campaign.pk)).items()
        ],
        failed=[
            Number(n, "", None, reason) for reason, n in messages.failed_by_reason(SOURCE, campaign.pk).items()
        ],
        links=messages.links_clicked(SOURCE, campaign.pk),
        waiting=found.waiting, settled=found.all - found.waiting, all=found.all,
    )  # fmt: skip


def under_way(campaign: Campaign) -> Reached:
    """How far the sending is: two queries, so that a page may ask every other second."""
    found = messages.totals(SOURCE, campaign.pk)
    names = ("sent", "waiting", "failed", "refused")
    return Reached(
        totals_of(campaign), {name: Number(getattr(found, name)) for name in names},
        waiting=found.waiting, settled=found.all - found.waiting, all=found.all,
    )  # fmt: skip


def _ordered(by_reason: Mapping[str, int]) -> dict[str, int]:
    """In the order in which the gate asks."""
    known = [reason.code for reason in reasons()]
    return dict(sorted(by_reason.items(), key=lambda item: (known.index(item[0]) if item[0] in known else 99, item[0])))


def horizon_ends_at(campaign: Campaign) -> datetime | None:
    """When the days that count are over; None before the set-up."""
    return campaign.set_up_at + timedelta(days=campaign.horizon_days) if campaign.set_up_at else None


def may_see_money(actor: Actor) -> bool:
    """Whether `actor` may see what campaigns brought: figures of the whole business."""
    return reach(actor) == "all"


def result_of(actor: Actor, campaign: Campaign) -> tuple[CampaignResult, Result] | None:
    """What the last analysis worked out; None before, or without the right to see the figures of the business."""
    if not may_see_money(actor):
        return None
    row = CampaignResult.objects.visible_to(actor).filter(pk=campaign.pk).first()
    return (row, from_json(row.result)) if row is not None and row.result else None


def tiers_of(campaign: Campaign) -> dict[str, dict[str, int]]:
    """Recipients by tier at that moment ("" = none) and group. One query."""
    rows = Recipient.objects.for_system("totals of a campaign already judged").filter(campaign=campaign)
    found: dict[str, dict[str, int]] = {}
    for tier, group, n in rows.values_list("tier", "group").annotate(n=Count("pk")):
        found.setdefault(tier or "", {})[group] = n
    return {tier: found[tier] for tier in TIERS if tier in found}
