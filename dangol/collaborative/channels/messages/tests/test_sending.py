from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Batch, Message
from dangol.collaborative.channels.messages.queries import is_waiting, totals
from dangol.collaborative.channels.messages.rules import trying
from dangol.collaborative.channels.messages.services import batches, sending
from dangol.collaborative.channels.messages.services.queueing import stop_sending
from dangol.collaborative.channels.messages.services.sending import GoOn, send_waiting
from dangol.collaborative.channels.messages.services.waking import wake
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SOURCE, SYSTEM
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.links import read
from dangol.platform.mail.models import CaughtMail
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def send(failures: int = 0) -> GoOn | None:
    return send_waiting(actor=SYSTEM, source=SOURCE, source_id=1, failures=failures)


@pytest.fixture
def campaign(db: None) -> given.Campaign:
    given.house()
    return given.Campaign(purpose_id=given.purpose().pk).register()


def rows() -> Any:
    return Message.objects.for_system("test").order_by("id")


def caught() -> list[EmailMessage]:
    return [message_from_bytes(bytes(m.raw), policy=policy.default) for m in CaughtMail.objects.order_by("id")]


def test_everybody_who_may_gets_one_message_and_each_stands_in_one_state(campaign: given.Campaign) -> None:
    good, never = given.add_people(7), given.add_people(3, consent="")
    given.let_wait([*good, *never], given.content().pk)
    assert send() is None
    found = totals(SOURCE, 1)
    assert (found.sent, found.refused, found.waiting, found.all) == (7, 3, 0, 10)
    assert {m.reason for m in rows().filter(state="refused")} == {"no_consent"}
    assert sorted(m["To"].addresses[0].addr_spec for m in caught()) == sorted(
        m.address for m in rows().filter(state="sent")
    )
    assert campaign.done == [1]
    assert not Batch.objects.for_system("test").filter(closed_at=None).exists()


def test_a_second_run_sends_nothing_again(campaign: given.Campaign) -> None:
    given.let_wait(given.add_people(3), given.content().pk)
    send()
    send()
    assert CaughtMail.objects.count() == 3
    assert totals(SOURCE, 1).sent == 3


def test_a_message_carries_what_the_law_and_the_receivers_ask_for(campaign: given.Campaign) -> None:
    (person,) = given.add_people(1)
    given.let_wait([person], given.content(from_name="봄 담당", reply_to="desk@shop.test").pk)
    send()
    (mail,), message = caught(), rows().get()
    assert mail["Subject"].startswith("(광고)")
    assert mail["From"].addresses[0].display_name == "봄 담당"
    assert mail["From"].addresses[0].addr_spec == "hi@shop.test"
    assert mail["Reply-To"] == "desk@shop.test"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ways = str(mail["List-Unsubscribe"])
    assert "https://crm.shop.test/u/" in ways
    assert "mailto:unsub+" in ways
    assert str(mail["Message-ID"]).startswith("<m")
    assert str(mail["Message-ID"]).endswith("@bounce.shop.test>")
    sender = CaughtMail.objects.get().envelope_from
    assert sender.endswith("@bounce.shop.test")
    assert read("bounce", sender.split("@")[0].removeprefix("bounce+")) == (message.pk,)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "https://shop.example" not in html
    assert html.count("https://crm.shop.test/c/") == 3
    assert html.index("https://crm.shop.test/o/") > html.rindex("https://crm.shop.test/c/")
    assert "지우1님은" in html
    assert "https://crm.shop.test/c/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_pause_holds_within_one_batch_and_a_stop_cancels_the_rest(
    campaign: given.Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 4)
    given.let_wait(given.add_people(10), given.content().pk)
    asked: list[int] = []

    def standing(source_id: int) -> str:
        asked.append(source_id)
        return "go" if len(asked) < 3 else "wait"

    campaign.standing_of = standing
    assert send() is None
    assert (totals(SOURCE, 1).sent, totals(SOURCE, 1).pending) == (8, 2)
    assert campaign.done == []
    campaign.standing_of = lambda source_id: "stop"
    assert stop_sending(actor=SYSTEM, source=SOURCE, source_id=1) == 2
    assert send() is None
    assert totals(SOURCE, 1).cancelled == 2
    assert campaign.done == [1]


