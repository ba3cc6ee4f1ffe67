"""What the page "What works" shows, in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.analytical.dashboards.pictures.rules import Cell, Column, Table
from dangol.analytical.experiments.assignment.queries import Setting, global_control
from dangol.analytical.experiments.lift.queries import sentence
from dangol.analytical.experiments.lift.rules import MONEY, Result, from_json
from dangol.analytical.segments.tiers.models import Tier
from dangol.analytical.warehouse.marts.models import Figure
from dangol.operational.marketing.campaigns.models import Campaign, CampaignResult
from dangol.operational.marketing.campaigns.queries.campaigns import BOTTOM_TIER
from dangol.operational.marketing.campaigns.queries.results import may_see_money
from dangol.operational.marketing.campaigns.queries.verdicts import Row, rows_of, tier_label
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.ui import format

SHOWN = 24
SAVED_DAYS = 90
TIERS = tuple(Tier.values)


@dataclass(frozen=True)
class Line:
    """One campaign: all customers, then each tier; None where nothing can be measured."""

    campaign: Campaign
    whole: Row
    tiers: Sequence[Row | None]


@dataclass(frozen=True)
class Together:
    """All advertising against the lasting control group."""

    result: Result
    rows: Sequence[Row]
    sentence: str


@dataclass(frozen=True)
class Works:
    """The page. `saved` are messages that were not sent to the bottom tier within `days`, `overridden` those that were
    sent to it because somebody set the rule aside."""

    lines: Sequence[Line]
    together: Together | None
    control: Setting
    saved: int
    overridden: int
    coming: Sequence[Campaign]
    running: Sequence[Campaign]
    may_money: bool
    has_campaigns: bool
    currency: str
    days: int = SAVED_DAYS
    tiers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    name: str = "works"

    @property
    def table(self) -> Table:
        """Campaigns by tier as a table, for the file."""
        return Table(_("What each campaign brought, by tier"), _columns(), tuple(_cells(self.lines)))


def works(actor: Actor) -> Works:
    """What worked on whom, as far as `actor` may see it."""
    campaigns = Campaign.objects.visible_to(actor).filter(deleted_at=None)
    may_money = may_see_money(actor)
    saved, overridden = _saved(campaigns)
    return Works(
        lines=_lines(actor, campaigns) if may_money else [],
        together=_together() if may_money else None,
        control=global_control(),
        saved=saved,
        overridden=overridden,
        coming=list(campaigns.filter(state="scheduled").order_by("starts_at")[:5]),
        running=list(campaigns.filter(state__in=("sending", "paused")).order_by("-started_at")[:5]),
        may_money=may_money,
        has_campaigns=campaigns.exclude(set_up_at=None).exists(),
        currency=workspace().currency,
        tiers=[(tier, tier_label(tier)) for tier in TIERS],
    )


def _lines(actor: Actor, campaigns: QuerySet[Any]) -> list[Line]:
    sent = {c.pk: c for c in campaigns.exclude(set_up_at=None).order_by("-set_up_at", "-pk")[:SHOWN]}
    rows = {r.pk: r for r in CampaignResult.objects.visible_to(actor).filter(pk__in=list(sent))}
    found = []
    for pk, campaign in sent.items():
        if pk in rows and rows[pk].result:
            result = from_json(rows[pk].result)
            whole, *others = rows_of(result.whole, result.tiers, _("All customers"))
            by_tier: Mapping[str, Row] = {row.key: row for row in others}
            found.append(Line(campaign, whole, [by_tier.get(tier) for tier in TIERS]))
    return found


def _together() -> Together | None:
    kept = Figure.objects.filter(pk="all_advertising").first()
    if kept is None or not kept.rows:
        return None
    result = from_json(kept.rows[0])
    language = (get_language() or "en")[:2]
    until = format.day(result.until_on, language) if result.until_on else ""
    told = sentence(result.whole, workspace().currency, until)
    return Together(result, rows_of(result.whole, result.tiers, _("All customers")), told)


def _saved(campaigns: QuerySet[Any]) -> tuple[int, int]:
    """Messages that the bottom tier's rule kept back within the days, and those it would have."""
    since = timezone.now() - timedelta(days=SAVED_DAYS)
    counts = list(campaigns.filter(set_up_at__gte=since).values_list("counts", flat=True))
    saved = sum(int(c.get("reasons", {}).get(BOTTOM_TIER, 0)) for c in counts)
    return saved, sum(int(c.get("overridden", 0)) for c in counts)


def _columns() -> tuple[Column, ...]:
    return (
        Column("campaign", _("Campaign"), "text"), Column("who", _("Customers"), "text"),
        Column("treated", _("Written to")), Column("control", _("Control group")),
        Column("difference", _("Difference each"), "money"), Column("low", _("At least"), "money"),
        Column("high", _("At most"), "money"), Column("total", _("Brought in all"), "money"),
        Column("verdict", _("What can be said"), "text"),
    )  # fmt: skip


def _cells(lines: Sequence[Line]) -> list[tuple[Cell, ...]]:
    found = []
    for line in lines:
        for row in (line.whole, *line.tiers):
            if row is not None:
                money = row.group.measure(MONEY)
                figures = (money.difference, money.low, money.high, money.total)
                found.append((
                    Cell(line.campaign.name, f"/campaigns/{line.campaign.pk}"), Cell(row.label),
                    Cell(row.group.treated), Cell(row.group.control),
                    *(Cell(None if value is None else round(value, 2)) for value in figures), Cell(row.verdict.label),
                ))  # fmt: skip
    return found
