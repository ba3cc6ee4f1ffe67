"""People are told what became of their consent, once and with proof; every two years that it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.tests.sending import house
from dangol.collaborative.channels.notices.queries import SOURCE
from dangol.collaborative.channels.notices.services import hand_over
from dangol.core.consent.gate.queries import may_send
from dangol.core.consent.gate.rules import Asked
from dangol.core.consent.ledger.models import ConsentState, Purpose
from dangol.core.consent.ledger.services import record_consent
from dangol.core.consent.notices.models import Notice
from dangol.core.consent.notices.queries import counts, queue
from dangol.core.consent.notices.services import ask_for_notices, gather, tell_by_hand
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.mail.models import CaughtMail
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def offers() -> int:
    return int(Purpose.objects.get(code="offers").pk)


def somebody(**values: str) -> int:
    given = {"name": "지우", "email": "jiwoo@narae.test", "country": "KR", "language": "ko", **values}
    return int(Person.objects.create(**given).pk)


def say(system: Actor, person_id: int, state: str = "given", days_ago: float = 0) -> None:
    record_consent(
        actor=system, person_id=person_id, purpose_id=offers(), channel="email", state=state, method="form",
        at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip


def send_all(system: Actor) -> None:
    for source_id in Message.objects.for_system("t").filter(source=SOURCE).values_list("source_id", flat=True):
        send_waiting(actor=system, source=SOURCE, source_id=source_id)


def test_the_result_is_told_once_in_her_language_with_proof(system: Actor) -> None:
    house()
    pk = somebody()
    say(system, pk)
    say(system, pk, "withdrawn")
    assert gather(actor=system)[0] == 2
    assert gather(actor=system)[0] == 0
    now = timezone.now()
    assert hand_over(actor=system, now=now) == 0, "several clicks wait to become one letter"
    assert hand_over(actor=system, now=now + timedelta(minutes=31)) == 1
    send_all(system)
    assert hand_over(actor=system, now=now + timedelta(days=1)) == 0
    mail = CaughtMail.objects.get()
    text = bytes(mail.raw).decode()
    assert mail.message_class == "service"
    assert "/p/" in text
    told = list(Notice.objects.for_system("t").order_by("pk"))
    assert [n.state for n in told] == ["sent", "sent"]
    assert told[0].proof["address"] == "jiwoo@narae.test"
    assert counts(system, "result").sent == 2


def test_what_was_said_long_ago_and_written_down_now_is_not_told_anew(system: Actor) -> None:
    pk = somebody()
    say(system, pk, days_ago=20)
    assert gather(actor=system) == (0, 0)


def test_who_cannot_be_reached_by_mail_stands_in_the_queue_until_staff_told_her(system: Actor, cast: Cast) -> None:
    house()
    pk = somebody(email="")
    say(system, pk)
    gather(actor=system)
    hand_over(actor=system, now=timezone.now() + timedelta(hours=1))
    send_all(system)
    notice = queue(system, "result", "failed").get()
    assert notice.reason == "no_address"
    tell_by_hand(actor=cast.actor("admin"), notice_id=notice.pk, how="on the telephone")
    assert queue(system, "result", "failed").count() == 0


def test_a_consent_of_two_years_holds_only_when_its_owner_was_told(system: Actor) -> None:
    house()
    pk, old = somebody(), timedelta(days=700)
    say(system, pk, days_ago=700)
    assert gather(actor=system) == (0, 1)
    late = Asked("email", "advertising", offers(), timezone.now() + timedelta(days=40))
    assert may_send(pk, late).reason == "unconfirmed"
    assert hand_over(actor=system, now=timezone.now() + timedelta(hours=1)) == 0, "asked for by hand by default"
    ask_for_notices(actor=system, kind="reconfirm")
    assert hand_over(actor=system) == 1
    send_all(system)
    state = ConsentState.objects.for_system("t").get(person_id=pk)
    assert state.confirmed_at is not None
    assert state.confirmed_at - state.at > old - timedelta(days=1)
    assert may_send(pk, late).verdict == "send"
    assert gather(actor=system) == (0, 0)


def test_what_was_withdrawn_need_not_be_confirmed_any_more(system: Actor) -> None:
    pk = somebody()
    say(system, pk, days_ago=700)
    gather(actor=system)
    say(system, pk, "withdrawn")
    gather(actor=system)
    assert list(Notice.objects.for_system("t").filter(kind="reconfirm").values_list("state", flat=True)) == ["void"]
