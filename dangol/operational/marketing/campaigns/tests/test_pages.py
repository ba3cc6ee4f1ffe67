from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message
from dangol.core.purchases.orders.models import Order
from dangol.operational.marketing.campaigns.models import Campaign, Recipient, Text
from dangol.operational.marketing.campaigns.queries.people import door, people_behind
from dangol.operational.marketing.campaigns.queries.results import reached
from dangol.operational.marketing.campaigns.services.moves import finish_if_done, schedule
from dangol.operational.marketing.campaigns.services.setting_up import begin
from dangol.operational.marketing.campaigns.tests.house import HTML, SYSTEM, draft, offers, people
from dangol.platform.mail.models import CaughtMail, OwnAddress
from dangol.platform.objects import listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["admin"])
    return client


def begun(members: int = 20, **values: Any) -> Campaign:
    campaign = draft(people(members), **values)
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    assert begin(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def form(campaign: Campaign, **more: Any) -> dict[str, Any]:
    return {
        "name": campaign.name, "segment": campaign.segment_id, "message_class": "advertising", "purpose": offers().pk,
        "campaign_language": "ko", "control_percent": "10", "horizon_days": "30", "subject": "(광고) 겨울 원두",
        "html": HTML, "text_is": "made", "language": "ko", "is_bottom_asked": "1", **more,
    }  # fmt: skip


def test_a_draft_is_begun_with_a_name_and_opens_its_builder(admin: Client) -> None:
    answer = admin.post("/campaigns/new", {"name": "Winter"}, follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    campaign = Campaign.plain.get(name="Winter")
    assert campaign.message_class == ""
    assert "Still missing" in text
    assert not re.search(r'name="message_class" value="[a-z]+" checked', text)
    assert admin.post("/campaigns/new", {"name": ""}).status_code == 422


def test_a_segment_leads_to_a_new_campaign_for_it(admin: Client) -> None:
    campaign = draft(people(2))
    page = admin.get(f"/segments/{campaign.segment_id}").content.decode()
    assert f"/campaigns/new?segment={campaign.segment_id}" in page
    admin.post("/campaigns/new", {"name": "Again", "segment": campaign.segment_id})
    assert Campaign.plain.get(name="Again").segment_id == campaign.segment_id


def test_the_builder_saves_all_that_was_typed_by_a_plain_post(admin: Client) -> None:
    campaign = draft(people(3))
    more = {"name": "Winter", "horizon_days": "14", "least_that_matters": "₩10,000"}
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, **more, do="save"))
    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.horizon_days, campaign.least_that_matters) == ("Winter", 14, 10_000)
    assert Text.plain.get(campaign=campaign).subject == "(광고) 겨울 원두"


def test_what_is_wrong_comes_back_beside_its_field_with_what_was_typed(admin: Client) -> None:
    campaign = draft(people(3))
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, control_percent="95", subject="Kept", do="save"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "from 0 to 90 percent" in text
    assert 'value="95"' in text
    assert 'value="Kept"' in text
    campaign.refresh_from_db()
    assert campaign.control_percent == 10


@pytest.mark.parametrize(
    "wrong",
    [{"horizon_days": "x"}, {"least_that_matters": "-5"}, {"segment": "999999"}, {"purpose": "x"}, {"segment": "x"}],
)
def test_nonsense_is_answered_with_a_sentence(admin: Client, wrong: dict[str, str]) -> None:
    campaign = draft(people(1))
    assert admin.post(f"/campaigns/{campaign.pk}", form(campaign, **wrong, do="save")).status_code == 422
    assert admin.get(f"/campaigns/{campaign.pk}/gate", form(campaign, **wrong)).status_code == 200


def test_the_gate_is_asked_before_saving(admin: Client) -> None:
    campaign = draft([*people(20), *people(5, prefix="n", consented=False)])
    text = admin.get(f"/campaigns/{campaign.pk}/gate", form(campaign, control_percent="0")).content.decode()
    assert "Never asked for consent" in text
    assert ">20<" in text


