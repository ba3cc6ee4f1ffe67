from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dangol.core.consent.suppressions.models import Suppression
from dangol.core.consent.suppressions.queries import is_suppressed, suppressions
from dangol.core.consent.suppressions.services import lift, suppress
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_address_is_taken_out_once_however_it_is_written(system: Actor) -> None:
    first = suppress(actor=system, channel="email", address=" Jiwoo@Narae.TEST ", reason="bounce", note="550")
    again = suppress(actor=system, channel="email", address="jiwoo@narae.test", reason="complaint")
    assert again == first
    assert (again.address, again.reason, again.note) == ("jiwoo@narae.test", "bounce", "550")
    assert is_suppressed("email", "JIWOO@narae.test ")
    assert not is_suppressed("sms", "jiwoo@narae.test")
    told = EventRecord.objects.get(name="suppression.added")
    assert (told.subject_id, told.payload) == (first.pk, {"channel": "email", "reason": "bounce"})


def test_it_is_lifted_with_a_reason_and_can_be_taken_out_again(cast: Cast) -> None:
    owner = cast.actor("owner")
    first = suppress(actor=owner, channel="sms", address="010-1234-5678", reason="manual", note="asked by phone")
    assert first.address == "+821012345678"
    with pytest.raises(ValidationError):
        lift(actor=owner, suppression_id=first.pk, note=" ")
    lifted = lift(actor=owner, suppression_id=first.pk, note="wants it again")
    assert (lifted.note, lifted.lifted_by_id) == ("asked by phone\nwants it again", cast.owner.pk)
    assert lift(actor=owner, suppression_id=first.pk).lifted_at == lifted.lifted_at
    assert not is_suppressed("sms", "+821012345678")
    assert suppress(actor=owner, channel="sms", address="+821012345678", reason="manual").pk != first.pk
    assert EventRecord.objects.filter(name="suppression.lifted").count() == 1


@pytest.mark.parametrize(
    ("channel", "address", "reason", "field"),
    [("fax", "x", "manual", "channel"), ("email", "no", "manual", "address"), ("email", " ", "manual", "address"),
     ("phone", "12", "manual", "address"), ("email", "a@b.kr", "whim", "reason")],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(system: Actor, channel: str, address: str, reason: str, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        suppress(actor=system, channel=channel, address=address, reason=reason)
    assert field in caught.value.message_dict


def test_addresses_are_found_by_a_part_of_them(system: Actor) -> None:
    for address in ("jiwoo@narae.test", "dohyun@haneul.test"):
        suppress(actor=system, channel="email", address=address, reason="manual")
    phone = suppress(actor=system, channel="sms", address="+821012345678", reason="manual")
    assert [s.address for s in suppressions(system, search="NARAE")] == ["jiwoo@narae.test"]
    assert list(suppressions(system, search="010-1234")) == [phone]
    assert suppressions(system).count() == 3
    lift(actor=system, suppression_id=phone.pk, note="x")
    assert list(suppressions(system, are_lifted=True)) == [phone]


def test_who_may_not_create_them_neither_adds_nor_lifts(cast: Cast) -> None:
    kept = suppress(actor=cast.actor("owner"), channel="email", address="a@b.kr", reason="manual")
    role = cast.users["mate"].roles.get()
    role.grants = {"suppression": {"see": "all"}}
    role.save()
    mate = cast.actor("mate")
    assert suppressions(mate).count() == 1
    with pytest.raises(Forbidden):
        suppress(actor=mate, channel="email", address="a@c.kr", reason="manual")
    with pytest.raises(Forbidden):
        lift(actor=mate, suppression_id=kept.pk, note="x")
    with pytest.raises(NotFound):
        lift(actor=cast.actor("owner"), suppression_id=10**9, note="x")
    assert suppressions(Actor.anonymous()).count() == 0
    assert Suppression.objects.for_system("t").filter(lifted_at=None).count() == 1
