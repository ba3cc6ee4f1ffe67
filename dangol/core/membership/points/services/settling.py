"""What orders earn, and what goes back with them. What stands in the ledger is brought to what is due, so that it does
not matter how often, or in which order, one asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from dangol.core.membership.grades.models import Member, Programme
from dangol.core.membership.grades.queries import programme
from dangol.core.membership.points import rules
from dangol.core.membership.points.events import PointsEarned
from dangol.core.membership.points.models import Kind, PointsEntry
from dangol.core.membership.points.services.recording import lock_account, take, tell
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit

OF_ORDERS = (Kind.EARN, Kind.CANCEL)
BATCH = 500
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Settled:
    """What the ledger of one person holds of one order: what was due, what moved, by which percentage."""

    due: Decimal = NOTHING
    moved: Decimal = NOTHING
    percent: Decimal | None = None
    lots: tuple[int, ...] = ()


@transaction.atomic
def settle_order(*, actor: Actor, order_id: int) -> list[int]:
    """Bring the ledger to what one order earns now (placed, changed, moved to another buyer, cancelled, in the trash
    or back); returns the people whose ledger was looked at.

    Points that are to go back but were spent already are not asked for later: the line says how many were missing.
    """
    set_to = programme()
    order = Order.objects.for_system("what an order earns").filter(pk=order_id).first()
    rows: Any = PointsEntry.objects.for_system("what an order earned").filter(order_id=order_id, kind__in=OF_ORDERS)
    people = set(rows.order_by().values_list("person_id", flat=True).distinct())
    if order is not None and order.person_id is not None:
        people.add(order.person_id)
    for person_id in sorted(people):
        balance = lock_account(person_id)
        _settle(actor, set_to, order if order and order.person_id == person_id else None, order_id, person_id, balance)
    return sorted(people)


def _settle(
    actor: Actor, set_to: Programme, order: Order | None, order_id: int, person_id: int, balance: Decimal
) -> None:
    before = _settled(order_id, person_id)
    percent = before.percent if before.percent is not None else percent_of(set_to, person_id)
    due = _due(order, set_to, percent)
    if due == before.due:
        return
    points = due - before.moved if due > before.due else due - before.due
    if due > before.due:
        points = max(points, NOTHING)
    short = max(-points - balance, NOTHING)
    points = max(points, -balance)
    kind = Kind.EARN if points > 0 else Kind.CANCEL
    if points < 0:
        take(person_id, -points, first=before.lots)
    day = _day(order.ordered_at) if order is not None else None
    entry = PointsEntry.objects.create(
        person_id=person_id, kind=kind, points=points, percent=percent, due=due - before.due, order_id=order_id,
        at=min(order.ordered_at, timezone.now()) if order is not None and points > 0 else timezone.now(),
        expires_on=rules.expires_on(day, set_to.valid_months) if day is not None and points > 0 else None,
        remaining=max(points, NOTHING),
    )  # fmt: skip
    tell(actor, entry, short)


def _settled(order_id: int, person_id: int) -> Settled:
    rows: Any = PointsEntry.objects.for_system("what an order earned")
    lines = list(rows.filter(order_id=order_id, person_id=person_id, kind__in=OF_ORDERS).order_by("pk"))
    if not lines:
        return Settled()
    return Settled(
        sum((line.due for line in lines), NOTHING), sum((line.points for line in lines), NOTHING), lines[0].percent,
        tuple(line.pk for line in lines if line.remaining > 0),
    )  # fmt: skip


def _due(order: Order | None, set_to: Programme, percent: Decimal) -> Decimal:
    """What an order earns as it stands; below 0 for a cancellation, 0 where it does not count (any more)."""
    if order is None or order.deleted_at is not None or order.value is None or set_to.starts_on is None:
        return NOTHING
    if _day(order.ordered_at) < set_to.starts_on or order.ordered_at > timezone.now():
        return NOTHING
    is_back = order.kind == Order.Kind.CANCELLATION and order.value < 0
    if not is_back and (order.kind != Order.Kind.ORDER or order.value <= 0):
        return NOTHING
    return rules.earned(order.value, percent, set_to.point_digits)


def percent_of(set_to: Programme, person_id: int) -> Decimal:
    """The points in percent that a person's grade earns now, or the base."""
    rows: Any = Member.objects.for_system("what a person earns").filter(pk=person_id, grade__is_active=True)
    found = rows.values_list("grade__earn_percent", flat=True).first()
    return set_to.base_percent if found is None else found


def _day(moment: Any) -> date:
    return moment.astimezone(ZoneInfo(workspace().time_zone)).date()  # type: ignore[no-any-return]


# ---- Many ---------------------------------------------------------------------------------------------------------