def test_a_draft_is_scheduled_and_taken_back(admin: Client) -> None:
    campaign = draft(people(3))
    at = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, do="schedule", when="at", at=at), follow=True)
    assert "It begins on" in answer.content.decode()
    admin.post(f"/campaigns/{campaign.pk}/move/unschedule")
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_the_moment_is_read_in_the_viewers_time_zone(admin: Client) -> None:
    campaign = draft(people(3))
    day = (timezone.now() + timedelta(days=3)).date()
    admin.post(f"/campaigns/{campaign.pk}", form(campaign, do="schedule", when="at", at=f"{day}T09:00"))
    campaign.refresh_from_db()
    assert campaign.starts_at is not None
    assert campaign.starts_at.isoformat() == f"{day}T00:00:00+00:00"


def test_what_is_against_the_law_cannot_be_scheduled_and_says_so(admin: Client) -> None:
    campaign = draft(people(3))
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, do="schedule", when="now", subject=""))
    assert answer.status_code == 422
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_a_test_goes_to_ones_own_confirmed_address_only(admin: Client, cast: Cast) -> None:
    campaign = draft(people(3))
    person = Recipient.plain.first() or people(1, prefix="z")[0]
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, do="test"))
    assert answer.status_code == 422
    assert "we sent you a link" in answer.content.decode()
    OwnAddress.objects.create(user=cast.users["admin"], email="admin@firm.test")
    CaughtMail.objects.all().delete()
    answer = admin.post(f"/campaigns/{campaign.pk}", form(campaign, do="test", person=person.pk))
    assert answer.status_code == 302
    caught = CaughtMail.objects.get()
    assert (caught.message_class, caught.envelope_to) == ("test", "admin@firm.test")
    assert "[test]" in caught.subject


def test_buttons_move_it_and_wrong_moves_are_told(admin: Client) -> None:
    campaign = begun(control_percent=0)
    for name, state in (("pause", "paused"), ("resume", "sending"), ("stop", "stopped")):
        admin.post(f"/campaigns/{campaign.pk}/move/{name}")
        campaign.refresh_from_db()
        assert campaign.state == state
    answer = admin.post(f"/campaigns/{campaign.pk}/move/resume", follow=True)
    assert "was stopped" in answer.content.decode()
    assert admin.post(f"/campaigns/{campaign.pk}/move/nonsense").status_code == 404


