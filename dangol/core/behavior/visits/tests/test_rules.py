from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.behavior.visits.rules import SILENCE, Landing, Stay, campaign_of, device_of, joined

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
minutes = st.lists(st.integers(0, 600), min_size=1, max_size=40)


def runs(moments: list[datetime]) -> list[tuple[datetime, datetime, int]]:
    """The oracle: first and last moment and number of events of each visit, from all moments at once."""
    found: list[tuple[datetime, datetime, int]] = []
    for at in sorted(moments):
        if found and at - found[-1][1] <= SILENCE:
            found[-1] = (found[-1][0], at, found[-1][2] + 1)
        else:
            found.append((at, at, 1))
    return found


@settings(max_examples=150, deadline=None)
@given(minutes, st.integers(1, 7), st.randoms(use_true_random=False))
def test_visits_are_the_same_in_any_order_and_any_batches(told: list[int], size: int, chance: Random) -> None:
    moments = [START + timedelta(minutes=m) for m in told]
    expected = runs(moments)
    chance.shuffle(moments)
    standing: list[Stay] = []
    number = 0
    for begin in range(0, len(moments), size):
        new = [Stay(None, at, at, 1, 1, Landing(at, f"/{at:%H%M}")) for at in moments[begin : begin + size]]
        standing = joined([*standing, *joined(new)])
        for stay in standing:
            if stay.id is None:
                number += 1
                stay.id = number
            stay.gone = []
    assert [(s.started_at, s.ended_at, s.event_count) for s in standing] == expected
    assert [s.page_count for s in standing] == [count for _start, _end, count in expected]
    assert [s.landing.at for s in standing if s.landing] == [start for start, _end, _count in expected]


def test_a_late_event_makes_one_visit_of_two() -> None:
    first, second = (Stay(n, START + timedelta(minutes=m), START + timedelta(minutes=m)) for n, m in ((1, 0), (2, 50)))
    late = START + timedelta(minutes=25)
    [one] = joined([second, first, Stay(None, late, late)])
    assert (one.id, one.gone, one.event_count, one.is_changed) == (1, [2], 3, True)


def test_exactly_thirty_minutes_are_one_visit() -> None:
    ends = [START, START + SILENCE, START + 2 * SILENCE + timedelta(seconds=1)]
    assert len(joined([Stay(None, at, at) for at in ends])) == 2


def test_devices_are_told_by_what_the_browser_calls_itself() -> None:
    for agent, device in (
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S928N) Chrome/130 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-X710) Chrome/130 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130", "desktop"),
        ("analytics-python/2.3.0", ""),
    ):
        assert device_of(agent) == device, agent


def test_only_short_texts_of_a_campaign_are_kept() -> None:
    assert campaign_of({"name": "x" * 900, "n": 3, "source": "kakao"}) == {"name": "x" * 200, "source": "kakao"}
    assert campaign_of("no") == {}
