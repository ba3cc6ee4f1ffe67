"""Recency, frequency, money as Ibis expressions."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from dangol.analytical.segments.rfm.rules import GRADES, segment_of


def rfm(customer_value: ir.Table) -> ir.Table:
    """One row a customer: graded_id, recency, frequency, money (1 to 5, 5 is best), segment.

    A grade says how many fifths of all customers are worse: equals get equal grades, so that "ordered once" is one
    grade, however many they are. Recency looks at the last purchase, frequency at days with a purchase, money at the
    value of all time.
    """
    graded = customer_value.select(
        graded_id=customer_value.person_id,
        recency=_grade(customer_value, customer_value.last_on),
        frequency=_grade(customer_value, customer_value.purchase_days),
        money=_grade(customer_value, customer_value.value),
    )
    return graded.mutate(segment=_segment(graded))


def _grade(customers: ir.Table, by: ir.Column) -> ir.IntegerColumn:
    worse = ibis.rank().over(ibis.window(order_by=by))
    people = customers.count().as_scalar()
    return (worse * GRADES // people + 1).cast("int16")


def _segment(graded: ir.Table) -> ir.StringValue:
    """The names by looking up all combinations: the one rule, in whatever engine runs."""
    key = graded.recency.cast("int64") * 100 + graded.frequency * 10 + graded.money
    grades = range(1, GRADES + 1)
    named = {(r * 100 + f * 10 + m): segment_of(r, f, m) for r in grades for f in grades for m in grades}
    by_name: dict[str, list[int]] = {}
    for code, name in named.items():
        by_name.setdefault(name, []).append(code)
    return ibis.cases(*[(key.isin(codes), name) for name, codes in by_name.items()], else_="lost")
