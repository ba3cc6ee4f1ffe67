"""From draft to result, one move at a time: each is judged, written down and told in one transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.collaborative.channels.messages.queries import totals
from dangol.collaborative.channels.messages.services.queueing import start_sending, stop_sending
from dangol.operational.marketing.campaigns import events
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.readiness import problems
from dangol.operational.marketing.campaigns.rules import moves
from dangol.operational.marketing.campaigns.rules.moves import WrongMove, after
from dangol.operational.marketing.campaigns.services.counting import count_campaign
from dangol.operational.marketing.campaigns.services.records import CAMPAIGNS
from dangol.operational.marketing.campaigns.services.sentences import refused
from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit

SOURCE = "campaign"
LATEST = timedelta(days=366)


def _moved(actor: Actor, campaign_id: int, move: str) -> Campaign:
    """The campaign, locked, with its state after `move`; not yet saved. Raises ValidationError with a sentence."""
    campaign: Campaign = CAMPAIGNS.locked(actor, campaign_id, "change")
    if campaign.deleted_at is not None:
        raise ValidationError(_("This campaign is in the trash."))
    try:
        campaign.state = after(move, campaign.state)
    except WrongMove as wrong:
        raise refused(wrong) from wrong
    return campaign


def _keep(actor: Actor, campaign: Campaign, event: Event, **values: Any) -> Campaign:
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=["state", *values])
    emit(event, actor=actor)
    return campaign


@transaction.atomic
def schedule(*, actor: Actor, campaign_id: int, at: datetime | None = None) -> Campaign:
    """Let a draft begin at `at` (None: now). Recipients are set up then, by the segment and the gate of that moment.

    Raises NotFound, Forbidden, ValidationError: not a draft, not ready (every reason), a moment that has passed.
    """
    campaign = _moved(actor, campaign_id, "schedule")
    now = timezone.now()
    if at is not None and at < now - timedelta(minutes=1):
        raise ValidationError({"at": _("This moment has passed. Choose a later one, or begin now.")})
    if at is not None and at > now + LATEST:
        raise ValidationError({"at": _("Choose a moment within a year.")})
    found = [problem.sentence for problem in problems(actor, campaign)]
    if found:
        raise ValidationError(found)
    starts_at = at or now
    told = events.CampaignScheduled(subject_id=campaign.pk, starts_at=starts_at.isoformat(), is_now=starts_at <= now)
    return _keep(actor, campaign, told, starts_at=starts_at)


@transaction.atomic
def unschedule(*, actor: Actor, campaign_id: int, problem: str = "") -> Campaign:
    """Make a scheduled campaign a draft again. Raises NotFound, Forbidden, ValidationError."""
    campaign = _moved(actor, campaign_id, "unschedule")
    told = events.CampaignUnscheduled(subject_id=campaign.pk, problem=problem)
    return _keep(actor, campaign, told, starts_at=None, counts={"problem": problem} if problem else {})


@transaction.atomic
def pause(*, actor: Actor, campaign_id: int) -> Campaign:
    """Hold what waits; what a worker has in hand still goes. Raises NotFound, Forbidden, ValidationError."""
    campaign = _moved(actor, campaign_id, "pause")
    return _keep(actor, campaign, events.CampaignPaused(subject_id=campaign.pk))


@transaction.atomic
def resume(*, actor: Actor, campaign_id: int) -> Campaign:
    """Go on after a pause. Raises NotFound, Forbidden, ValidationError."""
    campaign = _moved(actor, campaign_id, "resume")
    _keep(actor, campaign, events.CampaignResumed(subject_id=campaign.pk))
    start_sending(actor=actor, source=SOURCE, source_id=campaign.pk)
    return campaign


@transaction.atomic
def stop(*, actor: Actor, campaign_id: int) -> Campaign:
    """Break off for good: what waits is not sent any more. Raises NotFound, Forbidden, ValidationError."""
    campaign = _moved(actor, campaign_id, "stop")
    cancelled = stop_sending(actor=actor, source=SOURCE, source_id=campaign.pk)
    told = events.CampaignStopped(subject_id=campaign.pk, messages=cancelled)
    _keep(actor, campaign, told, ended_at=timezone.now())
    count_campaign(campaign.pk)
    return campaign


@transaction.atomic
def finish(*, actor: Actor, campaign_id: int) -> Campaign:
    """Close a campaign of which nothing is pending. Raises ValidationError when something is, or it is not sending."""
    campaign = _moved(actor, campaign_id, "finish")
    found = totals(SOURCE, campaign.pk)
    if found.waiting:
        raise ValidationError(_("This campaign has messages that are not sent yet."), code="waiting")
    told = events.CampaignFinished(subject_id=campaign.pk, sent=found.sent)
    _keep(actor, campaign, told, ended_at=timezone.now())
    count_campaign(campaign.pk)
    return campaign


def finish_if_done(campaign_id: int) -> None:
    """Close a campaign that is being sent and has nothing pending, else do nothing. May be asked again and again."""
    state = Campaign.objects.for_system("closing a campaign that is done").filter(pk=campaign_id, deleted_at=None)
    if state.values_list("state", flat=True).first() != moves.SENDING:
        return
    with suppress(ValidationError):
        finish(actor=Actor.system("everything is sent"), campaign_id=campaign_id)


@transaction.atomic
def ask_for_result(*, actor: Actor, campaign_id: int) -> None:
    """Have what it brought worked out now rather than tonight. Raises NotFound, Forbidden, ValidationError."""
    found = Campaign.objects.visible_to(actor).filter(pk=campaign_id).first()
    campaign = found or CAMPAIGNS.locked(actor, campaign_id, "see")
    if campaign.set_up_at is None:
        raise ValidationError(_("There is nothing to measure before a campaign was sent."))
    emit(events.CampaignResultAsked(subject_id=campaign.pk), actor=actor)
