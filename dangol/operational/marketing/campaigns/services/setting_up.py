"""Setting a campaign up: who gets it, who is control, who is left out and why, and the messages that wait.

One transaction: the segment is refreshed before, then every member gets one row by one statement, and every treated one
a message by another. A worker that dies in the middle leaves nothing behind, and the next one begins again.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dangol.analytical.segments.members.services import refresh
from dangol.collaborative.channels.messages.models import Content
from dangol.collaborative.channels.messages.services.contents import keep_content
from dangol.collaborative.channels.messages.services.queueing import start_sending
from dangol.operational.marketing.campaigns import events
from dangol.operational.marketing.campaigns.models import Campaign, CampaignFigures, Text
from dangol.operational.marketing.campaigns.queries.campaigns import (
    SOURCE,
    asked_of,
    campaign_of,
    content_of,
    texts_of,
)
from dangol.operational.marketing.campaigns.queries.gate import GROUP, decided, group_params, overridden
from dangol.operational.marketing.campaigns.queries.readiness import problems
from dangol.operational.marketing.campaigns.rules import moves
from dangol.operational.marketing.campaigns.rules.totals import PASSING, Totals, add_up
from dangol.operational.marketing.campaigns.services.moves import unschedule
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit
from dangol.platform.objects.filters import FilterError


def begin(campaign_id: int) -> bool:
    """Begin a scheduled campaign whose moment has come; False when it is not (any more) to be begun.

    One that breaks a rule of law by now (the company's address was taken out, say) becomes a draft again.
    """
    campaign = campaign_of(campaign_id)
    now = timezone.now()
    if campaign is None or campaign.state != moves.SCHEDULED or (campaign.starts_at or now) > now:
        return False
    system = Actor.system("a campaign begins at its moment")
    found = problems(system, campaign)
    if found or campaign.segment_id is None:
        unschedule(actor=system, campaign_id=campaign_id, problem=found[0].code if found else "no_segment")
        return False
    try:
        refresh(actor=system, segment_id=campaign.segment_id)
    except FilterError:
        unschedule(actor=system, campaign_id=campaign_id, problem="segment_broken")
        return False
    return set_up(actor=system, campaign_id=campaign_id)


@transaction.atomic
def set_up(*, actor: Actor, campaign_id: int) -> bool:
    """Give each present member of the segment a group, and let the messages wait. False when it was done before.

    Held at night counts as treated: such a message waits for the morning. Raises DoesNotAddUp; then nothing is written.
    """
    rows = Campaign.objects.for_system("setting a campaign up").select_for_update()
    campaign = rows.filter(pk=campaign_id, deleted_at=None).first()
    if campaign is None or campaign.state != moves.SCHEDULED:
        return False
    now = timezone.now()
    totals = _write_recipients(campaign, now)
    people = overridden(campaign, now) if asked_of(campaign, now).overrides else 0
    _write_messages(campaign, _keep_contents(actor, campaign))
    campaign.state, campaign.set_up_at, campaign.started_at = moves.SENDING, now, now
    campaign.counts = {**totals.as_event(), "overridden": people}
    campaign.save(update_fields=["state", "set_up_at", "started_at", "counts"])
    CampaignFigures.objects.for_system("a campaign's totals").get_or_create(
        campaign=campaign, defaults={"treated": totals.treated}
    )
    _tell(actor, campaign, totals, people)
    start_sending(actor=actor, source=SOURCE, source_id=campaign.pk)
    return True


def _tell(actor: Actor, campaign: Campaign, totals: Totals, overridden_people: int) -> None:
    emit(events.CampaignSetUp(subject_id=campaign.pk, **totals.as_event()), actor=actor)
    if campaign.is_bottom_included:
        emit(events.CampaignBottomTierIncluded(subject_id=campaign.pk, people=overridden_people), actor=actor)
    emit(events.CampaignStarted(subject_id=campaign.pk), actor=actor)


def _write_recipients(campaign: Campaign, now: Any) -> Totals:
    """One row a member, by one statement; their groups and reasons are added up from what was written."""
    part = decided(campaign, asked_of(campaign, now))
    passing = ", ".join(repr(reason) for reason in PASSING)
    statement = (
        "WITH written AS ("
        'INSERT INTO marketing_recipient (campaign_id, person_id, "group", reason, tier, decided_at)'
        f" SELECT %s, d.person_id, {GROUP}, CASE WHEN d.reason IN ({passing}) THEN '' ELSE d.reason END, t.tier, %s"
        f" FROM ({part.sql}) d LEFT JOIN segments_customer_tier t ON t.person_id = d.person_id"
        ' RETURNING "group", reason) SELECT "group", reason, count(*) FROM written GROUP BY 1, 2'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [campaign.pk, *group_params(campaign), now, *part.params])
        rows = [(str(group), str(reason), int(n)) for group, reason, n in cursor.fetchall()]
        cursor.execute(
            "SELECT count(*) FROM segments_membership WHERE segment_id = %s AND left_at IS NULL", [campaign.segment_id]
        )
        members = (cursor.fetchone() or [0])[0]
    return add_up(int(members), rows)


def _keep_contents(actor: Actor, campaign: Campaign) -> dict[str, Content]:
    """What is sent in each language, as it stands now; the campaign's own language first."""
    found = {}
    for language, text in texts_of(campaign).items():
        found[language] = keep_content(
            actor=actor, content=content_of(text, language), message_class=campaign.message_class,
            purpose_id=campaign.purpose_id, from_name=campaign.from_name, reply_to=campaign.reply_to,
        )  # fmt: skip
        rows = Text.objects.for_system("texts of a campaign that begins").filter(pk=text.pk)
        rows.update(content=found[language])
    return found


def _write_messages(campaign: Campaign, contents: dict[str, Content]) -> None:
    """A message for each treated person, in their language where there is a text in it."""
    others = [(language, content.pk) for language, content in contents.items() if language != campaign.language]
    chosen = "CASE p.language " + "".join("WHEN %s THEN %s " for _ in others) + "ELSE %s END" if others else "%s"
    own = contents[campaign.language].pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_message (source, source_id, person_id, content_id)"
            f" SELECT %s, r.campaign_id, r.person_id, {chosen}::bigint"
            " FROM marketing_recipient r JOIN customers_person p ON p.id = r.person_id"
            " WHERE r.campaign_id = %s AND r.\"group\" = 'treated'"
            " ON CONFLICT (source, source_id, person_id) DO NOTHING",
            [SOURCE, *(value for pair in others for value in pair), own, campaign.pk],
        )
