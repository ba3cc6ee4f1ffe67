from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dangol.collaborative.channels.messages.rules.agents import AGENTS, machine_name
from dangol.collaborative.channels.messages.rules.machines import Seen, count, judge

SENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
KAKAO_BROWSER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36;KAKAOTALK 2410900"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


def after(seconds: float) -> datetime:
    return SENT + timedelta(seconds=seconds)


def click(pk: int, seconds: float, link: int = 0, sign: str = "") -> Seen:
    return Seen(pk, True, after(seconds), link, sign)


def opened(pk: int, seconds: float, sign: str = "") -> Seen:
    return Seen(pk, False, after(seconds), None, sign)


def test_a_person_who_opens_and_follows_two_links_in_her_own_time_is_a_person() -> None:
    touches = [opened(1, 60), click(2, 70, 0), click(3, 80, 1)]
    signs = judge(touches, SENT)
    assert set(signs.values()) == {""}
    found = count(touches, signs)
    assert (found.opens, found.clicks, found.machine_opens, found.machine_clicks) == (1, 2, 0, 0)
    assert (found.opened_at, found.clicked_at) == (after(60), after(70))


def test_all_links_at_once_are_a_machine_and_a_later_click_is_not() -> None:
    touches = [click(1, 100, 0), click(2, 100.3, 1), click(3, 101, 2), click(4, 4000, 1)]
    signs = judge(touches, SENT)
    assert [signs[n] for n in (1, 2, 3, 4)] == ["burst", "burst", "burst", ""]
    assert count(touches, signs).clicked_at == after(4000)


def test_the_second_link_shows_that_the_first_was_a_machines() -> None:
    first = click(1, 100, 0)
    assert judge([first], SENT)[1] == ""
    assert judge([first, click(2, 101, 1)], SENT)[1] == "burst"


def test_the_same_link_twice_is_a_double_click() -> None:
    assert set(judge([click(1, 100, 3), click(2, 100.2, 3)], SENT).values()) == {""}


def test_two_links_right_after_sending_are_a_machine_one_is_not() -> None:
    assert set(judge([click(1, 0.5, 0), click(2, 4.5, 1)], SENT).values()) == {"early"}
    assert judge([click(1, 3, 0)], SENT)[1] == ""


def test_who_follows_the_link_that_nobody_sees_was_a_machine_with_all_that_it_did_around() -> None:
    touches = [opened(1, 58), click(2, 60, 0), click(3, 62, 9, "trap"), click(4, 500, 0)]
    signs = judge(touches, SENT)
    assert [signs[n] for n in (1, 2, 3, 4)] == ["beside_trap", "beside_trap", "trap", ""]


def test_what_was_plain_at_once_stays_so() -> None:
    assert judge([click(1, 999, 0, "head"), opened(2, 999, "agent:apple_privacy")], SENT) == {
        1: "head",
        2: "agent:apple_privacy",
    }


def test_judging_again_changes_nothing() -> None:
    touches = [click(1, 100, 0), click(2, 100.3, 1), opened(3, 90)]
    once = judge(touches, SENT)
    again = judge([Seen(t.id, t.is_click, t.at, t.link, once[t.id]) for t in touches], SENT)
    assert once == again


@pytest.mark.parametrize("agent", [CHROME, IPHONE, KAKAO_BROWSER, "Mozilla/5.0 (X11; CrOS) Chrome/120 NAVER(inapp)"])
def test_browsers_are_people(agent: str) -> None:
    assert machine_name(agent, is_click=True) == ""
    assert machine_name(agent, is_click=False) == ""


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984", "kakaotalk"),
        ("Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)", "naver"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "slack"),
        ("python-requests/2.32.3", "library"),
        ("curl/8.5.0", "tool"),
        ("Mozilla/5.0 HeadlessChrome/131.0.0.0 Safari/537.36", "headless"),
        ("AcmeCrawler/2.0 (+https://acme.example/bot)", "robot"),
        ("", "no_name"),
    ],
)
def test_machines_that_say_so_are_known(agent: str, name: str) -> None:
    assert machine_name(agent, is_click=True) == name


def test_a_picture_fetched_by_gmail_is_an_open_but_a_link_is_not_followed_so() -> None:
    assert machine_name(GMAIL, is_click=False) == ""
    assert machine_name(GMAIL, is_click=True) == "gmail_pictures"
    assert machine_name("Mozilla/5.0", is_click=False) == "apple_privacy"


def test_every_known_machine_names_its_source() -> None:
    assert all(agent.source and agent.name and agent.pattern for agent in AGENTS)
    assert len({agent.name for agent in AGENTS}) == len(AGENTS)