def test_no_more_go_in_a_second_than_the_way_out_lets_pass(campaign: given.Campaign) -> None:
    from dangol.platform.mail.models import MailWay

    MailWay.objects.filter(pk=1).update(per_second=3)
    given.let_wait(given.add_people(10), given.content().pk)
    more = send()
    assert more == GoOn(1)
    assert totals(SOURCE, 1).sent in (3, 4)


def test_who_withdrew_between_setting_up_and_sending_gets_nothing(campaign: given.Campaign) -> None:
    from dangol.core.consent.ledger.services import record_consent

    first, second = given.add_people(2)
    given.let_wait([first, second], given.content().pk)
    record_consent(
        actor=SYSTEM, person_id=second, purpose_id=given.purpose().pk, channel="email", state="withdrawn", method="form"
    )
    send()
    assert rows().get(person_id=second).reason == "withdrawn"
    assert rows().get(person_id=first).state == "sent"


def test_one_event_tells_of_a_batch(campaign: given.Campaign) -> None:
    given.let_wait([*given.add_people(2), *given.add_people(1, consent="refused")], given.content().pk)
    send()
    told = EventRecord.objects.get(name="message.sent").payload
    assert (told["sent"], told["refused"], told["source"], told["source_id"]) == (2, 1, SOURCE, 1)


class TestWithAServer:
    @pytest.fixture
    def sink(self, tmp_path: Path) -> Any:
        from tests.sink import Sink

        with Sink(tmp_path) as running:
            yield running

    @pytest.fixture(autouse=True)
    def way(self, campaign: given.Campaign, sink: Any) -> None:
        given.way_to(sink)

    def test_an_answer_of_the_server_settles_each_message(self, sink: Any) -> None:
        people = given.add_people(4)
        given.let_wait(people, given.content().pk)
        sink.answer(
            {
                "p1@shop.test": {"rcpt": "550 5.1.1 no such user"},
                "p2@shop.test": {"rcpt": "451 4.7.1 try again later"},
                "p3@shop.test": {"content": "554 5.7.1 smells of spam"},
            }
        )
        assert send() is None
        unknown, later, spam, good = rows()
        assert (unknown.state, unknown.reason) == ("failed", "550 5.1.1 no such user")
        assert (later.state, later.attempts) == ("held", 1)
        assert later.not_before > timezone.now()
        assert (spam.state, spam.reason) == ("failed", "554 5.7.1 smells of spam")
        assert (good.state, good.address) == ("sent", "p4@shop.test")
        from dangol.core.consent.suppressions.queries import is_suppressed

        assert is_suppressed("email", "p1@shop.test")
        assert not is_suppressed("email", "p3@shop.test")
        assert is_waiting(SOURCE, 1)

    def test_after_five_tries_a_message_fails(self, sink: Any) -> None:
        given.let_wait(given.add_people(1), given.content().pk)
        sink.answer({"p1@shop.test": {"rcpt": "451 4.7.1 try again later"}})
        for _ in range(5):
            send()
            rows().filter(state="held").update(state="pending")
        assert rows().get().state == "failed"
        assert rows().get().attempts == 5

    def test_a_server_that_is_gone_costs_no_message_a_try(self, sink: Any) -> None:
        given.let_wait(given.add_people(3), given.content().pk)
        sink.stop()
        assert send() == GoOn(5, 1)
        assert send(failures=1) == GoOn(15, 2)
        assert totals(SOURCE, 1).pending == 3
        assert {m.attempts for m in rows()} == {0}

    def test_a_server_that_hangs_up_without_an_answer_gets_no_second_copy(self, sink: Any) -> None:
        given.let_wait(given.add_people(2), given.content().pk)
        sink.answer({"p1@shop.test": {"hang_up": "after"}})
        send()
        first, second = rows()
        assert (first.state, first.is_unconfirmed) == ("sent", True)
        assert (second.state, second.is_unconfirmed) == ("sent", False)
        assert len(sink.messages()) == 2


