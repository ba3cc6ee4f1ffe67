"""The back-test: what was bought later by people to whom one would have offered something."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

NEVER = 1_000_000


def bought_new(purchases: ir.Table, holdings: ir.Table, *, after: date, until: date) -> ir.Table:
    """One row a person and product: person_id, product_id, of those who bought before `after` what they then bought
    for the first time after it, up to `until`."""
    later = purchases.filter(purchases.day > ibis.literal(after), purchases.day <= ibis.literal(until))
    later = later.select("person_id", "product_id").distinct()
    had = holdings.select(had_by=holdings.person_id, had_id=holdings.product_id)
    known = holdings.select(known_id=holdings.person_id).distinct()
    fresh = later.anti_join(had, [later.person_id == had.had_by, later.product_id == had.had_id])
    return fresh.semi_join(known, fresh.person_id == known.known_id)


def tested_people(bought: ir.Table, *, most: int) -> ir.Table:
    """The people of a test, at most `most` of them, drawn by a fixed scramble of their keys: person_id."""
    people = bought.select("person_id").distinct()
    scrambled = people.mutate(turn=(people.person_id % 2_147_483_647) * 48_271 % 2_147_483_647)
    return scrambled.order_by("turn", "person_id").limit(most).select("person_id")


def outcome(offers: ir.Table, ours: ir.Table, theirs: ir.Table, *, offered: int) -> ir.Table:
    """One row a person who would have been offered `offered` products or more: ours, theirs (the place of the first
    offer that was bought by each way; `NEVER` for none)."""
    counted = offers.group_by("person_id").agg(n=offers.count())
    people = counted.filter(counted.n >= offered).select("person_id")
    left = ours.select(our_id=ours.hit_id, our_place=ours.place)
    right = theirs.select(their_id=theirs.hit_id, their_place=theirs.place)
    both = people.left_join(left, people.person_id == left.our_id)
    both = both.left_join(right, both.person_id == right.their_id)
    return both.select(
        "person_id", ours=both.our_place.fill_null(NEVER).cast("int64"),
        theirs=both.their_place.fill_null(NEVER).cast("int64"),
    )  # fmt: skip


def counts(outcome: ir.Table, k: int) -> ir.Table:
    """One row: people, both, ours_only, theirs_only among the first `k` offers."""
    ours, theirs = outcome.ours < k, outcome.theirs < k
    return outcome.agg(
        people=outcome.count(),
        both=(ours & theirs).sum().fill_null(0).cast("int64"),
        ours_only=(ours & ~theirs).sum().fill_null(0).cast("int64"),
        theirs_only=(~ours & theirs).sum().fill_null(0).cast("int64"),
    )
