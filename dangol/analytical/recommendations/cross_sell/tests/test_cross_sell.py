"""Pairs against plain Python, the test against a planted shop, and offers on a person's page."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from dangol.analytical.recommendations.cross_sell import rules
from dangol.analytical.recommendations.cross_sell.estimators.significance import is_kept, p_values
from dangol.analytical.recommendations.cross_sell.tables import pairs as pairing
from dangol.analytical.recommendations.cross_sell.tables.finding import back_test, find_pairs

BEGIN = date(2025, 1, 1)
BACKEND = ibis.duckdb.connect(threads=1)
Bought = list[tuple[int, int, int]]


def table(rows: Bought) -> Any:
    found = pa.table({
        "person_id": pa.array([r[0] for r in rows], pa.int64()),
        "product_id": pa.array([r[1] for r in rows], pa.int64()),
        "day": pa.array([BEGIN + timedelta(r[2]) for r in rows], pa.date32()),
    })  # fmt: skip
    return keep("bought", ibis.memtable(found))


def keep(name: str, expression: Any) -> Any:
    return BACKEND.create_table(name, expression, overwrite=True)


def pairs_of(rows: Bought) -> Any:
    return find_pairs(keep("latest", pairing.latest(keep("holding", pairing.holdings(table(rows))))))


def shop(chance: random.Random, *, planted: float, people: int = 600) -> Bought:
    """Ten products, liked as best-sellers are; who buys an even one buys the odd one after it some weeks later."""
    rows: Bought = []
    for who in range(people):
        for _ in range(chance.randint(1, 4)):
            product, day = min(9, int(chance.expovariate(0.25))), chance.randint(0, 330)
            rows.append((who, product, day))
            if product % 2 == 0 and chance.random() < planted:
                rows.append((who, product + 1, day + chance.randint(10, 60)))
    return rows


def test_pairs_are_those_that_plain_python_counts() -> None:
    rows = shop(random.Random(3), planted=0.4)
    held: dict[int, set[int]] = {}
    for who, product, _ in rows:
        held.setdefault(who, set()).add(product)
    buyers = Counter(p for products in held.values() for p in products)
    both = Counter(pair for products in held.values() for pair in permutations(sorted(products), 2))
    found = pairs_of(rows)
    assert found.people == len(held)
    assert found.looked_at == sum(1 for n in both.values() if n >= rules.LEAST_TOGETHER)
    for row in found.table.to_pylist():
        a, b = row["product_id"], row["other_id"]
        assert (row["together"], row["buyers"], row["other_buyers"]) == (both[a, b], buyers[a], buyers[b])
        assert row["score"] == pytest.approx(both[a, b] / buyers[a])
        assert row["together"] * row["people"] >= rules.LEAST_LIFT * row["buyers"] * row["other_buyers"]
    kept = {(row["product_id"], row["other_id"]) for row in found.table.to_pylist()}
    assert {(n, n + 1) for n in (0, 2, 4)} <= kept


def test_chance_alone_makes_hardly_any_pair() -> None:
    chance = random.Random(5)
    rows = [(who, chance.randrange(12), chance.randrange(300)) for who in range(800) for _ in range(5)]
    assert pairs_of(rows).table.num_rows <= 2


def test_p_values_are_fishers_where_numbers_are_small_and_near_it_where_they_are_not() -> None:
    together, mine, theirs = np.array([12, 4, 60]), np.array([40, 20, 400]), np.array([100, 20, 100])
    exact = [stats.hypergeom.sf(t - 1, 1000, m, o) for t, m, o in zip(together, mine, theirs, strict=True)]
    found = p_values(together, mine, theirs, 1000)
    assert found[:2] == pytest.approx(exact[:2])
    assert found[2] == pytest.approx(exact[2], rel=0.2)


def test_of_many_tests_only_those_are_kept_that_chance_does_not_explain() -> None:
    p = np.array([0.0001, 0.5, 0.004, 0.02])
    assert is_kept(p, 4, 0.01).tolist() == [True, False, True, False]
    assert is_kept(p, 400, 0.01).tolist() == [False, False, False, False]
    assert is_kept(np.zeros(0), 0, 0.01).tolist() == []


def test_offers_that_know_more_than_best_sellers_beat_them_and_those_that_do_not_are_not_shown() -> None:
    last = BEGIN + timedelta(390)
    chance = random.Random(1)
    # Thirty shelves of ten products; everybody buys from one shelf, a few things at a time.
    rows = [
        (who, shelf * 10 + chance.randrange(10), chance.randint(0, 390))
        for who in range(2400)
        for shelf in [who % 30]
        for _ in range(6)
    ]
    good = back_test(table(rows), first=BEGIN, last=last, keep=keep)
    assert good is not None
    assert good.is_better
    assert rules.verdict(good).code == "better"
    chance = random.Random(2)
    plain = [(who, min(39, int(chance.expovariate(0.1))), chance.randint(0, 390)) for who in range(1500) for _ in "123"]
    poor = back_test(table(plain), first=BEGIN, last=last, keep=keep)
    assert poor is None or not poor.is_better


def test_nothing_is_offered_that_was_bought_and_nothing_is_learned_from_the_days_of_the_test() -> None:
    rows = shop(random.Random(8), planted=0.5)
    last = BEGIN + timedelta(390)
    found = back_test(table(rows), first=BEGIN, last=last, keep=keep)
    assert found is not None
    cut = date.fromisoformat(found.cut_off)
    offered = BACKEND.table("trial_offer").to_pyarrow().to_pylist()
    had = {(w, p) for w, p, d in rows if BEGIN + timedelta(d) <= cut}
    assert offered
    assert not {(o["person_id"], o["product_id"]) for o in offered} & had
    later = {(w, p) for w, p, d in rows if BEGIN + timedelta(d) > cut} - had
    known = {w for w, _ in had}
    assert found.buyers == len({w for w, _ in later if w in known})


def test_a_shop_of_a_few_days_cannot_be_tested() -> None:
    assert back_test(table([(1, 1, 0), (2, 1, 20)]), first=BEGIN, last=BEGIN + timedelta(20), keep=keep) is None
    assert rules.verdict(None).code == "untested"


def test_the_interval_is_that_of_paired_proportions_and_a_test_is_kept_whole() -> None:
    rate = rules.hit_rate(3, 1000, both=50, ours_only=150, best_only=100)
    assert (rate.rate, rate.best_rate) == (0.2, 0.15)
    assert (rate.low, rate.high) == (pytest.approx(0.01917, abs=1e-4), pytest.approx(0.08083, abs=1e-4))
    found = rules.Test("2026-01-01", "2026-03-31", 1200, 1000, "all", (rate,))
    assert rules.from_json(rules.as_json(found)) == found
    assert found.is_better
    assert "20.0%" in str(rules.verdict(found))
    few = rules.Test("2026-01-01", "2026-03-31", 60, 50, "all", (rules.hit_rate(3, 50, 5, 20, 1),))
    assert rules.verdict(few).code == "too_few"
