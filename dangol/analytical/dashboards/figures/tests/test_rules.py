from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.dashboards.figures.rules import (
    PERIOD_KEYS,
    Delta,
    Span,
    absolute_change,
    months_before,
    parts,
    parts_to_count,
    period_of,
    relative_change,
    share,
)

AS_OF = date(2026, 3, 31)
LONG_AGO = date(2020, 1, 1)


def test_thirty_days_end_with_the_last_counted_day_and_follow_the_thirty_before() -> None:
    period = period_of("30d", as_of=AS_OF, first_on=LONG_AGO)
    assert (period.now.first_on, period.now.last_on, period.now.days) == (date(2026, 3, 2), AS_OF, 30)
    assert period.before is not None
    assert period.before.last_on == period.now.first_on - timedelta(days=1)
    assert period.before.days == 30


def test_twelve_months_are_compared_with_the_same_days_a_year_earlier() -> None:
    period = period_of("12m", as_of=date(2024, 2, 29), first_on=LONG_AGO)
    assert period.now.first_on == date(2023, 3, 1)
    assert period.before is not None
    assert (period.before.first_on, period.before.last_on) == (date(2022, 3, 1), date(2023, 2, 28))


def test_all_time_is_compared_with_nothing() -> None:
    period = period_of("all", as_of=AS_OF, first_on=LONG_AGO)
    assert (period.now.first_on, period.before) == (LONG_AGO, None)


def test_a_shop_younger_than_two_periods_is_compared_with_nothing() -> None:
    assert period_of("365d", as_of=AS_OF, first_on=date(2025, 6, 1)).before is None


def test_an_unknown_period_is_read_as_the_default() -> None:
    assert period_of("<script>", as_of=AS_OF, first_on=LONG_AGO).key == "90d"


@given(st.sampled_from(PERIOD_KEYS), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_period_ends_on_the_counted_day_and_never_overlaps_the_one_before(key: str, as_of: date) -> None:
    period = period_of(key, as_of=as_of, first_on=date(1990, 1, 1))
    assert period.now.last_on == as_of
    if period.before:
        assert period.before.last_on < period.now.first_on


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_before_never_leaves_the_month_asked_for(day: date, months: int) -> None:
    found = months_before(day, months)
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    assert found.day <= day.day


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("110", "100", Delta("up", Decimal("0.1"), "good")),
        ("90", "100", Delta("down", Decimal("0.1"), "bad")),
        ("100.4", "100", Delta("same", Decimal(0), "mute")),
    ],
)
def test_a_change_says_where_it_went_and_whether_that_is_good(now: str, before: str, expected: Delta) -> None:
    assert relative_change(Decimal(now), Decimal(before)) == expected


def test_nothing_is_said_about_a_change_from_nothing() -> None:
    assert relative_change(Decimal(5), Decimal(0)) is None
    assert relative_change(Decimal(5), None) is None


def test_more_days_between_orders_is_bad_news() -> None:
    found = absolute_change(Decimal("25.8"), Decimal("24.6"), same_within=Decimal("0.1"), up_is="bad")
    assert found == Delta("up", Decimal("1.2"), "bad")


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(Decimal(1), Decimal(0)) is None
    assert share(Decimal(1), Decimal(4)) == Decimal("0.25")


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_the_parts_of_a_span_cover_each_of_its_days_once(first: date, days: int) -> None:
    span = Span(first, first + timedelta(days=days))
    found = parts(span)
    assert len(found) == min(12, span.days)
    assert (found[0].first_on, found[-1].last_on) == (span.first_on, span.last_on)
    assert all(a.last_on + timedelta(days=1) == b.first_on for a, b in pairwise(found))


def test_a_young_shop_counts_no_span_before_its_first_order() -> None:
    found = parts_to_count(as_of=AS_OF, first_on=AS_OF - timedelta(days=70))
    assert {p.key for p in found if p.is_before} == {"30d"}
    assert {p.key for p in found if not p.is_before} == set(PERIOD_KEYS)
