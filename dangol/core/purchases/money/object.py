"""The panels of money on the pages of people, firms and households, and the filter that their numbers open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.purchases.money.queries import in_company_tree, may_see_money, of_category
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.registry import register_filter, register_panel
from dangol.platform.objects.types import Field, Panel

SLUGS = {"person": "people", "company": "companies", "household": "households"}


def panel_of(name: str) -> Callable[[Actor, Any], Mapping[str, Any] | None]:
    """The panel of an object: it asks for its figures when the page stands, so that the page need not wait."""

    def context(actor: Actor, record: Any) -> Mapping[str, Any] | None:
        if not may_see_money(actor) or (name == "person" and not has(record, "orders")):
            return None
        return {"url": f"/{SLUGS[name]}/{record.pk}/money"}

    return context


for _name in SLUGS:
    register_panel(_name, Panel("money", _("Money"), "purchases/money/panel.html", panel_of(_name), order=15))
register_presence("person", "orders", Order, "person_id", where="deleted_at IS NULL")
register_filter(
    "order",
    Field("goods_category", _("Category of goods"), "custom", to_q=of_category, is_fact=False,
          tells_of=(("product", "category"),)),
)  # fmt: skip
register_filter(
    "order",
    Field("company_tree", _("Buyer's company, or one above it"), "custom", to_q=in_company_tree, is_fact=False,
          tells_of=(("order", "person"), ("person", "company"), ("company", "parent"))),
)  # fmt: skip