class TestLeftBatches:
    """What a dead worker left is closed from its journal."""

    def left(self, *said: str) -> None:
        """A batch of three whose worker died after writing `said` ({0}, {1}, {2} are the messages)."""
        given.let_wait(given.add_people(3), given.content().pk)
        in_hand = batches.claim(source=SOURCE, source_id=1, limit=10)
        assert in_hand is not None
        numbers = [row.id for row in in_hand.rows]
        in_hand.journal.path.write_text("".join(f"{line.format(*numbers)}\n" for line in said))
        in_hand.journal.close()

    def states(self) -> list[tuple[str, bool]]:
        return [(m.state, m.is_unconfirmed) for m in rows()]

    def test_what_was_accepted_is_sent_what_was_begun_too_and_the_rest_waits(self, campaign: given.Campaign) -> None:
        self.left("dot {0}", "dotted {0}", "done {0} 250 dot ok", "dot {1}")
        batches.settle_left_batches(actor=SYSTEM)
        assert self.states() == [("sent", False), ("sent", True), ("pending", False)]
        assert not Batch.objects.for_system("test").filter(closed_at=None).exists()

    def test_a_batch_in_hand_is_left_alone(self, campaign: given.Campaign) -> None:
        given.let_wait(given.add_people(1), given.content().pk)
        in_hand = batches.claim(source=SOURCE, source_id=1, limit=10)
        assert in_hand is not None
        assert batches.settle_left_batches(actor=SYSTEM) == 0
        assert rows().get().state == "handing"
        in_hand.journal.close()
        assert batches.settle_left_batches(actor=SYSTEM) == 1
        assert rows().get().state == "pending"

    def test_a_batch_of_another_house_is_waited_for_and_then_never_sent_again(self, campaign: given.Campaign) -> None:
        self.left()
        Batch.objects.for_system("test").update(host="elsewhere")
        assert batches.settle_left_batches(actor=SYSTEM) == 0
        assert {state for state, _ in self.states()} == {"handing"}
        Batch.objects.for_system("test").update(claimed_at="2026-01-01T00:00Z")
        assert batches.settle_left_batches(actor=SYSTEM) == 1
        assert self.states() == [("sent", True)] * 3

    def test_a_late_owner_confirms_what_was_taken_for_sent_and_sends_nothing_again(
        self, campaign: given.Campaign
    ) -> None:
        self.left()
        batch = Batch.objects.for_system("test").get()
        Batch.objects.for_system("test").update(host="elsewhere", claimed_at="2026-01-01T00:00Z")
        batches.settle_left_batches(actor=SYSTEM)
        first, second, _third = rows()
        batches.close(
            actor=SYSTEM, batch_id=batch.pk, source=SOURCE, source_id=1,
            settled=[
                trying.sent(first.pk, first.address, timezone.now(), 0),
                trying.again(second.pk, 0),
            ],
        )  # fmt: skip
        assert self.states() == [("sent", False), ("sent", True), ("sent", True)]


def test_the_clock_wakes_what_was_held_and_finds_every_source_that_waits(campaign: given.Campaign) -> None:
    people, said = given.add_people(4), given.content().pk
    given.let_wait(people[:2], said, source_id=1)
    given.let_wait(people[2:], said, source_id=7)
    rows().filter(source_id=1).update(state="held", not_before="2026-01-01T00:00Z")
    rows().filter(source_id=7).update(state="held", not_before="2100-01-01T00:00Z")
    assert wake(actor=SYSTEM) == [(SOURCE, 1)]
    assert [m.state for m in rows()] == ["pending", "pending", "held", "held"]


def test_a_message_stands_on_the_timeline_with_its_source(campaign: given.Campaign, cast: Cast) -> None:
    (person,) = given.add_people(1)
    given.let_wait([person], given.content().pk)
    send()
    rows().update(bounced_at=timezone.now())
    client = Client()
    client.force_login(cast.admin)
    page = client.get(f"/people/{person}").content.decode()
    assert "Message sent" in page
    assert 'href="/test/1"' in page
    assert "came back" in page
