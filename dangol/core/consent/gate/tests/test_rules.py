from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dangol.core.consent.gate.rules import Answer, Asked, HouseRules
from dangol.core.consent.gate.rules.addresses import is_good_address
from dangol.core.consent.gate.rules.asking import Facts, decide
from dangol.core.consent.gate.rules.nights import clock_of, held_until, mornings

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 20, 12, tzinfo=SEOUL)
GOOD = Facts(address="k@narae.test", state="given")
HOUSE = HouseRules()
EMAIL = Asked("email", "advertising", 1, NOON)


def answer(facts: Facts = GOOD, asked: Asked = EMAIL, house: HouseRules = HOUSE, rule: str = "") -> Answer:
    return decide(asked, facts, house, lambda: rule)


def test_who_said_yes_and_can_be_reached_gets_the_message() -> None:
    assert answer() == Answer("send")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(GOOD, is_there=False, address=""), "gone"),
        (replace(GOOD, address=""), "no_address"),
        (replace(GOOD, address="k@narae", is_suppressed=True), "bad_address"),
        (replace(GOOD, is_suppressed=True, state=""), "suppressed"),
        (replace(GOOD, state="", recent=9), "no_consent"),
        (replace(GOOD, state="refused"), "refused"),
        (replace(GOOD, state="withdrawn"), "withdrawn"),
        (replace(GOOD, recent=4), "capped"),
    ],
)
def test_the_first_reason_that_applies_is_the_answer(facts: Facts, reason: str) -> None:
    assert answer(facts) == Answer("refuse", reason)


def test_a_registered_rule_is_asked_after_consent_and_before_the_cap() -> None:
    assert answer(replace(GOOD, recent=9), rule="bottom_tier").reason == "bottom_tier"
    assert answer(replace(GOOD, state="refused"), rule="bottom_tier").reason == "refused"


def test_a_service_message_asks_only_whether_the_address_can_be_written_to() -> None:
    asked = Asked("sms", "service", None, NOON.replace(hour=23))
    assert answer(replace(GOOD, address="+821012345678", state="withdrawn", recent=99), asked).verdict == "send"
    assert answer(replace(GOOD, address="+821012345678", is_suppressed=True), asked).reason == "suppressed"


def test_a_cap_of_nothing_is_no_cap_and_the_cap_can_be_set_aside() -> None:
    many = replace(GOOD, recent=99)
    assert answer(many, house=HouseRules(cap_messages=0)).verdict == "send"
    assert answer(many, replace(EMAIL, overrides=frozenset({"capped"}))).verdict == "send"


@pytest.mark.parametrize(
    ("channel", "clock", "until_day"),
    [
        ("sms", "20:59:59", None), ("sms", "21:00:00", 21), ("sms", "23:59:59", 21), ("sms", "00:00:00", 20),
        ("sms", "07:59:59", 20), ("sms", "08:00:00", None), ("phone", "21:00:00", 21), ("phone", "20:30:00", None),
        ("kakao", "19:59:59", None), ("kakao", "20:00:00", 21), ("kakao", "07:59:59", 20),
        ("email", "03:00:00", None), ("post", "03:00:00", None),
    ],
)  # fmt: skip
def test_the_korean_night_holds_until_eight(channel: str, clock: str, until_day: int | None) -> None:
    at = datetime.fromisoformat(f"2026-11-20T{clock}+09:00")
    asked = Asked(channel, "advertising", 1, at)
    facts = replace(GOOD, address="+821012345678") if channel not in ("email", "post") else GOOD
    found = answer(facts, asked)
    if until_day is None:
        assert found == Answer("send")
    else:
        assert found == Answer("hold", "night", datetime(2026, 11, until_day, 8, tzinfo=SEOUL))
    assert answer(replace(facts, night_state="given"), asked) == Answer("send")
    assert answer(replace(facts, night_state="withdrawn"), asked) == found


def test_the_night_is_the_receivers_own() -> None:
    nine_in_seoul = datetime(2026, 11, 20, 21, tzinfo=SEOUL)
    assert held_until("sms", "DE", nine_in_seoul) is None
    assert held_until("sms", "JP", nine_in_seoul) == datetime(2026, 11, 21, 8, tzinfo=SEOUL)
    assert held_until("sms", "DE", NOON) == datetime(2026, 11, 20, 8, tzinfo=ZoneInfo("Europe/Berlin"))
    assert held_until("sms", "US", NOON) is None
    assert clock_of("US", NOON) == clock_of("", NOON) == clock_of("XX", NOON) == "Asia/Seoul"


def test_a_morning_on_which_clocks_change_is_still_eight() -> None:
    before = datetime(2026, 3, 28, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    assert held_until("sms", "DE", before) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_mornings_name_every_country_that_differs() -> None:
    for hour in range(24):
        at = NOON + timedelta(hours=hour)
        others, default = mornings("sms", at)
        for country in ("KR", "DE", "GB", "JP", "US", "CN", "NP", "IN", "AU", "XX", ""):
            assert others.get(country, default) == held_until("sms", country, at)
    assert mornings("email", NOON.replace(hour=3)) == ({}, None)


@pytest.mark.parametrize(
    ("channel", "address", "is_good"),
    [
        ("email", "jiwoo@narae.test", True), ("email", "j.w+x@a-b.co.kr", True), ("email", "a..b@narae.test", False),
        ("email", ".a@narae.test", False), ("email", "a@narae", False), ("email", "a@-b.kr", False),
        ("email", "a b@narae.test", False), ("email", "a@narae.test\n", False), ("email", "김@narae.test", False),
        ("email", "a@xn--hq1bm8jm9l.com", True), ("email", "a@1.2.3.4", False), ("email", "a@b@c.kr", False),
        ("email", f"{'a' * 65}@narae.test", False), ("email", f"{'a' * 64}@narae.test", True),
        ("email", "a@narae.k", False), ("email", "a@narae.k-", False), ("email", f"a@{'b.' * 126}kr", False),
        ("sms", "+821012345678", True), ("kakao", "010-1234-5678", False), ("phone", "+0821012345", False),
        ("sms", "+8210123456789012", False), ("post", "서울시 중구", True),
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_reached_are_known(channel: str, address: str, is_good: bool) -> None:
    assert is_good_address(channel, address) is is_good


@pytest.mark.parametrize(
    "wrong",
    [
        ("fax", "advertising", 1, NOON), ("email", "system", 1, NOON), ("email", "advertising", None, NOON),
        ("email", "advertising", 1, NOON.replace(tzinfo=None)),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(wrong: tuple[str, str, int | None, datetime]) -> None:
    with pytest.raises(ValueError):
        Asked(*wrong)
