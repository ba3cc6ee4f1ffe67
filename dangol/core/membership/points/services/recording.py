"""Lines by hand: points spent or adjusted. And what every line needs: the account locked, lots used in turn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.customers.people.models import Person
from dangol.core.membership.grades.queries import programme, today
from dangol.core.membership.points import rules
from dangol.core.membership.points.events import PointsRecorded
from dangol.core.membership.points.models import Kind, PointsEntry
from dangol.core.membership.points.rules import Lot
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MOST = Decimal(10) ** 12
MOST_REASON = 500
BY_HAND = (Kind.SPEND, Kind.ADJUST)


@transaction.atomic
def record_points(
    *, actor: Actor, person_id: int, kind: str, points: Decimal, reason: str, key: str = ""
) -> PointsEntry:
    """Add a line by hand: `spend` so many points (above 0), or `adjust` by so many (below 0 takes them away).

    What goes is taken from the lots that expire first. With a `key` the same line is written once, however often it is
    asked for.

    Raises:
        NotFound: no such person, or none that `actor` may see.
        Forbidden: `actor` may not record points for this person.
        ValidationError: by field; not enough points, no reason, a key that names another line.
    """
    _judge(actor, person_id)
    signed, reason, key = _checked(kind, points, reason, key)
    lock_account(person_id)
    if key and (known := _known(key, person_id, kind, signed)):
        return known
    if signed < 0:
        take(person_id, -signed)
    lasts_until = rules.expires_on(today(), programme().valid_months) if signed > 0 else None
    entry = PointsEntry.objects.create(
        person_id=person_id, kind=kind, points=signed, at=timezone.now(), expires_on=lasts_until,
        remaining=max(signed, Decimal(0)), reason=reason, key=key or None, recorded_by_id=actor.user_id,
    )  # fmt: skip
    tell(actor, entry)
    return entry


def tell(actor: Actor, entry: PointsEntry, short: Decimal = Decimal(0)) -> None:
    """Tell of one line."""
    told = PointsRecorded(
        subject_id=entry.pk, about_id=entry.person_id, kind=entry.kind, points=str(entry.points),
        order_id=entry.order_id, short=str(short),
    )  # fmt: skip
    emit(told, actor=actor)


def lock_account(person_id: int) -> Decimal:
    """Let one writer after the other come to a person's ledger, until the transaction ends; returns the balance."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO membership_points_account (person_id) VALUES (%s) ON CONFLICT DO NOTHING", [person_id]
        )
        cursor.execute("SELECT balance FROM membership_points_account WHERE person_id = %s FOR UPDATE", [person_id])
        return Decimal(cursor.fetchone()[0])


def take(person_id: int, points: Decimal, *, first: Sequence[int] = ()) -> None:
    """Use so many points of the lots of a locked account: those named `first`, then what expires first.

    Raises ValidationError where there are not enough.
    """
    rows: Any = PointsEntry.objects.for_system("lots of an account that is locked")
    lots = [Lot(pk, left, day) for pk, left, day in rows.filter(person_id=person_id, remaining__gt=0)
            .values_list("pk", "remaining", "expires_on")]  # fmt: skip
    there = sum((lot.left for lot in lots), Decimal(0))
    if points > there:
        sentence = _("There are only %(points)s points.") % {"points": f"{there.normalize():,f}"}
        raise ValidationError({"points": [sentence]})
    own = [lot for lot in lots if lot.key in first]
    changed = rules.use(own, min(points, sum((lot.left for lot in own), Decimal(0))))
    rest = points - sum((lot.left for lot in own), Decimal(0))
    if rest > 0:
        changed += rules.use([lot for lot in lots if lot.key not in first], rest)
    for lot in changed:
        rows.filter(pk=lot.key).update(remaining=lot.left)


def _judge(actor: Actor, person_id: int) -> None:
    require(actor, "create", "points")
    seen: Any = Person.objects.visible_to(actor)
    if not 0 < person_id < 2**63 or not seen.filter(pk=person_id, deleted_at=None).exists():
        raise NotFound(_("There is no such record, or you may not see it."))
    reached = Person.row_policy.condition(Person, actor, actor.scope("create", "points"), "create")
    if reached is not None and not seen.filter(reached, pk=person_id).exists():
        raise Forbidden("create", "points")


def _checked(kind: str, points: Decimal, reason: str, key: str) -> tuple[Decimal, str, str]:
    wrong: dict[str, list[str]] = {}
    digits = programme().point_digits
    reason, key = reason.replace("\x00", "").strip(), key.replace("\x00", "").strip()
    if kind not in BY_HAND:
        wrong["kind"] = [_("Choose one from the list.")]
    if not points.is_finite() or not 0 < abs(points) < MOST or (kind == Kind.SPEND and points < 0):
        wrong["points"] = [_("Give a number of points, such as 500.")]
    elif points != points.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):
        wrong["points"] = [_("Points have at most %(digits)s decimals here.") % {"digits": digits}]
    if not reason or len(reason) > MOST_REASON:
        wrong["reason"] = [_("Say why, in at most 500 letters.")]
    if len(key) > 200:
        wrong["key"] = [_("At most 200 letters.")]
    if wrong:
        raise ValidationError(wrong)
    return (-points if kind == Kind.SPEND else points), reason, f"by hand:{key}" if key else ""


def _known(key: str, person_id: int, kind: str, points: Decimal) -> PointsEntry | None:
    """The line that a key names already. Raises ValidationError when it is another one than asked for."""
    found = PointsEntry.objects.for_system("whether a line was written before").filter(key=key).first()
    if found is not None and (found.person_id, found.kind, found.points) != (person_id, kind, points):
        raise ValidationError({"key": [_("This key names another line already.")]})
    return found
