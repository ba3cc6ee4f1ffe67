"""The models as a step of the analysis: what is stored, what is shown, what stays as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.purchases import Purchases, merge_days
from dangol.analytical.predictions.lifetime_value.models import LifetimeValue, ModelRun
from dangol.analytical.predictions.lifetime_value.object import expectation_panel, reason
from dangol.analytical.predictions.lifetime_value.services import EPOCH, Outcome, reason_codes, run_models, write
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")
AS_OF = date(2026, 6, 30)
LAST = (AS_OF - EPOCH).days


def loyal_and_gone(people: list[int], seed: int = 1) -> Purchases:
    """Half buy about every two weeks until today, half did so and stopped in the first third of the time."""
    chance = np.random.default_rng(seed)
    who: list[int] = []
    when: list[int] = []
    for place, person in enumerate(people):
        day, until = LAST - 400 + int(chance.integers(0, 40)), LAST - (250 if place % 2 else 0)
        while day <= until:
            who.append(person)
            when.append(day)
            day += 1 + int(chance.exponential(14))
    return merge_days(who, when, chance.lognormal(3, 0.5, len(who))).purchases


def outcome(people: list[int]) -> Outcome:
    purchases = loyal_and_gone(people)
    return run_models(purchases, AS_OF, np.full(len(set(purchases.customer.tolist())), np.nan))


@pytest.fixture
def people(db: None) -> list[int]:
    made = Person.objects.for_system("test").bulk_create(Person(name=f"Customer {n}") for n in range(160))
    return [person.pk for person in made]


def test_a_model_that_beats_the_naive_rate_is_stored_and_shown(people: list[int]) -> None:
    found = outcome(people)
    written, run = write(found)
    assert (run is not None and run.is_shown, written.added) == (True, len(people))
    assert run is not None
    assert run.cut_off is not None
    assert (run.as_of, (run.as_of - run.cut_off).days) == (AS_OF, 90)
    assert run.backtest["beats_baseline"] is True
    rows = {row.pk: row for row in LifetimeValue.objects.for_system("test")}
    gone = [rows[p].alive for place, p in enumerate(people) if place % 2]
    stayed = [rows[p].alive for place, p in enumerate(people) if not place % 2]
    assert max(gone) < min(stayed)
    assert all(row.expected_orders_365 >= row.expected_orders_90 >= 0 for row in rows.values())


def test_the_same_figures_again_write_nothing(people: list[int]) -> None:
    _, first = write(outcome(people))
    again, second = write(outcome(people))
    assert again.written == 0
    assert first == second
    assert ModelRun.objects.count() == 1


def test_a_model_that_loses_is_not_shown_and_its_old_scores_go(people: list[int], monkeypatch: Any) -> None:
    found = outcome(people)
    write(found)
    monkeypatch.setattr(type(found), "is_shown", property(lambda self: False))
    written, run = write(found)
    assert run is not None
    assert not run.is_shown
    assert written.removed == len(people)
    panel = expectation_panel(SYSTEM, Person.objects.for_system("test").get(pk=people[0]))
    assert panel is not None
    assert panel["score"] is None
    assert panel["verdict"]


def test_too_short_a_time_is_not_tested_and_so_not_shown() -> None:
    purchases = merge_days([1, 1, 2], [LAST - 9, LAST, LAST - 3], [5.0, 5.0, 7.0]).purchases
    found = run_models(purchases, AS_OF, np.full(2, np.nan))
    assert found.tested is None
    assert not found.is_shown
    assert found.verdict.code == "nothing_held_out"


def test_every_customer_gets_the_sentence_that_the_rule_gives(people: list[int]) -> None:
    found = outcome(people)
    seen = found.learned.summary
    expected = [
        rules.reason(
            orders=int(x) + 1,
            days_since_last=int(LAST - last),
            days_first_to_last=int(last - first),
            p_alive=float(alive),
        ).code
        for x, first, last, alive in zip(seen.x, seen.first_day, seen.last_day, found.scores.p_alive, strict=True)
    ]
    assert reason_codes(found).to_pylist() == expected
    _, run = write(found)
    assert run is not None
    row = LifetimeValue.objects.for_system("test").get(pk=people[0])
    assert "order" in reason(row, run).lower()


def test_without_any_purchase_there_is_nothing(db: None) -> None:
    written, run = write(None)
    assert (written.rows, run) == (0, None)
