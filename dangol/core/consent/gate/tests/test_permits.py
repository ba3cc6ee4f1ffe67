from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from dangol.core.consent.gate.models import GatePolicy, PermitRecord
from dangol.core.consent.gate.queries import gate_policy, gate_policy_history, may_send
from dangol.core.consent.gate.rules import ADVERTISING, Answer, Asked, HouseRules
from dangol.core.consent.gate.services import KeyOfAnother, Wanted, issue_permits, set_gate_policy, void_permits
from dangol.core.consent.gate.tests.people import NOON, advertising, certified, let_through, person, said, service
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.permits import MessageClass, NoPermit, Permit, check_permit
from tests.cast import Cast


def records() -> Any:
    return PermitRecord.objects.for_system("t")


@pytest.fixture
def willing(db: None) -> int:
    found = person()
    said(found)
    return found


def one(system: Actor, person_id: int, key: str = "a", asked: Asked | None = None) -> Permit | Answer:
    return issue_permits(actor=system, asked=asked or advertising(), wanted=[Wanted(key, person_id)])[key]


def test_a_permit_opens_the_door_for_its_message_alone_and_for_ten_minutes(system: Actor, willing: int) -> None:
    permit = one(system, willing, "campaign:1:1")
    assert isinstance(permit, Permit)
    now = NOON.timestamp()
    check_permit(permit, message_class=MessageClass.ADVERTISING, address="k@narae.test", now=now)
    with pytest.raises(NoPermit):
        check_permit(permit, message_class=MessageClass.ADVERTISING, address="other@narae.test", now=now)
    with pytest.raises(NoPermit):
        check_permit(permit, message_class=MessageClass.ADVERTISING, address="k@narae.test", now=now + 601)
    kept = records().get()
    assert (kept.key, kept.person_id, kept.address, kept.issued_at) == ("campaign:1:1", willing, "k@narae.test", NOON)


def test_the_same_key_gives_its_permit_again_and_counts_once(system: Actor, willing: int) -> None:
    GatePolicy.objects.create(cap_messages=1)
    first = one(system, willing, "a")
    assert one(system, willing, "a") == first
    assert records().count() == 1
    assert one(system, willing, "b") == Answer("refuse", "capped")


def test_a_voided_permit_counts_no_more_and_can_be_issued_anew(system: Actor, willing: int) -> None:
    GatePolicy.objects.create(cap_messages=1)
    one(system, willing, "a")
    assert void_permits(actor=system, keys=["a", "unknown"]) == 1
    assert void_permits(actor=system, keys=["a"]) == 0
    later = advertising(at=NOON + timedelta(hours=1))
    assert isinstance(one(system, willing, "a", later), Permit)
    kept = records().get()
    assert (kept.voided_at, kept.issued_at) == (None, later.at)


def test_it_is_asked_again_for_a_key_that_was_let_through(system: Actor, willing: int) -> None:
    one(system, willing, "a")
    said(willing, "withdrawn", at=NOON)
    assert one(system, willing, "a") == Answer("refuse", "withdrawn")
    said(willing, "given", at=NOON + timedelta(seconds=1))
    Person.objects.for_system("t").filter(pk=willing).update(email="new@narae.test")
    permit = one(system, willing, "a")
    assert isinstance(permit, Permit)
    assert permit.address == records().get().address == "new@narae.test"


def test_two_messages_to_one_person_in_one_batch_count_as_two(system: Actor, willing: int) -> None:
    GatePolicy.objects.create(cap_messages=2)
    other = person()
    said(other)
    wanted = [Wanted(f"{n}:{p}", p) for n in range(4) for p in (willing, other)]
    found = issue_permits(actor=system, asked=advertising(), wanted=wanted)
    assert [isinstance(found[f"{n}:{willing}"], Permit) for n in range(4)] == [True, True, False, False]
    assert list(found) == [w.key for w in wanted]
    assert records().count() == 4


def test_the_cap_counts_every_channel_and_the_days_of_the_window(system: Actor, willing: int) -> None:
    GatePolicy.objects.create(cap_messages=1, cap_days=7)
    let_through(willing, NOON - timedelta(days=7), "old", channel="sms")
    assert isinstance(one(system, willing, "a"), Permit)
    let_through(willing, NOON - timedelta(days=7, seconds=-1), "young", channel="sms")
    void_permits(actor=system, keys=["a"])
    assert one(system, willing, "a") == Answer("refuse", "capped")
    overriding = replace(advertising(), overrides=frozenset({"capped"}))
    assert isinstance(one(system, willing, "a", overriding), Permit)
    assert records().get(key="a").overrides == ["capped"]


def test_the_law_cannot_be_set_aside(system: Actor, willing: int) -> None:
    for name in ("night", "no_consent", "nothing"):
        asked = replace(advertising(), overrides=frozenset({name}))
        with pytest.raises(ValueError, match=name):
            one(system, willing, "a", asked)
        with pytest.raises(ValueError, match=name):
            may_send(willing, asked)


