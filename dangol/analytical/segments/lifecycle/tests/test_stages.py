"""The rule of stages, and that the expression for everybody says of each person what the rule says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.analytical.segments.lifecycle.rules import STAGES, Limits, Standing, average_gap, standing
from dangol.analytical.segments.lifecycle.tables import stages

BEGIN, AS_OF = date(2024, 1, 1), date(2026, 3, 31)
BACKEND = ibis.duckdb.connect(threads=1)


def stood(days: list[int], as_of: int = 800, limits: Limits | None = None, **more: Any) -> Standing:
    """Where somebody stands so many days after the beginning who bought on `days` after it."""
    known = {"usual_gap": 40, "known_on": BEGIN, "is_reachable": True, **more}
    bought = [BEGIN + timedelta(d) for d in days]
    return standing(bought, limits or Limits(), as_of=BEGIN + timedelta(as_of), **known)


def story(found: Standing) -> list[tuple[int, str]]:
    return [((move.on - BEGIN).days, move.stage) for move in found.moves]


def test_who_never_bought_is_a_lead_if_reachable_and_else_a_stranger() -> None:
    assert story(stood([])) == [(0, "lead")]
    assert story(stood([], is_reachable=False)) == [(0, "stranger")]
    assert stood([]).before is None


def test_a_customer_goes_from_first_time_to_repeat_to_loyal_with_each_purchase() -> None:
    found = stood([10, 40, 70, 100, 130], as_of=140)
    assert story(found) == [(0, "lead"), (10, "first_time"), (40, "repeat"), (130, "loyal")]
    assert (found.purchases, found.average_gap_days, found.before) == (5, Decimal("30.0"), "repeat")


def test_lapsing_and_lost_go_by_the_customers_own_average_gap() -> None:
    weekly, yearly = stood([0, 7, 14, 21], as_of=60), stood([0, 300, 600], as_of=1000, usual_gap=300)
    assert (weekly.stage, story(weekly)[-1]) == ("lapsing", (51, "lapsing"))
    assert yearly.stage == "repeat"
    assert story(stood([0, 300, 600], as_of=1200, usual_gap=300))[-1] == (1200, "lapsing")
    assert story(stood([0, 300, 600], as_of=1800, usual_gap=300))[-1] == (1800, "lost")


def test_who_bought_once_is_judged_by_the_usual_gap_of_the_shop() -> None:
    assert story(stood([0], as_of=79)) == [(0, "first_time")]
    assert story(stood([0], as_of=80)) == [(0, "first_time"), (80, "lapsing")]
    assert story(stood([0], as_of=160))[-1] == (160, "lost")
    assert story(stood([0], as_of=300, usual_gap=200)) == [(0, "first_time")]


def test_nobody_is_lapsing_or_lost_before_the_least_days() -> None:
    found = stood([0, 1, 2, 3], as_of=400)
    assert story(found)[-2:] == [(33, "lapsing"), (93, "lost")]


def test_won_back_comes_only_after_lost_and_ends_with_further_purchases() -> None:
    assert "won_back" not in [s for _, s in story(stood([0, 100], as_of=120))]
    back = stood([0, 200, 230, 260], as_of=270)
    assert story(back) == [(0, "first_time"), (80, "lapsing"), (160, "lost"), (200, "won_back"), (260, "repeat")]
    assert stood([0, 200], as_of=210).before == "lost"


def test_who_was_won_back_can_be_lost_again_and_won_back_again() -> None:
    found = stood([0, 200, 1200], as_of=1210)
    assert [s for _, s in story(found)] == ["first_time", "lapsing", "lost", "won_back", "lapsing", "lost", "won_back"]


def test_the_limits_are_data() -> None:
    strict = Limits(loyal_from=2, lapsing_factor=Decimal("1.5"), lost_factor=Decimal(3), lapsing_least_days=1,
                    lost_least_days=2, usual_gap_days=10)  # fmt: skip
    found = stood([0, 10, 20], as_of=100, limits=strict, usual_gap=10)
    assert story(found) == [(0, "first_time"), (10, "loyal"), (35, "lapsing"), (50, "lost")]


def test_the_average_gap_is_told_to_a_tenth_of_a_day() -> None:
    days = [BEGIN + timedelta(d) for d in (0, 1, 20)]
    assert average_gap(days) == Decimal("10.0")
    assert average_gap([*days, BEGIN + timedelta(29)]) == Decimal("9.7")
    assert average_gap(days[:1]) is None


limits = st.builds(
    Limits,
    loyal_from=st.integers(2, 6),
    won_back_for=st.integers(1, 3),
    lapsing_factor=st.integers(100, 300).map(lambda n: Decimal(n) / 100),
    lost_factor=st.integers(301, 600).map(lambda n: Decimal(n) / 100),
    lapsing_least_days=st.integers(1, 40),
    lost_least_days=st.integers(41, 120),
)
SETTINGS = (
    Limits(),
    Limits(loyal_from=3, won_back_for=1, lapsing_factor=Decimal("1.37"), lost_factor=Decimal("3.33"),
           lapsing_least_days=1, lost_least_days=41),
    Limits(loyal_from=2, won_back_for=3, lapsing_factor=Decimal(1), lost_factor=Decimal("1.01"), lapsing_least_days=40,
           lost_least_days=120),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(len(SETTINGS)))
def test_the_expression_says_of_everybody_what_the_rule_says(seed: int) -> None:
    """Six hundred random histories, clustered and sparse, those without a purchase among them."""
    chance, set_to, usual = random.Random(seed), SETTINGS[seed], (40, 1, 90)[seed]
    days = [history(chance) for _ in range(600)]
    known = [min(BEGIN + timedelta(chance.randint(0, 830)), AS_OF) for _ in days]
    reach = [chance.random() < 0.5 for _ in days]
    expected = {
        pk: told(standing(d, set_to, usual_gap=usual, as_of=AS_OF, known_on=known[pk], is_reachable=reach[pk]))
        for pk, d in enumerate(days)
    }
    found = everybody(days, known, reach, set_to, usual)
    assert found == expected
    assert {row[0] for row in found.values()} >= {"stranger", "lead", "lapsing", "lost", "won_back"}


def history(chance: random.Random) -> list[date]:
    day, most, found = chance.randint(0, 700), chance.choice([0, 1, 2, 3, 9]), []
    while len(found) < most and day <= (AS_OF - BEGIN).days:
        found.append(BEGIN + timedelta(day))
        day += chance.choice([1, 7, 30, 41, chance.randint(1, 400)])
    return found


def told(one: Standing) -> tuple[Any, ...]:
    moves = "{" + ",".join(f"{m.on.isoformat()}:{m.stage}" for m in one.moves) + "}"
    return (one.stage, one.before, one.since, one.purchases, one.last_on, one.average_gap_days, one.lapses_on,
            one.lost_on, moves)  # fmt: skip


def everybody(
    days: list[list[date]], known: list[date], reach: list[bool], set_to: Limits, usual: int
) -> dict[int, tuple[Any, ...]]:
    rows = [(pk, day, nth) for pk, bought in enumerate(days) for nth, day in enumerate(bought, 1)]
    bought = BACKEND.create_table("bought", pa.table({
        "person_id": pa.array([r[0] for r in rows], pa.int64()), "day": pa.array([r[1] for r in rows], pa.date32()),
        "nth": pa.array([r[2] for r in rows], pa.int64()),
    }), overwrite=True)  # fmt: skip
    people = BACKEND.create_table("people", pa.table({
        "person_id": pa.array(range(len(days)), pa.int64()), "known_on": pa.array(known, pa.date32()),
        "is_reachable": pa.array(reach, pa.bool_()),
    }), overwrite=True)  # fmt: skip
    steps = stages.purchase_steps(bought, limits=set_to, usual_gap=usual, as_of=AS_OF)
    steps = BACKEND.create_table("steps", steps, overwrite=True)
    moves = BACKEND.create_table("moves", stages.moves(steps, people, limits=set_to), overwrite=True)
    found = stages.customer_stage(moves, steps).to_pyarrow().to_pylist()
    return {
        r["person_id"]: (r["stage"], r["stage_before"], r["stage_since"], r["purchases"], r["last_purchase_on"],
                         r["average_gap_days"], r["lapses_on"], r["lost_on"], r["moves"])
        for r in found
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 900), max_size=12), limits, st.integers(1, 90))
def test_stages_follow_each_other_as_they_can(bought: set[int], set_to: Limits, usual: int) -> None:
    found = stood(sorted(bought), as_of=900, limits=set_to, usual_gap=usual)
    names = [move.stage for move in found.moves]
    assert set(names) <= set(STAGES)
    assert list(found.moves) == sorted(found.moves, key=lambda m: m.on)
    for before, now in zip(found.moves, found.moves[1:], strict=False):
        assert before.stage != now.stage
        if now.stage == "lost":
            assert before.stage == "lapsing"
        if now.stage == "won_back":
            assert "lost" in names[: found.moves.index(now)]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_its_words(stage: str) -> None:
    from dangol.analytical.segments.lifecycle.models import CustomerStage
    from dangol.analytical.segments.lifecycle.object import ICONS, TONES, why

    day = date(2026, 1, 5)
    row = CustomerStage(stage=stage, stage_since=day, purchases=3, last_purchase_on=day, lapses_on=day, lost_on=day,
                        average_gap_days=Decimal("9.5"))  # fmt: skip
    assert "%" not in why(row)
    assert stage in ICONS
    assert stage in TONES
