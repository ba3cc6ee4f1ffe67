"""Setting the programme and its grades, and working out who holds which."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.core.membership.grades import queries
from dangol.core.membership.grades.events import GradeSaved, MemberMoved, ProgrammeSet
from dangol.core.membership.grades.models import Grade, Measure, Programme
from dangol.core.membership.grades.rules import end_of_month, window_start
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

GRADE = ("name_en", "name_ko", "threshold", "earn_percent", "benefits_en", "benefits_ko", "is_active")
RANGES = {
    "base_percent": (0, 100), "point_digits": (0, 2), "valid_months": (0, 240), "notice_days": (0, 365),
    "window_months": (1, 120), "keeps_months": (0, 120),
}  # fmt: skip
MOST_THRESHOLD = Decimal(10) ** 15
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


# ---- Rules --------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_programme(*, actor: Actor, values: Mapping[str, Any]) -> Programme:
    """Set the rules named in `values` (those of `Programme`); the others stay, the setting before is kept as history.

    Points that were earned stay as they are; grades are worked out anew. Raises ValidationError by field; Forbidden
    (needs the right to change the workspace).
    """
    require(actor, "change", "workspace")
    before = queries.programme()
    kept = {name: getattr(before, name) for name in queries.PROGRAMME}
    given = {**kept, **{name: value for name, value in values.items() if name in kept}}
    given["base_percent"] = Decimal(str(given["base_percent"])).quantize(Decimal("0.01"))
    wrong = {
        name: [_("Choose a number from %(low)s to %(high)s.") % {"low": low, "high": high}]
        for name, (low, high) in RANGES.items() if not low <= given[name] <= high
    }  # fmt: skip
    if given["measure"] not in Measure.values:
        wrong["measure"] = [_("Choose one from the list.")]
    if wrong:
        raise ValidationError(wrong)
    changes = {name: [kept[name], value] for name, value in given.items() if kept[name] != value}
    row = Programme.objects.create(**given, set_by_id=actor.user_id)
    emit(ProgrammeSet(subject_id=row.pk, changes=changes), actor=actor)
    return row


@transaction.atomic
def save_grade(*, actor: Actor, code: str, values: Mapping[str, Any], is_new: bool = False) -> Grade:
    """Add a grade (`is_new`) or change one. Who holds it follows with the next working out, which this asks for.

    Raises ValidationError by field; Forbidden (needs the right to change the workspace); NotFound.
    """
    require(actor, "change", "workspace")
    found = Grade.objects.select_for_update().filter(pk=code).first()
    if is_new and (found is not None or not _CODE.fullmatch(code)):
        raise ValidationError({"code": [_("Small letters, digits and hyphens, and not the code of another grade.")]})
    if found is None and not is_new:
        raise NotFound(_("There is no such grade."))
    found = found or Grade(code=code)
    before = {} if is_new else {name: getattr(found, name) for name in GRADE}
    for name in GRADE:
        if name in values:
            value = values[name]
            setattr(found, name, value.replace("\x00", "").strip() if isinstance(value, str) else value)
    _check_grade(found)
    changes = {n: [before.get(n), getattr(found, n)] for n in GRADE if before.get(n) != getattr(found, n)}
    if changes or is_new:
        found.save(force_insert=is_new)
        emit(GradeSaved(code=code, changes=changes), actor=actor)
    return found


def _check_grade(grade: Grade) -> None:
    wrong: dict[str, list[str]] = {}
    for name in ("name_en", "name_ko"):
        if not getattr(grade, name) or len(getattr(grade, name)) > 60:
            wrong[name] = [_("Give a name of at most 60 letters.")]
    for name in ("benefits_en", "benefits_ko"):
        if len(getattr(grade, name)) > 2000:
            wrong[name] = [_("At most 2,000 letters.")]
    for name, most in (("threshold", MOST_THRESHOLD), ("earn_percent", Decimal(100))):
        value = getattr(grade, name)
        if value is None or not 0 <= value <= most:
            wrong[name] = [_("Choose a number from %(low)s to %(high)s.") % {"low": 0, "high": f"{most:,}"}]
    if wrong:
        raise ValidationError(wrong)


# ---- Who holds which ----------------------------------------------------------------------------------------------


@transaction.atomic
def regrade(*, actor: Actor, person_ids: Collection[int] | None = None, on: date | None = None) -> int:
    """Work out who holds which grade on a day (default: today), for everybody or for some; returns how many moved.

    One set-based statement after another; only differences are written, each move with its row beside one event.
    """
    rules, day = queries.programme(), on or queries.today()
    values: dict[str, Any] = {
        "today": day, "until": end_of_month(day, rules.keeps_months), "zone": workspace().time_zone,
        "first": window_start(day, rules.window_months), "ids": None if person_ids is None else sorted(person_ids),
    }  # fmt: skip
    measure = _BY_AMOUNT if queries.is_by_amount(rules) else _BY_POINTS
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE regraded ON COMMIT DROP AS {_REGRADED.format(measure=measure)}", values)
        for statement in (_GONE, _PUT, _MOVES):
            cursor.execute(statement, values)
        moved = int(cursor.rowcount)
        if moved:
            _tell(cursor, actor, moved)
        cursor.execute("DROP TABLE regraded")
    return moved


def _tell(cursor: Any, actor: Actor, moved: int) -> None:
    if moved == 1:
        cursor.execute("SELECT person_id, before_id, grade_id FROM regraded WHERE before_id IS DISTINCT FROM grade_id")
        person, before, now = cursor.fetchone()
        emit(MemberMoved(subject_id=person, about_id=person, changes={"grade": [before, now]}), actor=actor)
        return
    event = emit(MemberMoved(moved=moved), actor=actor)
    cursor.execute(_ROWS, [event.id])


_BY_AMOUNT = """
SELECT o.person_id, sum(o.value) AS total FROM purchases_order o
WHERE o.deleted_at IS NULL AND o.value IS NOT NULL AND o.person_id IS NOT NULL
  AND (%(ids)s::bigint[] IS NULL OR o.person_id = ANY(%(ids)s))
  AND o.ordered_at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s
  AND o.ordered_at < (%(today)s::date + 1)::timestamp AT TIME ZONE %(zone)s GROUP BY 1"""
_BY_POINTS = """
SELECT e.person_id, sum(e.points) AS total FROM membership_points_entry e
WHERE e.kind IN ('earn', 'cancel') AND (%(ids)s::bigint[] IS NULL OR e.person_id = ANY(%(ids)s))
  AND e.at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s
  AND e.at < (%(today)s::date + 1)::timestamp AT TIME ZONE %(zone)s GROUP BY 1"""
_REGRADED = """
WITH bought AS ({measure}), found AS (
  SELECT coalesce(b.person_id, m.person_id) AS person_id, coalesce(b.total, 0) AS measured,
    m.grade_id AS before_id, m.keeps_until AS kept_until, held.threshold AS held_threshold,
    reached.code AS reached_id, reached.threshold AS reached_threshold
  FROM bought b FULL JOIN (SELECT * FROM membership_member
    WHERE %(ids)s::bigint[] IS NULL OR person_id = ANY(%(ids)s)) m ON m.person_id = b.person_id
  LEFT JOIN membership_grade held ON held.code = m.grade_id AND held.is_active
  LEFT JOIN LATERAL (SELECT g.code, g.threshold FROM membership_grade g
    WHERE g.is_active AND g.threshold <= coalesce(b.total, 0) ORDER BY g.threshold DESC, g.code DESC LIMIT 1) reached
    ON true),
