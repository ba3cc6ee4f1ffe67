from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.collaborative.channels.preferences.tests.links import Letter, allow, browser, ledger, letter, purpose
from dangol.core.consent.gate.queries import may_send
from dangol.core.consent.gate.rules import Asked
from dangol.core.consent.ledger.models import ConsentRecord
from dangol.core.consent.ledger.services import record_consent
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.links import sign

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def sent(system: Actor) -> Letter:
    return letter(system)


def reason(sent: Letter) -> str:
    return may_send(sent.person_id, Asked("email", "advertising", purpose(), timezone.now())).reason


def message(sent: Letter) -> Message:
    return Message.objects.for_system("t").get(pk=sent.message_id)


@pytest.mark.parametrize("verb", ["get", "head"])
@pytest.mark.parametrize("page", ["stop", "choose"])
def test_looking_changes_nothing(sent: Letter, verb: str, page: str) -> None:
    for headers in ({}, {"Purpose": "prefetch", "Sec-Purpose": "prefetch"}, {"User-Agent": "SafeLinks Scanner"}):
        answer = getattr(browser(), verb)(getattr(sent, page), headers=headers)
        assert answer.status_code == 200
        assert not answer.cookies
    assert ledger(sent.person_id) == []
    assert message(sent).unsubscribed_at is None
    assert reason(sent) == ""


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "options", "trace"])
def test_other_verbs_are_refused(sent: Letter, verb: str) -> None:
    for page in (sent.stop, sent.choose):
        assert getattr(browser(), verb)(page).status_code == 405
    assert ledger(sent.person_id) == []


def test_a_gateway_that_follows_every_link_ends_nothing(sent: Letter) -> None:
    import re

    waiting, seen = [sent.stop, sent.choose], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith(("/u/", "/p/")):
            continue
        seen.add(address)
        page = browser().get(address).content.decode()
        waiting += [found.replace("&amp;", "&") for found in re.findall(r'href="([^"]+)"', page)]
    assert len(seen) >= 4
    assert ledger(sent.person_id) == []
    assert message(sent).unsubscribed_at is None


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_single_click_of_the_mail_program_unsubscribes_at_once(sent: Letter, form: str) -> None:
    sending: dict[str, Any] = {"data": ONE_CLICK}
    if form != "multipart/form-data":
        sending = {"data": "List-Unsubscribe=One-Click", "content_type": form}
    answer = browser().post(sent.stop, headers={"User-Agent": "Gmail"}, **sending)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert not answer.cookies
    assert not answer.has_header("Location")
    assert 0 < len(answer.content) < 200
    assert ledger(sent.person_id) == [("offers", "email", "withdrawn", "one_click")]
    line = ConsentRecord.objects.for_system("t").latest("pk")
    assert line.evidence == {"message": sent.message_id, "address": "jiwoo@narae.test", "agent": "Gmail"}
    assert reason(sent) == "withdrawn"


def test_a_click_that_comes_again_acts_once(sent: Letter) -> None:
    for _ in range(3):
        assert browser().post(sent.stop, ONE_CLICK).status_code == 200
    browser().post(sent.stop, {"do": "purpose"})
    assert len(ledger(sent.person_id)) == 1
    assert message(sent).unsubscribed_at is not None
    touches = Touch.objects.for_system("t").filter(message_id=sent.message_id)
    assert [touch.kind for touch in touches] == ["unsubscribe"]
    told = EventRecord.objects.get(name="message.unsubscribed")
    assert told.about_id == sent.person_id


def test_the_page_says_who_we_are_and_to_which_address_it_goes_but_no_more(system: Actor, sent: Letter) -> None:
    allow(system, sent.person_id, purpose("news"))
    page = browser().get(f"{sent.stop}?lang=en").content.decode()
    assert "ji•••@narae.test" in page
    assert "Offers" in page
    for secret in ("jiwoo", "김지우", "1234", "5678"):
        assert secret not in page
    assert browser().get(sent.stop)["Content-Language"] == "ko"


