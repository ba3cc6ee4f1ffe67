from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.experiments.assignment.rules import is_control
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.collaborative.channels.messages.models import Content, Message
from dangol.core.consent.gate.queries import may_send_many
from dangol.core.consent.ledger.models import ConsentRecord
from dangol.core.customers.people.models import Person
from dangol.operational.marketing.campaigns.models import Campaign, Recipient
from dangol.operational.marketing.campaigns.queries.campaigns import asked_of
from dangol.operational.marketing.campaigns.queries.gate import outlook
from dangol.operational.marketing.campaigns.rules.totals import PASSING, DoesNotAddUp, add_up, group_of
from dangol.operational.marketing.campaigns.services.moves import schedule
from dangol.operational.marketing.campaigns.services.records import save_text
from dangol.operational.marketing.campaigns.services.setting_up import begin, set_up
from dangol.operational.marketing.campaigns.tests.house import HTML, SYSTEM, draft, offers, people
from dangol.platform.events.models import EventRecord

pytestmark = pytest.mark.django_db


def begun(campaign: Campaign) -> Campaign:
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    assert begin(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def mixed_people() -> list[Person]:
    refused = people(5, prefix="r", consented=False)
    ConsentRecord.plain.bulk_create([
        ConsentRecord(person=p, purpose=offers(), channel="email", state="refused", at=timezone.now(), method="form")
        for p in refused
    ])  # fmt: skip
    return [
        *people(60), *refused, *people(7, prefix="n", consented=False), *people(4, prefix="e", email=""),
        *people(3, prefix="t", deleted_at=timezone.now()),
    ]  # fmt: skip


rows = st.lists(st.tuples(st.sampled_from(["treated", "control", "left_out"]), st.sampled_from(["", "refused", "gone"]),
                          st.integers(0, 10**6)))  # fmt: skip


@given(rows)
def test_totals_add_up_or_raise(found: list[tuple[str, str, int]]) -> None:
    members = sum(n for _g, _r, n in found)
    totals = add_up(members, found)
    assert totals.treated + totals.control + totals.left_out == members == totals.members
    with pytest.raises(DoesNotAddUp):
        add_up(members + 1, found)


@given(
    reason=st.sampled_from(["", "night", "refused", "capped"]), bucket=st.integers(0, 9999), limit=st.integers(0, 9999)
)
def test_each_member_belongs_to_exactly_one_group(reason: str, bucket: int, limit: int) -> None:
    group = group_of(reason, bucket, limit)
    assert (group == "left_out") == (reason not in PASSING)
    if group != "left_out":
        assert (group == "control") == (bucket < limit)


def test_every_member_gets_one_row_as_gate_and_hash_say() -> None:
    members = mixed_people()
    campaign = begun(draft(members, control_percent=25))
    asked = asked_of(campaign, campaign.set_up_at)  # type: ignore[arg-type]
    answers = may_send_many([p.pk for p in members], asked)
    found = {r.person_id: r for r in Recipient.plain.filter(campaign=campaign)}
    assert set(found) == {p.pk for p in members}
    for person_id, answer in answers.items():
        row = found[person_id]
        if answer.verdict == "refuse":
            assert (row.group, row.reason) == ("left_out", answer.reason)
        else:
            control = is_control(campaign.programme, person_id, Decimal(25))
            assert (row.group, row.reason) == ("control" if control else "treated", "")
    counts = campaign.counts
    assert counts["members"] == len(members) == counts["treated"] + counts["control"] + counts["left_out"]
    assert counts["left_out"] == sum(counts["reasons"].values())
    assert counts["reasons"]["no_address"] == 4
    assert counts["reasons"]["refused"] == 5
    assert counts["reasons"]["gone"] == 3


def test_each_treated_person_gets_one_message_and_nobody_else_any() -> None:
    campaign = begun(draft(mixed_people(), control_percent=25))
    treated = set(Recipient.plain.filter(campaign=campaign, group="treated").values_list("person_id", flat=True))
    messages = list(Message.plain.filter(source="campaign", source_id=campaign.pk))
    assert sorted(m.person_id for m in messages) == sorted(treated)
    assert {m.state for m in messages} == {"pending"}


def test_what_was_expected_is_what_is_set_up() -> None:
    campaign = draft(mixed_people(), control_percent=25)
    before = outlook(campaign, timezone.now())
    assert before is not None
    begun(campaign)
    campaign.refresh_from_db()
    assert before.totals.as_event().items() <= campaign.counts.items()


def test_people_get_the_text_in_their_language_or_else_the_campaigns() -> None:
    members = [
        *people(2, prefix="k", language="ko"),
        *people(2, prefix="e", language="en"),
        *people(1, prefix="j", language="ja"),
    ]
    campaign = draft(members, control_percent=0)
    save_text(actor=SYSTEM, campaign_id=campaign.pk, language="en", subject="(광고) Autumn", html=HTML)
    begun(campaign)
    languages = dict(Content.plain.values_list("pk", "language"))
    got = {Person.plain.get(pk=m.person_id).language: languages[m.content_id] for m in Message.plain.all()}
    assert got == {"ko": "ko", "en": "en", "ja": "ko"}


def test_setting_up_twice_is_setting_up_once() -> None:
    campaign = begun(draft(people(9), control_percent=0))
    assert not begin(campaign.pk)
    assert not set_up(actor=SYSTEM, campaign_id=campaign.pk)
    assert Recipient.plain.count() == Message.plain.count() == 9
    assert EventRecord.objects.filter(name="campaign.set_up").count() == 1


def test_what_dies_in_the_middle_leaves_nothing_and_is_done_again(monkeypatch: Any) -> None:
    from dangol.operational.marketing.campaigns.services import setting_up

    campaign = draft(people(5), control_percent=0)
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    with monkeypatch.context() as broken:
        broken.setattr(setting_up, "_write_messages", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            begin(campaign.pk)
    assert not Recipient.plain.exists()
    assert begin(campaign.pk)
    assert Message.plain.count() == 5


def test_information_that_customers_need_goes_to_all_without_control() -> None:
    members = [*people(10), *people(10, prefix="n", consented=False)]
    campaign = begun(draft(members, control_percent=50, message_class="service"))
    assert campaign.counts["treated"] == 20
    assert campaign.counts["control"] == 0


def test_the_tier_of_that_moment_is_kept_and_the_bottom_one_is_left_out() -> None:
    members = people(6)
    for place, person in enumerate(members):
        CustomerTier.plain.create(
            person=person, tier=("top", "bottom")[place % 2], value=1, value_12m=1, value_in_window=1, months=[],
            first_order_on="2026-01-01", last_order_on="2026-01-02", order_count=1, purchase_days=1, recency=1,
            frequency=1, money=1, segment="x", share=0, cumulative_share=0, rank=place + 1,
        )  # fmt: skip
    campaign = begun(draft(members, control_percent=0))
    assert campaign.counts["reasons"] == {"bottom_tier": 3}
    assert set(Recipient.plain.filter(group="treated").values_list("tier", flat=True)) == {"top"}


def test_setting_the_bottom_tiers_rule_aside_is_told_with_how_many_it_concerns() -> None:
    members = people(6)
    for place, person in enumerate(members):
        CustomerTier.plain.create(
            person=person, tier=("top", "bottom")[place % 2], value=1, value_12m=1, value_in_window=1, months=[],
            first_order_on="2026-01-01", last_order_on="2026-01-02", order_count=1, purchase_days=1, recency=1,
            frequency=1, money=1, segment="x", share=0, cumulative_share=0, rank=place + 1,
        )  # fmt: skip
    campaign = begun(draft(members, control_percent=0, is_bottom_included=True))
    assert campaign.counts["treated"] == 6
    assert campaign.counts["overridden"] == 3
    told = EventRecord.objects.get(name="campaign.bottom_tier_included")
    assert told.payload["people"] == 3