judged AS (
  SELECT *, (held_threshold IS NOT NULL AND %(today)s <= kept_until
    AND (reached_id IS NULL OR reached_threshold < held_threshold)) IS TRUE AS is_kept FROM found)
SELECT j.person_id, j.before_id, j.measured, j.is_kept,
  CASE WHEN j.is_kept THEN j.before_id ELSE j.reached_id END AS grade_id,
  CASE WHEN j.is_kept THEN j.kept_until ELSE %(until)s END AS keeps_until
FROM judged j JOIN customers_person p ON p.id = j.person_id AND p.deleted_at IS NULL
WHERE NOT j.is_kept AND (j.reached_id, %(until)s) IS DISTINCT FROM (j.before_id, j.kept_until)
  AND (j.reached_id IS NOT NULL OR j.before_id IS NOT NULL)"""
_GONE = """
DELETE FROM membership_member m USING regraded r WHERE r.person_id = m.person_id AND r.grade_id IS NULL"""
_PUT = """
INSERT INTO membership_member AS m (person_id, grade_id, since, keeps_until, measured)
SELECT person_id, grade_id, %(today)s, keeps_until, round(measured, 2) FROM regraded WHERE grade_id IS NOT NULL
ON CONFLICT (person_id) DO UPDATE SET grade_id = excluded.grade_id, keeps_until = excluded.keeps_until,
  measured = excluded.measured, since = CASE WHEN m.grade_id = excluded.grade_id THEN m.since ELSE excluded.since END"""
_MOVES = """
INSERT INTO membership_grade_move (person_id, moved_on, grade_id, before_id, measured)
SELECT person_id, %(today)s, grade_id, before_id, round(measured, 2) FROM regraded
WHERE before_id IS DISTINCT FROM grade_id"""
_ROWS = """
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'member', person_id, person_id,
  CASE WHEN before_id IS NOT NULL THEN jsonb_build_object('grade', before_id) END,
  CASE WHEN grade_id IS NOT NULL THEN jsonb_build_object('grade', grade_id) END
FROM regraded WHERE before_id IS DISTINCT FROM grade_id"""
