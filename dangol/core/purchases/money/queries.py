"""Reading a customer's money: orders and lines that the reader may see, added up by the database."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet
from django.db.models import Sum as Total
from django.db.models.functions import ExtractYear, TruncDate
from django.utils.translation import gettext as _

from dangol.core.customers.companies.queries import company_ids_below
from dangol.core.customers.people.models import Person
from dangol.core.purchases.money import rules
from dangol.core.purchases.money.rules import NOTHING, Category, Money, Sum
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.queries import sees_amount
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.registry import sees_fields

Of = Literal["own", "tree"]


def may_see_money(actor: Actor) -> bool:
    """Whether `actor` may see what customers bought and paid."""
    seen = actor.may("see", "order") and sees_amount(actor)
    return seen and sees_fields(actor, "order", "person", "ordered_at", "kind")


def sees_margin(actor: Actor) -> bool:
    """Whether `actor` may see what goods cost us."""
    return sees_fields(actor, "product", "cost", "category")


def buyers(actor: Actor, name: str, record: Any, of: Of = "own") -> Q:
    """Whose orders are meant, as a condition on orders: a person, a firm (alone, or with all below it), a household."""
    if name == "person":
        return Q(person_id=record.pk)
    people: Any = Person.objects.visible_to(actor).filter(deleted_at=None)
    if name == "company":
        ids = company_ids_below(actor, record.pk) if of == "tree" else [record.pk]
        return Q(person_id__in=people.filter(company_id__in=ids).values("pk"))
    return Q(person_id__in=people.filter(**{f"{name}_id": record.pk}).values("pk"))


def orders_of(actor: Actor, met: Q) -> Any:
    """The orders meant, as far as `actor` may see them."""
    rows: Any = Order.objects.visible_to(actor)
    return rows.filter(met, deleted_at=None)


def money_of(actor: Actor, met: Q) -> Money:
    """Everything about the money of the buyers meant. Three queries."""
    orders = orders_of(actor, met)
    days = purchase_days(orders)
    return Money(
        years=rules.by_year(_sums(orders)),
        categories=rules.with_shares(_categories(actor, orders)) if sees_fields(actor, "product", "category") else [],
        purchase_days=len(days),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        gap_days=rules.average_gap(days),
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(workspace().time_zone)


def _sums(orders: Any) -> list[Sum]:
    rows = orders.annotate(year=ExtractYear("ordered_at", tzinfo=_zone())).order_by().values("year", "kind")
    rows = rows.annotate(n=Count("*"), total=Total("value"), unvalued=Count("pk", filter=Q(value=None)))
    return [Sum(r["year"], r["kind"], r["n"], r["total"] or NOTHING, r["unvalued"]) for r in rows]


def _categories(actor: Actor, orders: Any) -> list[Category]:
    lines: Any = Line.objects.visible_to(actor)
    lines = lines.filter(order_id__in=orders.order_by().values("pk"), kind=Line.Kind.GOODS, value__isnull=False)
    back, costed = Q(quantity__lt=0), Q(product__cost__isnull=False)
    cost = ExpressionWrapper(F("product__cost") * F("quantity"), DecimalField(max_digits=38, decimal_places=7))
    rows = lines.order_by().values("product__category").annotate(
        n=Count("*"), bought=Total("value", filter=~back), returned=Total("value", filter=back),
        costed=Total("value", filter=costed), cost=Total(cost, filter=costed), known=Count("pk", filter=costed),
    )  # fmt: skip
    has_margin = sees_margin(actor)
    found: dict[str, Category] = {}
    for r in rows:
        name = r["product__category"] or ""
        before = found.get(name) or Category(name, 0, NOTHING, NOTHING)
        found[name] = Category(
            name, before.lines + r["n"], before.bought + (r["bought"] or NOTHING),
            before.returned - (r["returned"] or NOTHING),
            before.costed + ((r["costed"] or NOTHING) if has_margin else NOTHING),
            before.cost + ((r["cost"] or NOTHING) if has_margin else NOTHING),
            before.has_cost or (has_margin and r["known"] > 0),
        )  # fmt: skip
    return list(found.values())


def purchase_days(orders: Any) -> list[date]:
    """The days on which something was bought (net above 0), rising."""
    rows: QuerySet[Any] = orders.filter(value__isnull=False).annotate(day=TruncDate("ordered_at", tzinfo=_zone()))
    rows = rows.order_by("day").values("day").annotate(brought=Total("value")).filter(brought__gt=0)
    return list(rows.values_list("day", flat=True))


def of_category(actor: Actor, op: str, value: Any) -> Q:
    """The orders with goods of a category ("" = goods without one)."""
    lines: Any = Line.objects.for_system("lines of orders that are judged")
    lines = lines.filter(kind=Line.Kind.GOODS)
    category = str(value)
    met = Q(product__category=category) if category else Q(product__category="") | Q(product=None)
    return Q(pk__in=lines.filter(met).values("order_id"))


def in_company_tree(actor: Actor, op: str, value: Any) -> Q:
    """The orders of people in a firm or in one below it, as far as `actor` sees the firms. Raises FilterError."""
    try:
        pk = int(value)
    except (TypeError, ValueError):
        raise FilterError("company_tree", _("A company is named by its number.")) from None
    ids = company_ids_below(actor, pk) if 0 < pk < 2**63 else []
    people: Any = Person.objects.visible_to(actor).filter(deleted_at=None, company_id__in=ids)
    return Q(person_id__in=people.values("pk"))
