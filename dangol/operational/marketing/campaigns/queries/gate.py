"""What the gate says of every member of a segment, in one statement: for the page before, for the recipients after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from dangol.analytical.experiments.assignment.rules import bucket_sql
from dangol.core.consent.gate.queries import decision_sql
from dangol.core.consent.gate.rules.asking import Asked
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.campaigns import BOTTOM_TIER, asked_of, control_of
from dangol.operational.marketing.campaigns.rules.totals import PASSING, Totals, add_up


@dataclass(frozen=True)
class Decided:
    """A relation with one row a member: person_id, reason (the gate's, "" lets pass); and its parameters."""

    sql: str
    params: list[Any]


def decided(campaign: Campaign, asked: Asked) -> Decided:
    """The gate's answer for every present member of the campaign's segment; worked out once a member (OFFSET)."""
    gate = decision_sql(asked)
    sql = (
        f"SELECT m.person_id, {gate.reason} AS reason"
        " FROM segments_membership m LEFT JOIN customers_person p ON p.id = m.person_id"
        f" {gate.joins} WHERE m.segment_id = %s AND m.left_at IS NULL OFFSET 0"
    )
    return Decided(sql, [*gate.params, campaign.segment_id])


GROUP = (
    f"CASE WHEN d.reason NOT IN ({', '.join(repr(r) for r in PASSING)}) THEN 'left_out'"
    f" WHEN {bucket_sql('%s', 'd.person_id')} < %s THEN 'control' ELSE 'treated' END"
)
"""The group of a decided member, as `rules.totals.group_of`; its parameters are those of `group_params`."""


def group_params(campaign: Campaign) -> list[Any]:
    """The parameters of `GROUP`: the programme that splits, and how many of its buckets are control."""
    return [campaign.programme, control_of(campaign)]


@dataclass(frozen=True)
class Outlook:
    """What would happen if the campaign began now. `bottom` are people of the bottom tier whom its own rule holds back,
    or, when that was set aside, who are written to because of it.
    """

    totals: Totals = field(default_factory=Totals)
    bottom: int = 0
    percent: Decimal = Decimal(0)


def outlook(campaign: Campaign, at: datetime) -> Outlook | None:
    """Ask the gate about the segment's members now. None while segment or purpose are missing."""
    if not campaign.segment_id:
        return None
    try:
        asked = asked_of(campaign, at)
    except ValueError:
        return None
    part = decided(campaign, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {GROUP} AS "group", d.reason, count(*) FROM ({part.sql}) d GROUP BY 1, 2',
            [*group_params(campaign), *part.params],
        )
        rows = [(str(g), str(r), int(n)) for g, r, n in cursor.fetchall()]
    found = add_up(sum(n for _g, _r, n in rows), rows)
    bottom = overridden(campaign, at) if asked.overrides else found.reasons.get(BOTTOM_TIER, 0)
    return Outlook(found, bottom, campaign.control_percent)


def overridden(campaign: Campaign, at: datetime) -> int:
    """How many members the bottom tier's rule would leave out if the campaign did not set it aside."""
    asked = asked_of(campaign, at)
    plain = Asked(asked.channel, asked.message_class, asked.purpose_id, asked.at)
    part = decided(campaign, plain)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({part.sql}) d WHERE d.reason = %s", [*part.params, BOTTOM_TIER])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
