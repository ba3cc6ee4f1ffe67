"""Setting the limits of stages, working stages out for everybody in the analysis, and for one person at once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import ibis
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.analytical.segments.lifecycle import queries
from dangol.analytical.segments.lifecycle.events import StageLimitsSet, StageMoved
from dangol.analytical.segments.lifecycle.models import CustomerStage, StageLimits
from dangol.analytical.segments.lifecycle.rules import Limits, Standing, standing
from dangol.analytical.segments.lifecycle.tables import stages
from dangol.analytical.warehouse import Analysis
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.engine.landing import land
from dangol.platform.events.stream import emit

TABLE = CustomerStage._meta.db_table
COLUMNS = (
    "person_id", "stage", "stage_before", "stage_since", "purchases", "last_purchase_on", "average_gap_days",
    "lapses_on", "lost_on", "moves",
)  # fmt: skip
MOST_DAYS, MOST_COUNT = 3650, 1000


# ---- Limits -------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_stage_limits(*, actor: Actor, values: Mapping[str, Any]) -> StageLimits:
    """Set the limits named in `values` (those of `Limits`); the others stay. They count from the next analysis on.

    The setting before stays as history. Raises ValidationError by field when they make no sense; Forbidden.
    """
    require(actor, "change", "insight")
    before = queries.limits()
    kept = {name: getattr(before, name) for name in queries.LIMITS}
    given = {**kept, **{name: value for name, value in values.items() if name in kept}}
    now = Limits(**{**given, **{n: _factor(given[n]) for n in ("lapsing_factor", "lost_factor")}})
    if wrong := _wrong(now):
        raise ValidationError(wrong)
    changes = {n: [getattr(before, n), getattr(now, n)] for n in kept if getattr(before, n) != getattr(now, n)}
    row = StageLimits.objects.create(**{n: getattr(now, n) for n in kept}, set_by_id=actor.user_id)
    emit(StageLimitsSet(subject_id=row.pk, changes=changes), actor=actor)
    return row


def _factor(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _wrong(now: Limits) -> dict[str, str]:
    found = {}
    if not 2 <= now.loyal_from <= MOST_COUNT:
        found["loyal_from"] = _("Choose a number of purchases from 2 to 1,000.")
    if not 1 <= now.won_back_for <= MOST_COUNT:
        found["won_back_for"] = _("Choose a number of purchases from 1 to 1,000.")
    if not 1 <= now.lapsing_factor <= 100:
        found["lapsing_factor"] = _("Choose a number from 1 to 100.")
    if not now.lapsing_factor < now.lost_factor <= 200:
        found["lost_factor"] = _("Lost comes after lapsing: choose a larger number, up to 200.")
    if not 1 <= now.lapsing_least_days <= MOST_DAYS:
        found["lapsing_least_days"] = _("Choose a number of days from 1 to 3,650.")
    if not now.lapsing_least_days < now.lost_least_days <= MOST_DAYS:
        found["lost_least_days"] = _("Lost comes after lapsing: choose more days, up to 3,650.")
    if now.usual_gap_days is not None and not 1 <= now.usual_gap_days <= MOST_DAYS:
        found["usual_gap_days"] = _("Choose a number of days from 1 to 3,650.")
    return found


# ---- Everybody ----------------------------------------------------------------------------------------------------


def find_stages(analysis: Analysis) -> None:
    """The step of the analysis: where everybody stands, people who never bought included."""
    set_to = queries.limits()
    measured = [row["median_days"] for row in analysis.figures.get("gap_figures", ())]
    usual = queries.usual_gap_days(set_to, max(1, round(float(measured[0]))) if measured else None)
    bought = analysis.table("purchases")
    steps = analysis.keep(
        "stage_step", stages.purchase_steps(bought, limits=set_to, usual_gap=usual, as_of=analysis.as_of)
    )
    moves = analysis.keep("stage_move", stages.moves(steps, _people(analysis), limits=set_to), is_published=True)
    found = analysis.keep("customer_stage", stages.customer_stage(moves, steps), is_published=True)
    analysis.drop("stage_step")
    told = analysis.rows(found.group_by("stage").agg(people=found.count()).order_by("stage"))
    analysis.tell("stages", told)
    analysis.counts["stages"] = analysis.figures["stages"]
    analysis.write_later(lambda: _write(analysis))


def _people(analysis: Analysis) -> Any:
    person = analysis.table("person")
    known = ibis.least(person.created_at.date(), ibis.literal(analysis.as_of))
    return person.select(person_id=person.id, known_on=known, is_reachable=person.has_email | person.has_phone)


def _write(analysis: Analysis) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_before ON COMMIT DROP AS SELECT person_id, stage FROM {TABLE}")
        cursor.execute("SELECT count(*) FROM stage_before")
        was_empty = cursor.fetchone()[0] == 0
        rows = analysis.table("customer_stage").select(*COLUMNS)
        done = land(rows.to_pyarrow_batches(), table=TABLE, key=("person_id",), columns=COLUMNS)
        analysis.counts["written"] = {**analysis.counts.get("written", {}), "customer_stage": done.written}
        _tell_moves(cursor, done.rows if was_empty else None)
        cursor.execute("DROP TABLE stage_before")


def _tell_moves(cursor: Any, found: int | None) -> None:
    """One event with a row for each who moved; `found` people who were placed for the first time get no row each."""
    actor = Actor.system("stages after the analysis")
    if found is not None:
        if found:
            emit(StageMoved(moved=found), actor=actor)
        return
    cursor.execute("ANALYZE stage_before")
    cursor.execute(f"SELECT count(*) {_MOVED}")
    moved = int(cursor.fetchone()[0])
    if moved:
        event = emit(StageMoved(moved=moved), actor=actor)
        cursor.execute(_TELL, [event.id])


_MOVED = f"""FROM {TABLE} now LEFT JOIN stage_before past USING (person_id)
WHERE past.stage IS DISTINCT FROM now.stage"""
_TELL = f"""
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'stage', now.person_id, now.person_id,
  CASE WHEN past.stage IS NOT NULL THEN jsonb_build_object('stage', past.stage) END,
  jsonb_build_object('stage', now.stage) {_MOVED}"""


# ---- One person ---------------------------------------------------------------------------------------------------


@transaction.atomic
def place_person(*, actor: Actor, person_id: int) -> CustomerStage | None:
    """Work out at once where one person stands (an order came in, or went); None when the person is gone.

    Tells `stage.moved` when that is another stage than before.
    """
    people = Person.objects.for_system("the stage of one person")
    person = people.select_for_update().filter(pk=person_id, deleted_at=None).first()
    rows: Any = CustomerStage.objects.for_system("the stage of one person")
    past = rows.filter(pk=person_id).first()
    if person is None:
        return None
    now = _standing(person)
    row = CustomerStage(person_id=person_id, **_values(now))
    if past is None or any(getattr(past, c) != getattr(row, c) for c in _values(now)):
        row.save(force_insert=past is None, force_update=past is not None)
    if past is None or past.stage != row.stage:
        changes = {"stage": [past.stage if past else None, row.stage]}
        emit(StageMoved(subject_id=person_id, about_id=person_id, changes=changes), actor=actor)
    return row


def _standing(person: Person) -> Standing:
    set_to, days = queries.limits(), queries.purchase_days(person.pk)
    as_of = queries.last_day(days)
    days = [day for day in days if day <= as_of]
    known = person.created_at.astimezone(ZoneInfo(workspace().time_zone)).date()
    usual = queries.usual_gap_days(set_to, queries.measured_gap_days())
    return standing(
        days, set_to, usual_gap=usual, as_of=as_of, known_on=min(known, as_of),
        is_reachable=bool(person.email or person.phone),
    )  # fmt: skip


def _values(now: Standing) -> dict[str, Any]:
    return {
        "stage": now.stage, "stage_before": now.before, "stage_since": now.since, "purchases": now.purchases,
        "last_purchase_on": now.last_on, "average_gap_days": now.average_gap_days, "lapses_on": now.lapses_on,
        "lost_on": now.lost_on, "moves": [f"{move.on.isoformat()}:{move.stage}" for move in now.moves],
    }  # fmt: skip
