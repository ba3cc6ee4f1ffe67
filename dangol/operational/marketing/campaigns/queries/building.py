"""What the page of a draft shows: the choices, the texts, what the gate would say now, what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.members.queries import sample
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.queries import Source
from dangol.collaborative.channels.writing.rules.content import Content
from dangol.core.consent.gate.queries import reason_label
from dangol.core.consent.ledger.queries import active_purposes
from dangol.operational.marketing.campaigns.models import Campaign, Text
from dangol.operational.marketing.campaigns.queries.campaigns import SOURCE, content_of, segment_of, texts_of
from dangol.operational.marketing.campaigns.queries.gate import Outlook, outlook
from dangol.operational.marketing.campaigns.queries.readiness import Problem, language_name, problems
from dangol.operational.marketing.campaigns.queries.results import may_see_money
from dangol.operational.marketing.campaigns.rules.power import smallest_difference
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace

WALKED = 50
YEAR_DAYS = 365
SPENT = """
SELECT coalesce(sum(spent), 0), coalesce(sum(spent * spent), 0) FROM (
  SELECT sum(o.value)::float8 AS spent
  FROM (SELECT %s::timestamptz AS at, %s AS days) now_
  CROSS JOIN segments_membership m JOIN purchases_order o ON o.person_id = m.person_id AND o.deleted_at IS NULL
  WHERE m.segment_id = %s AND m.left_at IS NULL AND o.ordered_at > %s AND o.ordered_at <= %s
  GROUP BY m.person_id, floor(extract(epoch FROM now_.at - o.ordered_at) / 86400 / now_.days)
) each
"""
MEMBERS = "SELECT count(*) FROM segments_membership WHERE segment_id = %s AND left_at IS NULL"
SEGMENTS = 500
AT_ONCE = 20_000
"""Up to so many members the gate is asked while the page is made; beyond, when the page asks for it."""


@dataclass(frozen=True)
class Tab:
    """One language of the message."""

    code: str
    name: str
    is_current: bool
    is_written: bool


@dataclass(frozen=True)
class Builder:
    """The page of a draft. `content` is what the editor holds: saved, or typed and not saved yet."""

    campaign: Campaign
    segments: Sequence[Segment]
    purposes: Sequence[Any]
    tabs: Sequence[Tab]
    editor: Any
    preview: Any
    person: int | None
    problems: Sequence[Problem]
    own_address: str
    is_large: bool


def builder(
    actor: Actor, campaign: Campaign, *, language: str = "", person: int | None = None, content: Content | None = None,
    own_address: str = "",
) -> Builder:  # fmt: skip
    """The page of a draft in one of its languages; `person` is the customer as whom the preview is shown."""
    texts = texts_of(campaign)
    codes = workspace().languages
    chosen = content.language if content else (language if language in codes else campaign.language)
    said = content or content_of(texts.get(chosen), chosen)
    message_class = campaign.message_class or Campaign.MessageClass.ADVERTISING
    segment = segment_of(actor, campaign)
    saved = texts.get(chosen)
    preview = _preview(actor, campaign, saved, segment, person) if saved else None
    return Builder(
        campaign=campaign,
        segments=list(Segment.objects.visible_to(actor).filter(deleted_at=None).order_by("name", "pk")[:SEGMENTS]),
        purposes=active_purposes(),
        tabs=[Tab(code, language_name(code), code == chosen, code in texts) for code in codes],
        editor=writing.editor(
            said, actor=actor, message_class=message_class, source=SOURCE, pk=saved.pk if saved else None,
            is_checked=bool(said.html or said.text or said.subject),
        ),
        preview=preview,
        person=preview.now.person_id if preview else person,
        problems=problems(actor, campaign),
        own_address=own_address,
        is_large=bool(segment and (segment.member_count or 0) > AT_ONCE),
    )  # fmt: skip


def _preview(actor: Actor, campaign: Campaign, text: Text, segment: Segment | None, person: int | None) -> Any:
    people = [found.person.pk for found in sample(actor, segment.pk, WALKED)] if segment else []
    return writing.preview_part(
        content_of(text, text.language), actor=actor, source=SOURCE, pk=text.pk, people=people, person=person,
        message_class=campaign.message_class or Campaign.MessageClass.ADVERTISING, query=f"language={text.language}",
    )  # fmt: skip


def previewed(actor: Actor, text_id: int) -> Source | None:
    """The text of a campaign for the preview's frame; None when there is none that `actor` may see."""
    text = Text.objects.visible_to(actor).filter(pk=text_id).first()
    if text is None:
        return None
    campaign = Campaign.objects.visible_to(actor).get(pk=text.campaign_id)
    return Source(content_of(text, text.language), campaign.message_class or Campaign.MessageClass.ADVERTISING)


@dataclass(frozen=True)
class Forecast:
    """What the gate would do now, for the page. `reasons` (code, words, people); `smallest` is the difference per
    customer in money that the control group could show, None when it cannot be said."""

    outlook: Outlook
    reasons: Sequence[tuple[str, str, int]]
    smallest: float | None
    is_service: bool


def forecast(actor: Actor, campaign: Campaign, at: datetime) -> Forecast | None:
    """Ask the gate about the members as of now, and what a control group of that size could show.

    What was typed wrong counts as set right, so that the page can be drawn again; the campaign itself stays as typed.
    """
    campaign = safe(copy(campaign))
    found = outlook(campaign, at)
    if found is None:
        return None
    named = [(code, reason_label(code, campaign.channel), n) for code, n in found.totals.reasons.items()]
    smallest = None
    if found.totals.control and may_see_money(actor):
        spread = _spread(campaign, at)
        smallest = smallest_difference(found.totals.treated, found.totals.control, spread) if spread else None
    named.sort(key=lambda row: -row[2])
    is_service = campaign.message_class == Campaign.MessageClass.SERVICE
    return Forecast(found, named, smallest if smallest != float("inf") else None, is_service)


def _spread(campaign: Campaign, at: datetime) -> float:
    """The standard deviation of what a member spends within as many days as will count.

    From the whole spans of that length within the year before: the last one alone would tell little of customers who
    buy seldom, and nothing of those chosen because they stayed away.
    """
    days = campaign.horizon_days
    spans = max(YEAR_DAYS // days, 1)
    with connection.cursor() as cursor:
        cursor.execute(SPENT, [at, days, campaign.segment_id, at - timedelta(days=days * spans), at])
        total, squares = cursor.fetchone() or (0.0, 0.0)
        cursor.execute(MEMBERS, [campaign.segment_id])
        people = int((cursor.fetchone() or [0])[0])
    seen = people * spans
    variance = (squares - total * total / seen) / (seen - 1) if seen > 1 else 0.0
    return float(max(variance, 0.0) ** 0.5)


def segment_named(actor: Actor, text: str) -> Segment | None:
    """The segment that a form names, if `actor` may see it."""
    return Segment.objects.visible_to(actor).filter(pk=int(text)).first() if text.isdigit() and len(text) < 18 else None


def safe(campaign: Campaign) -> Campaign:
    """The campaign with what a form typed wrong set right, so that the gate can be asked."""
    try:
        percent = Decimal(str(campaign.control_percent))
        campaign.control_percent = min(max(percent, Decimal(0)), Decimal(90)) if percent.is_finite() else Decimal(10)
    except InvalidOperation:
        campaign.control_percent = Decimal(10)
    days = campaign.horizon_days
    campaign.horizon_days = days if isinstance(days, int) and 1 <= days <= 366 else 30
    if campaign.purpose_id not in {purpose.pk for purpose in active_purposes()}:
        campaign.purpose_id = None
    return campaign
