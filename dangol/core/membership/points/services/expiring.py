"""Points whose time is over, and the notice before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from dangol.core.membership.grades.queries import programme, today
from dangol.core.membership.points.events import PointsExpired, PointsExpiring
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit


@transaction.atomic
def expire_points(*, actor: Actor, on: date | None = None) -> int:
    """Let go what is left of every lot whose last day lies before the day `on` (default: today); returns how many lots.

    Accounts are locked first, in the order of their keys, as by everybody who takes points.
    """
    values = {"today": on or today()}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        cursor.execute(_EXPIRE, values)
        cursor.execute("SELECT count(*), coalesce(sum(points), 0) FROM points_gone")
        lines, points = cursor.fetchone()
        if lines:
            event = emit(PointsExpired(lines=int(lines), points=str(-points)), actor=actor)
            cursor.execute(_ROWS, [event.id])
        cursor.execute("DROP TABLE points_gone")
    return int(lines)


@transaction.atomic
def give_notice(*, actor: Actor, on: date | None = None) -> int:
    """Tell once of points that expire within the days of notice, by person; returns how many people."""
    day, days = on or today(), programme().notice_days
    values: dict[str, Any] = {"today": day, "until": day + timedelta(days=days)}
    with connection.cursor() as cursor:
        cursor.execute(_NOTICED, values)
        cursor.execute("SELECT count(DISTINCT person_id), coalesce(sum(points), 0) FROM points_noticed")
        people, points = cursor.fetchone()
        if people:
            event = emit(PointsExpiring(people=int(people), points=str(points)), actor=actor)
            cursor.execute(_NOTICES, [event.id])
        cursor.execute("DROP TABLE points_noticed")
    return int(people)


_LOCK = """
SELECT 1 FROM membership_points_account WHERE person_id IN (
  SELECT person_id FROM membership_points_entry WHERE remaining > 0 AND expires_on < %(today)s)
ORDER BY person_id FOR UPDATE"""
_EXPIRE = """
CREATE TEMP TABLE points_gone ON COMMIT DROP AS WITH due AS (
  SELECT e.id, e.remaining FROM membership_points_entry e JOIN membership_points_account a USING (person_id)
  WHERE e.remaining > 0 AND e.expires_on < %(today)s),
emptied AS (
  UPDATE membership_points_entry e SET remaining = 0 FROM due WHERE due.id = e.id
  RETURNING e.id, e.person_id, due.remaining),
written AS (
  INSERT INTO membership_points_entry (person_id, kind, points, at, remaining, key)
  SELECT person_id, 'expire', -remaining, now(), 0, 'lot:' || id || ':expire' FROM emptied
  RETURNING id, person_id, points)
SELECT * FROM written"""
_ROWS = """
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'points', id, person_id, NULL, jsonb_build_object('points', points::text) FROM points_gone"""
_NOTICED = """
CREATE TEMP TABLE points_noticed ON COMMIT DROP AS WITH noticed AS (
  UPDATE membership_points_entry SET noticed_at = now()
  WHERE remaining > 0 AND noticed_at IS NULL AND expires_on BETWEEN %(today)s AND %(until)s
  RETURNING person_id, remaining, expires_on)
SELECT person_id, expires_on, sum(remaining) AS points FROM noticed GROUP BY 1, 2"""
_NOTICES = """
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'points', person_id, person_id, NULL,
  jsonb_build_object('points', points::text, 'expires_on', expires_on) FROM points_noticed"""
