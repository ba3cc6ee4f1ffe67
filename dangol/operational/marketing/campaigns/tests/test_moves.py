from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dangol.collaborative.channels.messages.models import Message
from dangol.operational.marketing.campaigns.models import Campaign, Text
from dangol.operational.marketing.campaigns.rules import moves
from dangol.operational.marketing.campaigns.rules.moves import MOVES, WrongMove, after
from dangol.operational.marketing.campaigns.services.moves import (
    finish,
    finish_if_done,
    pause,
    resume,
    schedule,
    stop,
    unschedule,
)
from dangol.operational.marketing.campaigns.services.records import change_campaign, save_text, trash_campaign
from dangol.operational.marketing.campaigns.services.setting_up import begin
from dangol.operational.marketing.campaigns.tests.house import HTML, SYSTEM, draft, people
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

STATES = tuple(Campaign.State.values)
pytestmark = pytest.mark.django_db


def told(campaign: Campaign) -> list[str]:
    rows = EventRecord.objects.filter(subject="campaign", subject_id=campaign.pk)
    return list(rows.order_by("occurred_at", "id").values_list("name", flat=True))


def begun(members: int = 3) -> Campaign:
    campaign = draft(people(members), control_percent=0)
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    assert begin(campaign.pk)
    campaign.refresh_from_db()
    return campaign


@given(steps=st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_no_row_of_moves_leads_back_from_the_end_or_past_the_set_up(steps: list[str]) -> None:
    state, was_sent = moves.DRAFT, False
    for move in steps:
        try:
            state = after(move, state)
        except WrongMove:
            continue
        was_sent = was_sent or state in moves.SENT_STATES
        assert not was_sent or state in moves.SENT_STATES
    if state in (moves.STOPPED, moves.FINISHED):
        assert not any(moves.may(move, state) for move in MOVES)


def test_a_campaign_goes_from_draft_to_sending_and_each_step_is_told(system: object) -> None:
    campaign = begun()
    assert campaign.state == "sending"
    names = told(campaign)
    assert names[-3:] == ["campaign.scheduled", "campaign.set_up", "campaign.started"]
    pause(actor=SYSTEM, campaign_id=campaign.pk)
    resume(actor=SYSTEM, campaign_id=campaign.pk)
    stop(actor=SYSTEM, campaign_id=campaign.pk)
    assert told(campaign)[-3:] == ["campaign.paused", "campaign.resumed", "campaign.stopped"]
    assert set(Message.plain.values_list("state", flat=True)) == {"cancelled"}


def test_nothing_but_a_draft_may_be_changed() -> None:
    campaign = begun()
    with pytest.raises(ValidationError, match="being sent"):
        change_campaign(actor=SYSTEM, record_id=campaign.pk, values={"horizon_days": 10})
    with pytest.raises(ValidationError, match="being sent"):
        save_text(actor=SYSTEM, campaign_id=campaign.pk, language="ko", subject="x", html="y")
    with pytest.raises(Forbidden, match="Stop this campaign"):
        trash_campaign(actor=SYSTEM, record_id=campaign.pk)


def test_a_scheduled_one_must_become_a_draft_again_to_be_changed() -> None:
    campaign = draft(people(1))
    schedule(actor=SYSTEM, campaign_id=campaign.pk, at=timezone.now() + timedelta(hours=2))
    with pytest.raises(ValidationError, match="scheduled"):
        change_campaign(actor=SYSTEM, record_id=campaign.pk, values={"name": "x"})
    unschedule(actor=SYSTEM, campaign_id=campaign.pk)
    change_campaign(actor=SYSTEM, record_id=campaign.pk, values={"name": "x"})


def test_a_campaign_that_was_sent_says_so() -> None:
    campaign = begun(0)
    finish_if_done(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == "finished"
    for move in (schedule, pause, resume, stop, finish):
        with pytest.raises(ValidationError, match="This campaign is sent already"):
            move(actor=SYSTEM, campaign_id=campaign.pk)


def test_it_is_finished_only_when_nothing_is_pending() -> None:
    campaign = begun()
    with pytest.raises(ValidationError, match="not sent yet"):
        finish(actor=SYSTEM, campaign_id=campaign.pk)
    finish_if_done(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.plain.filter(pk=campaign.pk).update(state="finished")
    Message.plain.filter(source_id=campaign.pk).update(state="sent", sent_at=timezone.now())
    finish_if_done(campaign.pk)
    finish_if_done(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == "finished"
    assert campaign.ended_at is not None
    assert told(campaign).count("campaign.finished") == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"segment": None}, "to whom"),
        ({"message_class": ""}, "advertising or information"),
        ({"purpose": None}, "purpose"),
    ],
)
def test_what_is_missing_stops_the_schedule_with_a_sentence(values: dict[str, object], sentence: str) -> None:
    campaign = draft(people(1))
    change_campaign(actor=SYSTEM, record_id=campaign.pk, values=values)
    with pytest.raises(ValidationError, match=sentence):
        schedule(actor=SYSTEM, campaign_id=campaign.pk)


def test_a_text_that_breaks_the_law_stops_the_schedule() -> None:
    campaign = draft(people(1))
    Text.plain.filter(campaign=campaign).update(subject="", html=HTML)
    with pytest.raises(ValidationError):
        schedule(actor=SYSTEM, campaign_id=campaign.pk)


def test_one_that_may_not_be_sent_any_more_at_its_moment_becomes_a_draft_again() -> None:
    campaign = draft(people(2))
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    Text.plain.filter(campaign=campaign).delete()
    assert not begin(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert campaign.counts == {"problem": "no_text"}
    assert not Message.plain.exists()


def test_a_moment_that_has_passed_is_refused() -> None:
    campaign = draft(people(1))
    with pytest.raises(ValidationError, match="has passed"):
        schedule(actor=SYSTEM, campaign_id=campaign.pk, at=timezone.now() - timedelta(hours=1))


def test_a_stranger_moves_nothing(cast: Cast) -> None:
    campaign = draft(people(1), cast.actor("admin"), owner=cast.users["owner"].pk)
    for who, error in (("stranger", "no such record"), ("mate", None)):
        if error:
            with pytest.raises(Exception, match=error):
                schedule(actor=cast.actor(who), campaign_id=campaign.pk)


def test_the_database_itself_refuses_a_control_group_or_horizon_out_of_range() -> None:
    campaign = draft(people(1))
    for column, value in (("control_percent", 95), ("horizon_days", 0)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE marketing_campaign SET {column} = %s WHERE id = %s", [value, campaign.pk])