def settle_all(*, actor: Actor) -> int:
    """Bring the ledger to what all orders earn now (a file came in); returns how many orders moved points.

    Orders that never earned are written set-based, in one statement; the few that differ from what stands are settled
    one by one, in batches of their own transactions, so that it may be stopped and run again.
    """
    done = _earn_new(actor)
    waiting = _differing()
    for start in range(0, len(waiting), BATCH):
        with transaction.atomic():
            for order_id in waiting[start : start + BATCH]:
                settle_order(actor=actor, order_id=order_id)
    return done + len(waiting)


@transaction.atomic
def _earn_new(actor: Actor) -> int:
    set_to = programme()
    if set_to.starts_on is None:
        return 0
    values: dict[str, Any] = {
        "starts": set_to.starts_on, "zone": workspace().time_zone, "base": set_to.base_percent,
        "digits": set_to.point_digits, "months": set_to.valid_months,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE points_new ON COMMIT DROP AS {_NEW}", values)
        cursor.execute(_ACCOUNTS)
        cursor.execute(_WRITE, values)
        cursor.execute("SELECT count(*), coalesce(sum(points), 0) FROM points_written")
        lines, points = cursor.fetchone()
        if lines:
            event = emit(PointsEarned(lines=int(lines), points=str(points)), actor=actor)
            cursor.execute(_ROWS, [event.id])
        cursor.execute("DROP TABLE points_new; DROP TABLE points_written")
    return int(lines)


def _differing() -> list[int]:
    """The orders whose lines are not what is due, and cancellations that took nothing back yet."""
    set_to = programme()
    if set_to.starts_on is None:
        return []
    values: dict[str, Any] = {"starts": set_to.starts_on, "zone": workspace().time_zone, "digits": set_to.point_digits}
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, values)
        return [int(row[0]) for row in cursor.fetchall()]


_NEW = """
SELECT o.id AS order_id, o.person_id, o.ordered_at AS at, coalesce(g.earn_percent, %(base)s) AS percent,
  trunc(o.value * coalesce(g.earn_percent, %(base)s) / 100, %(digits)s) AS points,
  (o.ordered_at AT TIME ZONE %(zone)s)::date AS day
FROM purchases_order o
LEFT JOIN membership_member m ON m.person_id = o.person_id
LEFT JOIN membership_grade g ON g.code = m.grade_id AND g.is_active
WHERE o.deleted_at IS NULL AND o.kind = 'order' AND o.value > 0 AND o.person_id IS NOT NULL
  AND o.ordered_at >= (%(starts)s::date)::timestamp AT TIME ZONE %(zone)s AND o.ordered_at <= now()
  AND NOT EXISTS (SELECT 1 FROM membership_points_entry e WHERE e.order_id = o.id AND e.kind IN ('earn', 'cancel'))"""
_ACCOUNTS = """
INSERT INTO membership_points_account (person_id) SELECT DISTINCT person_id FROM points_new ORDER BY person_id
ON CONFLICT DO NOTHING"""
_WRITE = """
CREATE TEMP TABLE points_written ON COMMIT DROP AS WITH written AS (
  INSERT INTO membership_points_entry (person_id, kind, points, at, expires_on, remaining, order_id, percent, due, key)
  SELECT person_id, 'earn', points, at, CASE WHEN %(months)s > 0
      THEN (date_trunc('month', day) + make_interval(months => %(months)s + 1) - interval '1 day')::date END,
    points, order_id, percent, points, 'order:' || order_id || ':earn' FROM points_new WHERE points > 0
  ON CONFLICT (key) DO NOTHING RETURNING id, person_id, points)
SELECT * FROM written"""
_ROWS = """
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'points', id, person_id, NULL, jsonb_build_object('points', points::text) FROM points_written"""
_DIFFERING = """
WITH settled AS (
  SELECT order_id, person_id, sum(due) AS due, min(percent) AS percent FROM membership_points_entry
  WHERE order_id IS NOT NULL AND kind IN ('earn', 'cancel') GROUP BY 1, 2)
SELECT DISTINCT id FROM (
  SELECT o.id FROM settled s JOIN purchases_order o ON o.id = s.order_id
  WHERE s.due IS DISTINCT FROM CASE
    WHEN o.person_id = s.person_id AND o.deleted_at IS NULL AND o.value IS NOT NULL AND o.ordered_at <= now()
      AND o.ordered_at >= (%(starts)s::date)::timestamp AT TIME ZONE %(zone)s
      AND ((o.kind = 'order' AND o.value > 0) OR (o.kind = 'cancellation' AND o.value < 0))
    THEN trunc(o.value * s.percent / 100, %(digits)s) ELSE 0 END
  UNION ALL
  SELECT o.id FROM purchases_order o
  WHERE o.kind = 'cancellation' AND o.value < 0 AND o.deleted_at IS NULL AND o.person_id IS NOT NULL
    AND o.ordered_at >= (%(starts)s::date)::timestamp AT TIME ZONE %(zone)s AND o.ordered_at <= now()
    AND NOT EXISTS (SELECT 1 FROM membership_points_entry e WHERE e.order_id = o.id)) d ORDER BY 1"""
