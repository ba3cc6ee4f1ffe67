"""A customer's own page: pause, how often, language, one's own data and erasure, each confirmed where it must be."""

from __future__ import annotations

import pytest

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.preferences.queries import CONFIRM
from dangol.collaborative.channels.preferences.tests.links import browser, letter
from dangol.core.consent.ledger.models import ConsentRecord
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.wishes.models import Wish
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.mail.links import sign

pytestmark = pytest.mark.django_db


def test_a_pause_a_number_and_a_language_are_kept(system: Actor) -> None:
    one = letter(system)
    sent = {"pause": "3", "most": "2", "language": "en"}
    assert browser().post(one.choose, sent).status_code == 303
    wish = Wish.objects.for_system("t").get()
    assert wish.paused_until is not None
    assert wish.most_messages == 2
    assert Person.objects.for_system("t").get(pk=one.person_id).language == "en"
    assert b"Paused until" in browser().get(one.choose).content
    browser().post(one.choose, {"pause": "0", "most": "999", "language": "xx"})
    wish.refresh_from_db()
    assert (wish.paused_until, wish.most_messages) == (None, None)


def test_an_erasure_counts_when_the_letters_link_was_followed_and_looking_changes_nothing(system: Actor) -> None:
    one = letter(system)
    assert "mailed" in browser().post(one.choose, {"do": "erasure"}).headers["Location"]
    asked = RightsRequest.objects.for_system("t").get()
    assert asked.state == "unconfirmed"
    assert Message.objects.for_system("t").filter(source="request", person_id=one.person_id).count() == 1
    at = f"/p/confirm/{sign(CONFIRM, asked.pk)}"
    assert browser().get(at).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "unconfirmed"
    answer = browser().post(at)
    assert (answer.status_code, answer.cookies) == (302, {})
    asked.refresh_from_db()
    assert asked.state == "open"
    assert browser().get("/p/confirm/aaaa").status_code == 404


def test_ones_own_data_are_handed_over_after_the_letter(system: Actor) -> None:
    one = letter(system)
    browser().post(one.choose, {"do": "access"})
    asked = RightsRequest.objects.for_system("t").get()
    answer = browser().post(f"/p/confirm/{sign(CONFIRM, asked.pk)}")
    assert answer.headers["Content-Disposition"].endswith('"my-data.zip"')
    asked.refresh_from_db()
    assert asked.state == "done"


def test_a_child_does_not_consent_alone(system: Actor) -> None:
    one = letter(system, is_allowed=False, born_on="2020-01-01")
    box = f"{one.purpose_id}-email"
    assert browser().post(one.choose, {"shown": box, "yes": box}).status_code == 303
    assert not ConsentRecord.objects.for_system("t").filter(person_id=one.person_id).exists()
    assert (
        "법정대리인" in browser().get(one.choose).content.decode() or b"guardian" in browser().get(one.choose).content
    )