def test_service_messages_neither_need_consent_nor_count(system: Actor, db: None) -> None:
    GatePolicy.objects.create(cap_messages=1)
    stranger = person()
    assert isinstance(one(system, stranger, "a", service()), Permit)
    said(stranger)
    assert isinstance(one(system, stranger, "b"), Permit)


def test_a_key_of_one_persons_message_is_not_given_to_another(system: Actor, willing: int) -> None:
    one(system, willing, "a")
    other = person()
    said(other)
    with pytest.raises(KeyOfAnother):
        one(system, other, "a")
    with pytest.raises(KeyOfAnother):
        issue_permits(actor=system, asked=advertising(), wanted=[Wanted("b", willing), Wanted("b", other)])
    assert records().get().person_id == willing


def test_a_held_message_says_until_when(system: Actor, willing: int) -> None:
    said(willing, channel="sms")
    certified()
    late = advertising("sms", at=datetime(2026, 11, 20, 14, tzinfo=UTC))
    answer = one(system, willing, "a", late)
    assert answer == Answer("hold", "night", datetime(2026, 11, 20, 23, tzinfo=UTC))
    assert records().count() == 0


def test_an_empty_batch_gives_nothing(system: Actor, db: None) -> None:
    assert issue_permits(actor=system, asked=advertising(), wanted=[]) == {}


def test_who_may_not_write_messages_gets_no_permit(cast: Cast, willing: int) -> None:
    for call in (
        lambda: one(Actor.anonymous(), willing),
        lambda: void_permits(actor=Actor.anonymous(), keys=["a"]),
    ):
        with pytest.raises(Forbidden):
            call()


def test_the_houses_rules_are_set_told_and_kept_as_history(cast: Cast) -> None:
    admin = cast.actor("admin")
    assert gate_policy() == HouseRules(4, 30, True)
    set_gate_policy(actor=admin, cap_messages=2, cap_days=7, is_bottom_left_out=True)
    set_gate_policy(actor=admin, cap_messages=2, cap_days=7, is_bottom_left_out=False)
    set_gate_policy(actor=admin, cap_messages=2, cap_days=7, is_bottom_left_out=False)
    assert gate_policy() == HouseRules(2, 7, False)
    assert [row.is_bottom_left_out for row in gate_policy_history()] == [False, True]
    told = EventRecord.objects.filter(name="gate_policy.set").order_by("occurred_at")
    assert [event.changes for event in told] == [
        {"cap_messages": [4, 2], "cap_days": [30, 7]}, {"is_bottom_left_out": [True, False]}
    ]  # fmt: skip


@pytest.mark.parametrize(("cap", "days", "field"), [(-1, 30, "cap_messages"), (1001, 30, "cap_messages"),
                                                    (1, 0, "cap_days"), (1, 367, "cap_days")])  # fmt: skip
def test_rules_that_make_no_sense_are_refused(system: Actor, db: None, cap: int, days: int, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        set_gate_policy(actor=system, cap_messages=cap, cap_days=days, is_bottom_left_out=True)
    assert field in caught.value.message_dict


def test_only_who_may_change_the_workspace_sets_the_houses_rules(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        set_gate_policy(actor=cast.actor("owner"), cap_messages=1, cap_days=1, is_bottom_left_out=True)


# -- two campaigns at once ---------------------------------------------------------------------------------------


def at_once(*work: Callable[[], None]) -> None:
    """Run each on a connection of its own, all beginning together; what one raises is raised here."""
    gate, raised = Barrier(len(work)), list[BaseException]()

    def run(each: Callable[[], None]) -> None:
        try:
            gate.wait()
            each()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[each]) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if raised:
        raise raised[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cap", [1, 3])
def test_campaigns_that_send_at_once_never_exceed_the_cap(system: Actor, cap: int) -> None:
    GatePolicy.objects.create(cap_messages=cap)
    ids = [person(email=f"k{n}@narae.test") for n in range(60)]
    for pk in ids:
        said(pk)
    asked, permits = advertising(), list[str]()

    def campaign(number: int) -> Callable[[], None]:
        def send() -> None:
            mixed = ids if number % 2 else ids[::-1]
            for begin in range(0, 60, 15):
                wanted = [Wanted(f"{number}:{pk}", pk) for pk in mixed[begin : begin + 15]]
                found = issue_permits(actor=system, asked=asked, wanted=wanted)
                permits.extend(key for key, each in found.items() if isinstance(each, Permit))

        return send

    at_once(*(campaign(number) for number in range(4)))
    counts = {pk: records().filter(person_id=pk, message_class=ADVERTISING).count() for pk in ids}
    assert set(counts.values()) == {cap}
    assert sorted(permits) == sorted(records().values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_the_same_message_asked_twice_at_once_counts_once(system: Actor) -> None:
    GatePolicy.objects.create(cap_messages=1)
    pk = person()
    said(pk)
    asked, found = advertising(), list[Permit | Answer]()
    at_once(*[lambda: found.append(one(system, pk, "a", asked))] * 4)
    assert records().count() == 1
    assert [isinstance(each, Permit) for each in found] == [True] * 4
