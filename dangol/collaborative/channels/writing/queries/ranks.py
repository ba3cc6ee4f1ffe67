"""Merge fields of what customers bought: their tier, and their last order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import DateField, F, Func
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from dangol.analytical.segments.tiers.models import CustomerTier, Tier
from dangol.collaborative.channels.writing.rules.fields import Choice, MergeField
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.ui import format

_WHY = "fields of a message's receivers"
TIER_FIELDS = (
    MergeField("tier", _("Tier"), {"ko": "상위", "en": "Top"}, "choice", tuple(Tier.choices)),
    MergeField("order_count", _("Orders"), {"en": "12"}, "number"),
)
ORDER_FIELDS = (
    MergeField("last_order_on", _("Last order"), {"ko": "2026년 5월 14일", "en": "14 May 2026"}, "date"),
    MergeField("last_order_amount", _("Amount of the last order"), {"ko": "42,800원", "en": "₩42,800"}, "money"),
)


class _CompanyDay(Func):
    """The day of a moment in the company's own time zone."""

    template = (
        "((%(expressions)s) AT TIME ZONE "
        "COALESCE((SELECT time_zone FROM accounts_workspace WHERE id = 1), 'Asia/Seoul'))::date"
    )
    output_field = DateField()


@lru_cache(maxsize=8)
def _tier_labels(language: str) -> Mapping[str, Choice]:
    with override(language):
        return {tier.value: Choice(str(tier.label), tier.value) for tier in Tier}


def load_tiers(
    person_ids: Sequence[int], names: Collection[str], language: str, actor: Actor | None
) -> Mapping[int, Mapping[str, str]]:
    """Tier and number of orders as of the last analysis. One query."""
    found: dict[int, dict[str, str]] = {}
    labels = _tier_labels(language)
    for person, tier, orders in (
        _rows(CustomerTier, actor).filter(pk__in=person_ids).values_list("pk", "tier", "order_count")
    ):
        values = {"order_count": format.number(orders, language)}
        if tier in labels:
            values["tier"] = labels[tier]
        found[person] = _allowed(values, names, actor, "person")
    return found


def load_last_orders(
    person_ids: Sequence[int], names: Collection[str], language: str, actor: Actor | None
) -> Mapping[int, Mapping[str, str]]:
    """Day and amount of the last order. One query."""
    rows = (
        _rows(Order, actor)
        .filter(person_id__in=person_ids, deleted_at=None, kind=Order.Kind.ORDER)
        .order_by("person_id", "-ordered_at", "-pk")
        .distinct("person_id")
        .annotate(day=_CompanyDay(F("ordered_at")))
        .values_list("person_id", "day", "amount", "currency")
    )
    found = {}
    for person, day, amount, currency in rows:
        values = {"last_order_on": format.day(day, language)}
        if "last_order_amount" in names:
            values["last_order_amount"] = format.money(amount, currency, language)
        found[person] = _allowed(values, names, actor, "order")
    return found


def _rows(model: Any, actor: Actor | None) -> Any:
    return model.objects.visible_to(actor) if actor else model.objects.for_system(_WHY)


_FACTS = {"last_order_on": "ordered_at", "last_order_amount": "amount"}


def _allowed(values: Mapping[str, str], names: Collection[str], actor: Actor | None, kind: str) -> dict[str, str]:
    return {
        name: value
        for name, value in values.items()
        if name in names and (actor is None or actor.field_right(kind, _FACTS.get(name, name)) != "hidden")
    }
