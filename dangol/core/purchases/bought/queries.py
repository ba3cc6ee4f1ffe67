"""People by what they bought, in the database; and what one person bought."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from dangol.core.catalog.products.models import Product
from dangol.core.purchases.bought.rules import Goods, Often, Spent
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.checks import require
from dangol.platform.objects.filter_language import start_of
from dangol.platform.objects.types import Asked, Clock


def span_of(days: int | None, clock: Clock) -> tuple[datetime, datetime] | None:
    """From the beginning of the day so many days ago to the end of today; None for all time."""
    if days is None:
        return None
    return start_of(clock.today - timedelta(days=days), clock), start_of(clock.today + timedelta(days=1), clock)


def often_ids(asked: Asked) -> tuple[Any, bool]:
    """People by the number of their orders: a query of ids, and whether those or all others are asked for."""
    often: Often = asked.value
    if often.holds_without:
        return _so_often(asked, often.others), False
    return _so_often(asked, often), True


def _so_often(asked: Asked, often: Often) -> Any:
    rows = _orders(asked, often)
    if often.least == 1 and often.most is None:
        return rows.values("person_id")
    counted = rows.order_by().values("person_id").annotate(times=Count("*")).filter(times__gte=often.least)
    if often.most is not None:
        counted = counted.filter(times__lte=often.most)
    return counted.values("person_id")


def _orders(asked: Asked, often: Often) -> Any:
    require(asked.actor, "see", "order")
    rows: Any = Order.objects.visible_to(asked.actor)
    rows = rows.filter(_in_days("", often.days, asked.clock), kind=often.kind, deleted_at=None, person_id__isnull=False)
    if often.min_amount is not None:
        rows = rows.filter(value__gte=often.min_amount)
    return rows.filter(_has_goods(often)) if often.goods else rows


def _has_goods(often: Often) -> Q:
    sign = {"quantity__lt": 0} if often.kind == "cancellation" else {"quantity__gt": 0}
    lines = Line.objects.for_system("lines of orders that were judged").filter(_of(often.goods), **sign)
    return Q(Exists(lines.filter(order_id=OuterRef("pk"), kind=Line.Kind.GOODS)))


def _of(goods: Goods) -> Q:
    found = Q()
    if goods.products:
        found &= Q(product_id__in=goods.products)
    if goods.categories:
        products = Product.objects.for_system("goods of a category").filter(deleted_at=None)
        found &= Q(product_id__in=products.filter(category__in=goods.categories).values("pk"))
    return found


def _in_days(path: str, days: int | None, clock: Clock) -> Q:
    span = span_of(days, clock)
    return Q(**{f"{path}ordered_at__gte": span[0], f"{path}ordered_at__lt": span[1]}) if span else Q()


def spent_ids(asked: Asked) -> tuple[Any, bool]:
    """People by what they brought: a query of ids, and whether those or all others are asked for."""
    spent: Spent = asked.value
    met = Q()
    if spent.low is not None:
        met &= Q(total__gte=spent.low)
    if spent.high is not None:
        met &= Q(total__lte=spent.high)
    if not spent.holds_without:
        return _sums(asked, spent).filter(met).values("buyer"), True
    return _sums(asked, spent).filter(_outside(spent)).values("buyer"), False


def _outside(spent: Spent) -> Q:
    below, above = Q(total__lt=spent.low), Q(total__gt=spent.high)
    if spent.low is None or spent.high is None:
        return above if spent.low is None else below
    return below | above


def _sums(asked: Asked, spent: Spent) -> Any:
    """One row a buyer: buyer, total. Through lines where goods are named, else through orders."""
    require(asked.actor, "see", "order")
    orders: Any = Order.objects.visible_to(asked.actor)
    orders = orders.filter(_in_days("", spent.days, asked.clock), deleted_at=None, person_id__isnull=False)
    if not spent.goods:
        valued = orders.filter(value__isnull=False)
        return valued.order_by().values(buyer=F("person_id")).annotate(total=Sum("value"))
    lines: Any = Line.objects.for_system("lines of orders that are judged within")
    lines = lines.filter(_of(spent.goods), kind=Line.Kind.GOODS, value__isnull=False, order_id__in=orders.values("pk"))
    return lines.order_by().values(buyer=F("order__person_id")).annotate(total=Sum("value"))


def times_of(asked: Asked, person_id: int) -> int:
    """How many of the orders asked about one person placed. One query."""
    return int(_orders(asked, asked.value).filter(person_id=person_id).count())


def spent_by(asked: Asked, person_id: int) -> Decimal:
    """What one person brought of what is asked about. One query."""
    found = list(_sums(asked, asked.value).filter(buyer=person_id))
    return Decimal(found[0]["total"]) if found else Decimal(0)


def category_choices() -> list[str]:
    """The categories that goods belong to."""
    rows = Product.objects.for_system("names of categories").filter(deleted_at=None).exclude(category="")
    return list(rows.order_by("category").values_list("category", flat=True).distinct()[:500])


def product_names(ids: tuple[int, ...]) -> list[str]:
    """What some products are called."""
    found = {p.pk: str(p) for p in Product.objects.for_system("names in a condition").filter(pk__in=ids)}
    return [found.get(i, str(i)) for i in ids]