def finished() -> Campaign:
    campaign = begun(40, control_percent=30)
    rows = list(Message.plain.filter(source_id=campaign.pk).order_by("pk"))
    now = timezone.now()
    Message.plain.filter(source_id=campaign.pk).update(state="sent", sent_at=now)
    Message.plain.filter(pk__in=[m.pk for m in rows[:9]]).update(opened_at=now, open_count=1)
    Message.plain.filter(pk__in=[m.pk for m in rows[:4]]).update(clicked_at=now, click_count=1)
    Message.plain.filter(pk__in=[m.pk for m in rows[10:12]]).update(machine_open_count=2)
    Campaign.plain.filter(pk=campaign.pk).update(set_up_at=now - timedelta(days=5))
    Recipient.plain.filter(campaign=campaign).update(decided_at=now - timedelta(days=5))
    control = Recipient.plain.filter(campaign=campaign, group="control").first()
    assert control is not None
    for place, person_id in enumerate([rows[0].person_id, rows[-1].person_id, control.person_id]):
        Order.plain.create(
            source="t", number=f"N{place}", person_id=person_id, ordered_at=now - timedelta(days=1), currency="KRW",
            amount=1000, value=1000, rate=1,
        )  # fmt: skip
    finish_if_done(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def test_every_number_opens_its_list_and_is_its_length(admin: Client, cast: Cast) -> None:
    campaign = finished()
    actor = cast.actor("admin")
    found = reached(actor, campaign)
    person = object_type("person")
    seen = 0
    for number in [*found.numbers.values(), *found.reasons, *found.refused]:
        if not number.door:
            continue
        seen += 1
        assert admin.get(number.door).status_code == 200
    for kind, number in found.numbers.items():
        query = ListQuery(filter={"field": "campaign", "op": "is", "value": f"{campaign.pk}:{kind}"})
        assert listing.count(person, actor, query).number == number.value, kind
    assert seen >= 7
    assert found.numbers["bought"].value == 2
    assert found.numbers["control_bought"].value == 1


def test_the_result_page_shows_what_came_back_with_machines_apart(admin: Client) -> None:
    campaign = finished()
    text = admin.get(f"/campaigns/{campaign.pk}").content.decode()
    assert "Machines (filters and previews)" in text
    assert "Work it out now" in text
    assert admin.get(f"/campaigns/{campaign.pk}/progress?state=finished").status_code == 200


def test_numbers_of_a_campaign_one_may_not_see_find_nobody(cast: Cast) -> None:
    campaign = finished()
    Campaign.plain.filter(pk=campaign.pk).update(owner=cast.users["owner"])
    assert str(people_behind(cast.actor("stranger"), "is", f"{campaign.pk}:treated")) == "(AND: ('pk__in', []))"


@pytest.mark.parametrize("value", ["", "x", "1", "1:nonsense", "1:treated:why", "9" * 30 + ":treated", "1:a:b:c:d"])
def test_a_wrong_number_in_an_address_is_a_sentence(admin: Client, value: str) -> None:
    address = door(1, "treated").replace("1%3Atreated", value)
    assert admin.get(address).status_code == 400


def test_it_is_repeated_for_those_who_bought_and_for_those_who_only_looked(admin: Client) -> None:
    campaign = finished()
    for name, members in (("bought", 2), ("missed", 8)):
        admin.post(f"/campaigns/{campaign.pk}/again/{name}")
        made = Campaign.plain.order_by("-pk")[0]
        assert made.state == "draft"
        assert made.repeat_of_id == campaign.pk
        assert Text.plain.get(campaign=made).subject == Text.plain.get(campaign=campaign).subject
        from dangol.analytical.segments.members.models import Membership

        assert Membership.plain.filter(segment_id=made.segment_id, left_at=None).count() == members


def test_a_customers_timeline_tells_of_control_groups_and_of_buying_after_it(admin: Client) -> None:
    campaign = finished()
    control = Recipient.plain.filter(campaign=campaign, group="control").first()
    bought = Recipient.plain.filter(campaign=campaign, group="treated", person_id__in=Order.plain.values("person_id"))[
        0
    ]
    assert control is not None
    assert "Was in the control group of Autumn" in admin.get(f"/people/{control.person_id}").content.decode()
    assert "days after Autumn" in admin.get(f"/people/{bought.person_id}").content.decode()


def test_who_may_only_see_finds_no_buttons_and_cannot_write(cast: Cast) -> None:
    campaign = draft(people(2))
    role = cast.users["mate"].roles.get()
    role.grants = {"*": {"see": "all"}}
    role.save()
    client = Client()
    client.force_login(cast.users["mate"])
    text = client.get(f"/campaigns/{campaign.pk}").content.decode()
    assert "but not change it" in text
    assert "let it begin" not in text
    assert client.post(f"/campaigns/{campaign.pk}", form(campaign, do="save")).status_code == 403
    assert client.post(f"/campaigns/{campaign.pk}/move/pause").status_code == 403
    assert client.post(f"/campaigns/{campaign.pk}/again/copy").status_code == 403


def test_strangers_and_the_anonymous_are_sent_away(cast: Cast) -> None:
    campaign = draft(people(1), owner=cast.users["owner"].pk)
    stranger = Client()
    stranger.force_login(cast.users["stranger"])
    for path in ("", "/gate", "/progress", "/lift.csv"):
        assert stranger.get(f"/campaigns/{campaign.pk}{path}").status_code == 404
        assert Client().get(f"/campaigns/{campaign.pk}{path}").status_code == 302
