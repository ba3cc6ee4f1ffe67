from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare

from dangol.analytical.experiments.assignment.rules import (
    BUCKETS,
    GLOBAL_PROGRAMME,
    bucket,
    bucket_sql,
    campaign_programme,
    control_buckets,
    control_sql,
    is_control,
)

programmes = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
people = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50)
percents = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))
on_database = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@on_database
@given(programmes, people)
def test_postgres_and_python_put_everybody_into_the_same_bucket(db: None, programme: str, people: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {bucket_sql('%s', 'p')} FROM unnest(%s::bigint[]) WITH ORDINALITY AS u (p, place) ORDER BY place",
            [programme, people],
        )
        assert [row[0] for row in cursor.fetchall()] == [bucket(programme, person) for person in people]


@on_database
@given(programmes, people, percents)
def test_postgres_and_python_agree_on_who_is_control(
    db: None, programme: str, people: list[int], percent: Decimal
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p FROM unnest(%s::bigint[]) AS u (p) WHERE {control_sql('%s', 'p', percent)}", [people, programme]
        )
        assert {row[0] for row in cursor.fetchall()} == {p for p in people if is_control(programme, p, percent)}


def test_the_bucket_is_written_down_and_stays() -> None:
    assert (bucket("campaign:7", 1), bucket(GLOBAL_PROGRAMME, 1)) == (700, 9219)


def test_buckets_are_filled_evenly() -> None:
    counts = [0] * 100
    for person in range(200_000):
        counts[bucket("campaign:42", person) // (BUCKETS // 100)] += 1
    assert chisquare(counts).pvalue > 1e-4


def test_programmes_split_independently_of_each_other() -> None:
    names = (campaign_programme(1), campaign_programme(2), GLOBAL_PROGRAMME)
    sides = [[is_control(name, person, Decimal(10)) for person in range(100_000)] for name in names]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        both = list(zip(sides[one], sides[other], strict=True))
        table = [[both.count((a, b)) for b in (True, False)] for a in (True, False)]
        assert chi2_contingency(table).pvalue > 1e-4


@given(programmes, st.integers(1, 10**9), percents, percents)
def test_a_larger_group_keeps_those_who_were_in_the_smaller(
    programme: str, person: int, a: Decimal, b: Decimal
) -> None:
    small, large = sorted((a, b))
    assert is_control(programme, person, large) or not is_control(programme, person, small)


def test_shares_of_nothing_and_of_all_mean_nobody_and_everybody() -> None:
    assert not any(is_control("x", person, Decimal(0)) for person in range(1000))
    assert all(is_control("x", person, Decimal(100)) for person in range(1000))
    assert control_buckets(Decimal("0.005")) == 1


@pytest.mark.parametrize("percent", [Decimal("-0.01"), Decimal("100.01")])
def test_shares_outside_of_0_to_100_percent_are_refused(percent: Decimal) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        control_buckets(percent)
