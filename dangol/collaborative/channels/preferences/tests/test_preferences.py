from __future__ import annotations

import pytest

from dangol.collaborative.channels.preferences.rules import Choice, masked, read_choice
from dangol.collaborative.channels.preferences.services import MOST_LINES_AN_HOUR
from dangol.collaborative.channels.preferences.tests.links import Letter, allow, browser, ledger, letter, purpose
from dangol.core.consent.ledger.models import ConsentRecord
from dangol.core.consent.ledger.queries import current_wording
from dangol.core.consent.ledger.services import add_wording, save_purpose
from dangol.platform.access.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(system: Actor) -> Letter:
    return letter(system)


def box(code: str, channel: str) -> str:
    return f"{purpose(code)}-{channel}"


def ticked(page: str) -> list[str]:
    import re

    return re.findall(r'name="yes" value="([^"]+)" checked', page)


def offered(page: str) -> list[str]:
    import re

    return re.findall(r'name="shown" value="([^"]+)"', page)


def test_only_what_was_allowed_is_ticked_and_only_channels_with_an_address_are_offered(
    system: Actor, sent: Letter
) -> None:
    page = browser().get(sent.choose).content.decode()
    assert ticked(page) == [box("offers", "email")]
    channels = {name.split("-", 1)[1] for name in offered(page)}
    assert channels == {"email", "sms", "sms-night", "kakao", "kakao-night", "phone", "phone-night"}
    assert len(offered(page)) == 14
    poor = letter(system, name="B", email="b@narae.test", phone="")
    assert {n.split("-", 1)[1] for n in offered(browser().get(poor.choose).content.decode())} == {"email"}


def test_the_page_speaks_the_customers_language_or_the_one_asked_for(sent: Letter) -> None:
    korean, english = browser().get(sent.choose), browser().get(f"{sent.choose}?lang=en")
    words = {lang: current_wording(purpose(), lang) for lang in ("ko", "en")}
    assert words["ko"] is not None
    assert words["en"] is not None
    assert words["ko"].text in korean.content.decode()
    assert 'lang="ko"' in korean.content.decode()[:200]
    assert words["en"].text in english.content.decode()
    assert "Version 1" in english.content.decode()
    assert 'lang="en"' in english.content.decode()[:200]


@pytest.mark.parametrize(("known", "browsers", "spoken"), [("", "ko-KR", "ko"), ("", "fr", "en"), ("de", "ko", "en"),
                                                            ("ko", "en", "ko"), ("en", "ko", "en")])  # fmt: skip
def test_the_language_is_the_customers_else_the_browsers(system: Actor, known: str, browsers: str, spoken: str) -> None:
    sent = letter(system, language=known)
    answer = browser().get(sent.choose, headers={"Accept-Language": browsers})
    assert answer["Content-Language"] == spoken


def test_only_what_changed_is_written_down_with_the_words_that_were_shown(system: Actor, sent: Letter) -> None:
    shown = offered(browser().get(sent.choose).content.decode())
    old = current_wording(purpose("news"), "ko")
    assert old is not None
    add_wording(actor=system, purpose_id=purpose("news"), language="ko", text="새 문구")
    wishes = {"shown": shown, "yes": [box("offers", "email"), box("news", "email"), box("news", "sms-night")],
              "words": [f"{purpose('news')}:{old.pk}"]}  # fmt: skip
    answer = browser().post(f"{sent.choose}?lang=en", wishes)
    assert answer.status_code == 303
    page = browser().get(answer["Location"]).content.decode()
    assert "recorded your choice" in page
    assert ledger(sent.person_id) == [
        ("news", "email", "given", "preferences"), ("news", "sms by night", "given", "preferences")
    ]  # fmt: skip
    line = ConsentRecord.objects.for_system("t").latest("pk")
    assert line.wording == old
    assert line.evidence["message"] == sent.message_id
    browser().post(sent.choose, wishes)
    assert len(ledger(sent.person_id)) == 2


def test_what_is_unticked_is_withdrawn_and_what_was_never_ticked_stays_unasked(sent: Letter) -> None:
    shown = offered(browser().get(sent.choose).content.decode())
    browser().post(sent.choose, {"shown": shown})
    assert ledger(sent.person_id) == [("offers", "email", "withdrawn", "preferences")]


def test_boxes_that_were_not_on_the_page_are_left_alone(system: Actor, sent: Letter) -> None:
    allow(system, sent.person_id, purpose("news"))
    browser().post(sent.choose, {"shown": [box("offers", "email")], "yes": [box("offers", "email")]})
    assert ledger(sent.person_id) == []


def test_what_a_form_may_not_say_is_ignored(system: Actor, sent: Letter) -> None:
    retired = save_purpose(
        actor=system, purpose_id=None, values={"code": "old", "label_en": "o", "label_ko": "o", "is_active": False}
    )
    names = [f"{retired.pk}-email", "999-email", box("offers", "fax"), box("offers", "post"), "x", "", "1-email-day"]
    foreign = current_wording(purpose("news"), "ko")
    assert foreign is not None
    words = [f"{purpose()}:{foreign.pk}", "x:y", ":", "1", "²:³"]
    name = box("offers", "sms")
    browser().post(sent.choose, {"shown": [*names, name], "yes": [*names, name], "words": words})
    assert ledger(sent.person_id) == [("offers", "sms", "given", "preferences")]
    assert ConsentRecord.objects.for_system("t").latest("pk").wording == current_wording(purpose(), "ko")


def test_a_page_that_is_changed_without_end_asks_to_wait_but_never_hinders_a_no(sent: Letter) -> None:
    name, answers = box("offers", "email"), []
    for turn in range(MOST_LINES_AN_HOUR + 2):
        answers.append(browser().post(sent.choose, {"shown": [name], "yes": [name] if turn % 2 else []}).status_code)
    assert set(answers[:-1]) == {303}
    assert answers[-1] == 429
    assert ledger(sent.person_id)[-1][2] == "withdrawn"
    assert browser().post(sent.stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert browser().post(sent.stop, {"do": "everything"}).status_code == 303


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [("email", "jiwoo@narae.test", "ji•••@narae.test"), ("email", "jw@narae.test", "j•••@narae.test"),
     ("email", "j@narae.test", "j•••@narae.test"), ("email", "broken", "•••"),
     ("sms", "+821012345678", "+8210••••5678"),
     ("phone", "+1234567", ""), ("post", "서울시 중구 1", "")],
)  # fmt: skip
def test_addresses_show_enough_to_be_known_again(channel: str, address: str, shown: str) -> None:
    assert masked(channel, address) == shown


@pytest.mark.parametrize(
    "name", ["", "x", "1", "1-", "-email", "1-email-", "1-EMAIL", "1-email-night\n", "9" * 19 + "-a"]
)
def test_only_names_of_boxes_are_read(name: str) -> None:
    assert read_choice(name) is None


def test_the_name_of_a_box_is_read_back() -> None:
    for choice in (Choice(3, "email"), Choice(12, "sms", is_for_night=True)):
        assert read_choice(choice.name) == choice
