from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dangol.core.behavior.stream.rules.clock import bounds_of, happened_at, moment, month_of, months_before

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAITED = st.timedeltas(timedelta(0), timedelta(days=300))
WRONG = st.timedeltas(timedelta(days=-9000), timedelta(days=9000))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(waited=WAITED, wrong=WRONG, transit=st.timedeltas(timedelta(0), timedelta(minutes=5)))
def test_however_wrong_a_clock_is_the_event_is_off_only_by_the_transit(
    waited: timedelta, wrong: timedelta, transit: timedelta
) -> None:
    truly = RECEIVED - transit - waited
    assert happened_at(truly + wrong, RECEIVED - transit + wrong, RECEIVED) == truly + transit


@given(original=st.none() | MOMENTS, sent=st.none() | MOMENTS, received=MOMENTS)
def test_nothing_happens_after_it_was_received(
    original: datetime | None, sent: datetime | None, received: datetime
) -> None:
    assert happened_at(original, sent, received) <= received


def test_without_a_word_of_the_sender_it_happened_when_it_came() -> None:
    assert happened_at(None, RECEIVED, RECEIVED) == RECEIVED
    assert happened_at(RECEIVED - timedelta(days=400), None, RECEIVED) == RECEIVED - timedelta(days=400)


@given(MOMENTS)
def test_a_moment_reads_back_in_every_notation(at: datetime) -> None:
    assert moment(at.isoformat()) == at
    assert moment(at.replace(tzinfo=None).isoformat() + "Z") == at
    assert moment(at.astimezone().isoformat()) == at


@given(st.text(max_size=50) | st.integers() | st.none() | st.lists(st.integers()))
def test_what_is_no_moment_is_none_and_breaks_nothing(value: object) -> None:
    found = moment(value)
    assert found is None or found.tzinfo is not None


def test_the_ends_of_time_break_nothing() -> None:
    assert moment("0001-01-01T00:00:00+14:00") is None
    assert moment("9999-12-31T23:59:59-14:00") is None


@given(MOMENTS)
def test_a_moment_lies_in_its_month(at: datetime) -> None:
    first, following = bounds_of(month_of(at))
    assert first <= at < following
    assert months_before(at, 0) == first
    assert months_before(following, 1) == first