def test_one_purpose_is_stopped_and_the_result_is_shown_with_its_date(system: Actor, sent: Letter) -> None:
    allow(system, sent.person_id, purpose("news"))
    answer = browser().post(f"{sent.stop}?lang=en", {"do": "purpose"})
    assert answer.status_code == 303
    assert not answer.cookies
    page = browser().get(answer["Location"]).content.decode()
    assert "You are unsubscribed" in page
    today = timezone.localtime(timezone.now(), timezone.zoneinfo.ZoneInfo("Asia/Seoul"))
    for shown in ("Offers · E-mail", str(today.year), "Sender", "Result", "What else you allowed still holds"):
        assert shown in page
    assert ledger(sent.person_id) == [("offers", "email", "withdrawn", "unsubscribe")]


def test_everything_is_stopped_on_every_channel_by_day_and_night(system: Actor, sent: Letter) -> None:
    allow(system, sent.person_id, purpose("news"))
    allow(system, sent.person_id, purpose("news"), "sms")
    allow(system, sent.person_id, purpose("news"), "sms", is_for_night=True)
    answer = browser().post(f"{sent.stop}?lang=en", {"do": "everything"}, follow=True)
    assert "We send you no more advertising." in answer.content.decode()
    assert sorted(ledger(sent.person_id)) == [
        ("news", "email", "withdrawn", "unsubscribe"), ("news", "sms", "withdrawn", "unsubscribe"),
        ("news", "sms by night", "withdrawn", "unsubscribe"), ("offers", "email", "withdrawn", "unsubscribe"),
    ]  # fmt: skip


def test_a_mistake_is_undone_and_nothing_else_is_given(system: Actor, sent: Letter) -> None:
    allow(system, sent.person_id, purpose("news"))
    browser().post(sent.stop, {"do": "everything"})
    browser().post(sent.choose, {"shown": [f"{purpose('news')}-email"], "yes": []})
    answer = browser().post(f"{sent.stop}?lang=en", {"do": "undo"}, follow=True)
    assert "as it was before" in answer.content.decode()
    assert sorted(ledger(sent.person_id)[-2:]) == [
        ("news", "email", "given", "preferences"), ("offers", "email", "given", "preferences")
    ]  # fmt: skip
    assert reason(sent) == ""
    browser().post(sent.stop, {"do": "undo"})
    assert len(ledger(sent.person_id)) == 4


def test_who_was_never_asked_is_written_down_as_not_wanting_and_cannot_undo_a_yes_that_never_was(system: Actor) -> None:
    sent = letter(system, is_allowed=False, language="en")
    browser().post(sent.stop, ONE_CLICK)
    assert ledger(sent.person_id) == [("offers", "email", "withdrawn", "one_click")]
    page = browser().get(sent.stop).content.decode()
    assert "You are unsubscribed" in page
    assert "mistake" not in page
    browser().post(sent.stop, {"do": "undo"})
    assert len(ledger(sent.person_id)) == 1


def test_the_links_of_another_message_know_that_it_has_ended(system: Actor, sent: Letter) -> None:
    first = message(sent)
    other = Message.objects.create(
        source="campaign", source_id=2, person_id=sent.person_id, content_id=first.content_id, address=first.address
    )
    browser().post(sent.stop, ONE_CLICK)
    page = browser().get(f"/u/{sign('unsub', other.pk)}?lang=en").content.decode()
    assert "You are unsubscribed" in page
    assert "mistake" not in page
    assert "mistake" in browser().get(f"{sent.stop}?lang=en").content.decode()


def test_a_refusal_stays_a_refusal(system: Actor) -> None:
    sent = letter(system, is_allowed=False)
    record_consent(
        actor=system, person_id=sent.person_id, purpose_id=purpose(), channel="email", state="refused", method="form"
    )
    browser().post(sent.stop, {"do": "purpose"})
    assert ledger(sent.person_id) == []
    assert reason(sent) == "refused"
    assert "Refused" in browser().get(f"{sent.stop}?lang=en").content.decode()


