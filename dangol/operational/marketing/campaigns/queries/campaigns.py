"""Campaigns and their texts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from dangol.analytical.experiments.assignment.rules import control_buckets
from dangol.analytical.segments.definitions.models import Segment
from dangol.collaborative.channels.sources import SourceName, Standing
from dangol.collaborative.channels.writing.rules.content import Content
from dangol.core.consent.gate.rules.asking import Asked
from dangol.operational.marketing.campaigns.models import Campaign, Text
from dangol.operational.marketing.campaigns.rules import moves
from dangol.platform.access.actor import Actor

SOURCE = "campaign"
BOTTOM_TIER = "bottom_tier"


def campaign_of(campaign_id: int) -> Campaign | None:
    """A campaign for the system's own work."""
    return Campaign.objects.for_system("sending a campaign").filter(pk=campaign_id).first()


def texts_of(campaign: Campaign) -> dict[str, Text]:
    """What a campaign, already judged, says in each language; its own language first."""
    rows = Text.objects.for_system("texts of a campaign already judged").filter(campaign=campaign)
    return {t.language: t for t in sorted(rows, key=lambda t: (t.language != campaign.language, t.language))}


def content_of(text: Text | None, language: str) -> Content:
    """A text as what writes and checks messages takes it."""
    if text is None:
        return Content(subject="", html="", language=language)
    return Content(
        subject=text.subject, html=text.html, text=text.text, preheader=text.preheader, language=text.language
    )


def asked_of(campaign: Campaign, at: datetime) -> Asked:
    """What the gate is asked about every member; without a class yet, the stricter one.

    Raises ValueError for advertising without a purpose.
    """
    is_service = campaign.message_class == Campaign.MessageClass.SERVICE
    is_overridden = campaign.is_bottom_included and not is_service
    return Asked(
        channel=campaign.channel,
        message_class=campaign.message_class or Campaign.MessageClass.ADVERTISING,
        purpose_id=None if is_service else campaign.purpose_id,
        at=at,
        overrides=frozenset({BOTTOM_TIER} if is_overridden else ()),
    )


def control_of(campaign: Campaign) -> int:
    """How many of 10,000 buckets are control. What customers need to know goes to all of them."""
    if campaign.message_class == Campaign.MessageClass.SERVICE:
        return 0
    return control_buckets(campaign.control_percent)


def segment_of(actor: Actor, campaign: Campaign) -> Segment | None:
    """The campaign's segment, as far as `actor` may see it."""
    return Segment.objects.visible_to(actor).filter(pk=campaign.segment_id).first() if campaign.segment_id else None


def due_campaigns(now: datetime) -> list[int]:
    """Campaigns whose moment has come, the earliest first."""
    rows = Campaign.objects.for_system("campaigns whose moment has come").filter(
        state=moves.SCHEDULED, starts_at__lte=now, deleted_at=None
    )
    return list(rows.order_by("starts_at", "pk").values_list("pk", flat=True))


def standing(campaign_id: int) -> Standing:
    """Whether its messages may go: "go", "wait" or "stop"."""
    campaign = campaign_of(campaign_id)
    if campaign is None or campaign.state in (moves.STOPPED, moves.FINISHED):
        return "stop"
    return "go" if campaign.state == moves.SENDING and campaign.deleted_at is None else "wait"


def names(actor: Actor, ids: Collection[int]) -> dict[int, SourceName]:
    """How campaigns are called on timelines, those that `actor` may see."""
    rows = Campaign.objects.visible_to(actor).filter(pk__in=list(ids))
    return {c.pk: SourceName(label=c.name, url=f"/campaigns/{c.pk}") for c in rows}


def asked_now(campaign_id: int) -> Asked:
    """The gate's question for a campaign that is being sent. Raises LookupError when it is gone."""
    campaign = campaign_of(campaign_id)
    if campaign is None:
        raise LookupError(f"There is no campaign {campaign_id}.")
    return asked_of(campaign, timezone.now())
