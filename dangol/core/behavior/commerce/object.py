"""What people looked at, on their page and on the product's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.behavior.commerce import queries
from dangol.core.behavior.commerce.services import keep_touches
from dangol.core.behavior.stream.steps import register_step
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import register_panel, sees_fields
from dangol.platform.objects.types import Panel


def person_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """Products and searches of the last weeks; None where there are none."""
    if not sees_fields(actor, "product", "name", "code"):
        return None
    products, searched = queries.looked_at(actor, person)
    return {"products": products, "searched": searched, "days": queries.DAYS_SHOWN} if products or searched else None


def product_panel(actor: Actor, product: Any) -> Mapping[str, Any] | None:
    """How often a product was looked at; None where nobody did, and for who sees only some people's visits."""
    return queries.product_figures(actor, product.pk)


register_step("commerce", 700, keep_touches)
register_panel(
    "person",
    Panel("looked-at", _("What they looked at"), "behavior/commerce/person_panel.html", person_panel, order=30),
)
register_panel(
    "product", Panel("looked-at", _("Looked at"), "behavior/commerce/product_panel.html", product_panel, order=30)
)