def test_a_service_message_offers_to_stop_all_advertising(system: Actor) -> None:
    sent = letter(system, code=None, message_class="service", language="en")
    allow(system, sent.person_id, purpose("news"))
    page = browser().get(sent.stop).content.decode()
    assert "Stop “" not in page
    browser().post(sent.stop, ONE_CLICK)
    assert ledger(sent.person_id) == []
    browser().post(sent.stop, {"do": "everything"})
    assert ledger(sent.person_id) == [("news", "email", "withdrawn", "unsubscribe")]


def test_a_post_that_says_nothing_changes_nothing(sent: Letter) -> None:
    for body in ({}, {"do": "dance"}, {"List-Unsubscribe": "Two-Click"}):
        assert browser().post(sent.stop, body).status_code == 422
    assert ledger(sent.person_id) == []


def test_who_lies_in_the_trash_can_still_unsubscribe(sent: Letter) -> None:
    Person.objects.for_system("t").filter(pk=sent.person_id).update(deleted_at=timezone.now())
    assert browser().get(sent.stop).status_code == 200
    assert browser().post(sent.stop, ONE_CLICK).status_code == 200
    assert ledger(sent.person_id) == [("offers", "email", "withdrawn", "one_click")]
    page = browser().get(f"{sent.choose}?lang=en").content.decode()
    assert "We do not write to you any more" in page
    browser().post(sent.choose, {"shown": [f"{purpose()}-email"], "yes": [f"{purpose()}-email"]})
    assert len(ledger(sent.person_id)) == 1


@pytest.mark.parametrize("kind", ["u", "p"])
def test_a_link_that_is_not_ours_is_one_friendly_page_whatever_is_wrong(sent: Letter, kind: str) -> None:
    own = {"u": "unsub", "p": "prefs"}[kind]
    other = {"u": "prefs", "p": "unsub"}[kind]
    good = sign(own, sent.message_id)
    wrong = (
        good[:-1], good[1:], "a" * 30, sign(other, sent.message_id), sign(own, 10**12), sign(own, sent.message_id, 1),
        "x" * 5000, "한글", good.replace(good[5], "q" if good[5] != "q" else "z"),
    )  # fmt: skip
    pages = set()
    for token in wrong:
        for answer in (browser().get(f"/{kind}/{token}"), browser().post(f"/{kind}/{token}", ONE_CLICK)):
            assert answer.status_code == 404
            pages.add(answer.content.decode().replace(token, ""))
    assert len(pages) == 1
    page = pages.pop()
    assert "이 링크는 쓸 수 없어요" in page
    assert "This link is not valid" in page
    assert ledger(sent.person_id) == []


def test_links_survive_upper_case(sent: Letter) -> None:
    kind, token = sent.stop[1:].split("/")
    assert browser().get(f"/{kind}/{token.upper()}").status_code == 200


def test_every_answer_keeps_the_address_to_itself(sent: Letter) -> None:
    answers = [
        browser().get(sent.stop), browser().get(sent.choose), browser().get("/u/none"), browser().head(sent.stop),
        browser().post(sent.stop, ONE_CLICK), browser().post(sent.stop, {"do": "undo"}), browser().put(sent.stop),
    ]  # fmt: skip
    for answer in answers:
        if answer.status_code != 405:
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["Cache-Control"] == "no-store"
            assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies


def test_a_body_that_is_too_large_is_refused_unread(sent: Letter) -> None:
    for page in (sent.stop, sent.choose):
        assert browser().post(page, {"do": "purpose", "x": "y" * 70_000}).status_code == 413
    assert ledger(sent.person_id) == []


def test_staff_who_look_at_the_page_keep_their_session_out_of_it(sent: Letter, cast: Any) -> None:
    client = Client()
    client.force_login(cast.users["admin"])
    assert client.get(sent.stop).status_code == 200
    client.post(sent.stop, ONE_CLICK)
    told = EventRecord.objects.filter(name="consent.recorded").latest("occurred_at")
    assert told.actor_kind == "system"
