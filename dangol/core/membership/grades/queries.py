"""Reading the membership: the programme in force, its grades, and what one person holds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum

from dangol.core.membership.grades.models import Grade, GradeMove, Measure, Member, Programme
from dangol.core.membership.grades.rules import window_start
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.filter_language import start_of
from dangol.platform.objects.types import Clock

PROGRAMME = (
    "starts_on", "base_percent", "point_digits", "valid_months", "notice_days", "measure", "window_months",
    "keeps_months",
)  # fmt: skip


def programme() -> Programme:
    """The rules in force; those of a house that set none: no order earns points."""
    return Programme.objects.order_by("-pk").first() or Programme()


def programme_history() -> QuerySet[Programme]:
    """Every setting of the rules, newest first."""
    return Programme.objects.order_by("-pk")


def grades() -> list[Grade]:
    """Every grade, the lowest first, those out of use among them."""
    return list(Grade.objects.all())


def active_grades() -> list[Grade]:
    """The grades in use, the lowest first."""
    return [grade for grade in grades() if grade.is_active]


def today() -> date:
    """Today where the business is."""
    return datetime.now(ZoneInfo(workspace().time_zone)).date()


def member_of(actor: Actor, person_id: int) -> Member | None:
    """The grade that a person holds; None without one, or when `actor` may not see the person."""
    return Member.objects.visible_to(actor).filter(pk=person_id).first()


def moves_of(actor: Actor, person_id: int, *, limit: int = 100) -> list[GradeMove]:
    """How a person came to their grade, newest first."""
    rows = GradeMove.objects.visible_to(actor).filter(person_id=person_id)
    return list(rows.order_by("-moved_on", "-pk")[:limit])


def measured(person_id: int, rules: Programme, on: date) -> Decimal:
    """What a person bought in the window that ends on a day, in the company's currency. One query."""
    clock = Clock(on, ZoneInfo(workspace().time_zone))
    rows: Any = Order.objects.for_system("what counts for a person's grade")
    rows = rows.filter(person_id=person_id, deleted_at=None, value__isnull=False)
    first = window_start(on, rules.window_months)
    rows = rows.filter(ordered_at__gte=start_of(first, clock))
    return Decimal(rows.aggregate(total=Sum("value"))["total"] or 0)


def member_counts(actor: Actor) -> dict[str, int]:
    """How many people whom `actor` may see hold each grade, by its code. One query."""
    rows: Any = Member.objects.visible_to(actor)
    return dict(rows.order_by().values("grade_id").annotate(people=Count("*")).values_list("grade_id", "people"))


def is_by_amount(rules: Programme) -> bool:
    """Whether grades are reached by the amount bought (else by points earned)."""
    return rules.measure == Measure.AMOUNT
