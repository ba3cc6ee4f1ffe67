"""Where everybody stands, and how they came there. The twin of `rules.standing`, held to it by a property test."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from dangol.analytical.segments.lifecycle.rules import Limits, hundredths


def purchase_steps(purchases: ir.Table, *, limits: Limits, usual_gap: int, as_of: date) -> ir.Table:
    """One row a customer and purchase: person_id, day, nth, span (days since the first), lapses_on, lost_on, following.

    `following` is the day of the next purchase, or the day after `as_of`.
    """
    rows = purchases.select("person_id", "day", nth=purchases.nth.cast("int64"))
    whole, rising = ibis.window(group_by=rows.person_id), _by_day(rows)
    rows = rows.mutate(span=rows.day.delta(rows.day.min().over(whole), unit="D").cast("int64"))
    rows = rows.mutate(following=ibis.coalesce(rows.day.lead().over(rising), ibis.literal(as_of + timedelta(1))))
    lapsing = ibis.greatest(_times(rows, limits.lapsing_factor, usual_gap), limits.lapsing_least_days)
    rows = rows.mutate(lapse_days=lapsing)
    lost = ibis.greatest(
        _times(rows, limits.lost_factor, usual_gap), rows.lapse_days + 1, ibis.literal(limits.lost_least_days, "int64")
    )
    return rows.mutate(
        lapses_on=(rows.day + rows.lapse_days.as_interval("D")).cast("date"),
        lost_on=(rows.day + lost.as_interval("D")).cast("date"),
    )


def _times(rows: ir.Table, factor: object, usual_gap: int) -> ir.IntegerValue:
    """So many average gaps in days, a part of a day counted as a whole one; in whole numbers, so that all agree."""
    is_first, part = rows.nth == 1, hundredths(factor)  # type: ignore[arg-type]
    span = ibis.ifelse(is_first, ibis.literal(usual_gap, "int64"), rows.span)
    gaps = ibis.ifelse(is_first, ibis.literal(1, "int64"), rows.nth - 1) * 100
    return (span * part + gaps - 1) // gaps


def moves(steps: ir.Table, people: ir.Table, *, limits: Limits) -> ir.Table:
    """One row a person and move: person_id, on, stage, before (None for the first).

    `people`: person_id, known_on (day), is_reachable.
    """
    rows = _with_active(steps, limits)
    bought = rows.select("person_id", on=rows.day, stage=rows.active)
    lapsing = rows.filter(rows.lapses_on < rows.following)
    lost = rows.filter(rows.lost_on < rows.following)
    firsts = steps.filter(steps.nth == 1).select(buyer_id=steps.person_id, first_on=steps.day)
    known = people.left_join(firsts, people.person_id == firsts.buyer_id)
    known = known.filter(known.first_on.isnull() | (known.known_on < known.first_on))
    every = ibis.union(
        bought,
        lapsing.select("person_id", on=lapsing.lapses_on, stage=ibis.literal("lapsing")),
        lost.select("person_id", on=lost.lost_on, stage=ibis.literal("lost")),
        known.select("person_id", on=known.known_on, stage=ibis.ifelse(known.is_reachable, "lead", "stranger")),
        distinct=False,
    )
    told = every.mutate(before=every.stage.lag().over(ibis.window(group_by=every.person_id, order_by=every.on)))
    return told.filter(told.before.isnull() | (told.before != told.stage))


def _with_active(steps: ir.Table, limits: Limits) -> ir.Table:
    rising = _by_day(steps)
    rows = steps.mutate(is_return=(steps.day > steps.lost_on.lag().over(rising)).fill_null(False))
    so_far = ibis.window(group_by=rows.person_id, order_by=rows.day, rows=(None, 0))
    returned = ibis.ifelse(rows.is_return, rows.nth, ibis.null("int64")).max().over(so_far)
    rows = rows.mutate(returned=returned)
    is_back = rows.returned.notnull() & (rows.nth - rows.returned < limits.won_back_for)
    return rows.mutate(
        active=ibis.cases(
            (is_back.fill_null(False), "won_back"),
            (rows.nth == 1, "first_time"),
            (rows.nth >= limits.loyal_from, "loyal"),
            else_="repeat",
        )
    )


def customer_stage(moves: ir.Table, steps: ir.Table) -> ir.Table:
    """One row a person, with the columns of the table in Postgres; `moves` comes as Postgres writes arrays."""
    said = moves.on.cast("string") + ":" + moves.stage
    now = moves.group_by("person_id").agg(
        stage=moves.stage.argmax(moves.on),
        stage_since=moves.on.max(),
        stage_before=moves.before.fill_null("").argmax(moves.on),
        story=said.group_concat(",", order_by=moves.on),
    )
    last = steps.group_by(buyer_id=steps.person_id).agg(
        purchases=steps.nth.max(),
        last_purchase_on=steps.day.max(),
        span=steps.span.max(),
        lapses_on=steps.lapses_on.argmax(steps.day),
        lost_on=steps.lost_on.argmax(steps.day),
    )
    both = now.left_join(last, now.person_id == last.buyer_id)
    gaps = (both.purchases - 1).nullif(0)
    return both.select(
        "person_id", "stage", "stage_since", "last_purchase_on", "lapses_on", "lost_on",
        stage_before=both.stage_before.nullif(""),
        purchases=both.purchases.fill_null(0).cast("int64"),
        average_gap_days=(((both.span * 20 + gaps) // (gaps * 2)).cast("decimal(9, 1)") / 10).cast("decimal(7, 1)"),
        moves=ibis.literal("{") + both.story + "}",
    )  # fmt: skip


def _by_day(rows: ir.Table) -> ibis.expr.builders.LegacyWindowBuilder:
    return ibis.window(group_by=rows.person_id, order_by=rows.day)
