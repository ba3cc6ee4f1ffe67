"""The pairs that are more than chance, and how offers made of them would have done. Without a database of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from dangol.analytical.recommendations.cross_sell import rules
from dangol.analytical.recommendations.cross_sell.estimators.significance import is_kept, p_values
from dangol.analytical.recommendations.cross_sell.tables import offers as offering
from dangol.analytical.recommendations.cross_sell.tables import pairs as pairing
from dangol.analytical.recommendations.cross_sell.tables import trial

Keep = Callable[[str, ir.Table], ir.Table]
"""Works a table out once under a name and returns it."""


@dataclass(frozen=True)
class Found:
    """The pairs that are kept (product_id, other_id, together, buyers, other_buyers, people, p, score), the number of
    people they were counted among, and of pairs that were looked at."""

    table: pa.Table
    people: int
    looked_at: int


def find_pairs(latest: ir.Table) -> Found:
    """Count pairs among the latest products of everybody, and keep those that are more than chance."""
    people = int(latest.person_id.nunique().execute() or 0)
    counted = pairing.together(latest, people=max(people, 1)).order_by("product_id", "other_id").to_pyarrow()
    return Found(_kept(counted, people), people, counted.num_rows)


def _kept(counted: pa.Table, people: int) -> pa.Table:
    """Of each product the pairs with the highest confidence, of those that are more than chance."""
    both, mine, theirs = (counted[name].to_numpy().astype(np.int64) for name in ("together", "buyers", "other_buyers"))
    good = both * max(people, 1) / np.maximum(mine * theirs, 1) >= rules.LEAST_LIFT
    p = np.ones(counted.num_rows)
    p[good] = p_values(both[good], mine[good], theirs[good], people)
    good[good] = is_kept(p[good], counted.num_rows, rules.FALSE_PAIRS)
    score = both / np.maximum(mine, 1)
    product, other = counted["product_id"].to_numpy(), counted["other_id"].to_numpy()
    order = np.lexsort((other, -score, product))
    order = order[good[order]]
    starts = np.r_[True, product[order][1:] != product[order][:-1]] if order.size else np.zeros(0, dtype=bool)
    place = np.arange(order.size) - np.maximum.accumulate(np.where(starts, np.arange(order.size), 0))
    rows = order[place < rules.PAIRS_A_PRODUCT]
    chosen = counted.take(pa.array(rows)).select(["product_id", "other_id", "together", "buyers", "other_buyers"])
    chosen = chosen.append_column("people", pa.array(np.full(rows.size, people), pa.int64()))
    chosen = chosen.append_column("p", pa.array(p[rows], pa.float64()))
    return chosen.append_column("score", pa.array(score[rows], pa.float64()))


def back_test(
    purchases: ir.Table, *, first: date, last: date, keep: Keep, days: int | None = None
) -> rules.Test | None:
    """Learn from the days up to a cut, offer to those who bought something new afterwards, and count hits.

    `first` and `last` bound the days there are; `days` of them are held out (default: `rules.test_days`). None where
    too few days are known.
    """
    held_out = rules.test_days((last - first).days + 1) if days is None else days
    if held_out < 1:
        return None
    cut = last - timedelta(days=held_out)
    before = keep("trial_purchase", purchases.filter(purchases.day <= ibis.literal(cut)))
    holdings = keep("trial_holding", pairing.holdings(before))
    latest = keep("trial_latest", pairing.latest(holdings))
    bought = keep("trial_bought", trial.bought_new(purchases, holdings, after=cut, until=last))
    buyers = int(bought.person_id.nunique().execute() or 0)
    people = keep("trial_person", trial.tested_people(bought, most=rules.MOST_TESTED))
    found = find_pairs(latest)
    pairs = keep("trial_pair", ibis.memtable(found.table))
    chosen = latest.semi_join(people, "person_id")
    ours = keep("trial_offer", offering.offers(chosen, holdings, pairs, most=max(rules.TESTED_AT)))
    best, rates = _rates(before, holdings, people, bought, ours, cut - timedelta(days=held_out), keep)
    return rules.Test(cut.isoformat(), last.isoformat(), buyers, rates[0].people if rates else 0, best, rates)


def _rates(
    before: ir.Table, holdings: ir.Table, people: ir.Table, bought: ir.Table, ours: ir.Table, recent: date, keep: Keep
) -> tuple[str, tuple[rules.HitRate, ...]]:
    """The rates against the best-sellers that are harder to beat at the number that is shown."""
    hits = keep("trial_hit", offering.first_hit(ours, bought))
    found: dict[str, tuple[rules.HitRate, ...]] = {}
    for name, since in (("all", None), ("recent", recent)):
        sellers = keep("trial_seller", offering.best_sellers(before, since=since))
        theirs = offering.best_seller_offers(people, holdings, sellers, most=max(rules.TESTED_AT))
        met = keep("trial_best", offering.first_hit(keep("trial_best_offer", theirs), bought))
        outcome = keep("trial_outcome", trial.outcome(ours, hits, met, offered=rules.OFFERED))
        found[name] = tuple(_rate(outcome, k) for k in rules.TESTED_AT)
    harder = max(found, key=lambda name: next(r.best_hits for r in found[name] if r.k == rules.OFFERED))
    return harder, found[harder]


def _rate(outcome: ir.Table, k: int) -> rules.HitRate:
    row: dict[str, Any] = trial.counts(outcome, k).to_pyarrow().to_pylist()[0]
    return rules.hit_rate(k, row["people"], row["both"], row["ours_only"], row["theirs_only"])
