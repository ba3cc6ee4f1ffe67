from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from dangol.core.purchases.orders.models import Order
from dangol.core.purchases.orders.queries import lines_context, lines_of, orders_of, sees_amount
from dangol.core.purchases.orders.services.undoing import lines_of_product, products_held
from dangol.core.purchases.orders.services.writing import change_order, create_order, restore_order, trash_order
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.dependents import Dependents, register_dependents
from dangol.platform.objects.registry import (
    StoryItem,
    StoryKind,
    register,
    register_kind,
    register_panel,
    register_story,
    sees_fields,
)
from dangol.platform.objects.types import ObjectType, Panel, View, fields_of
from dangol.platform.objects.undoing.told import register_undoable


class OrderLine(Schema):
    """One line of a new order."""

    code: str = ""
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal


ORDERS = register(
    ObjectType(
        name="order",
        model=Order,
        label=_("Order"),
        plural=_("Orders"),
        slug="orders",
        icon="shopping-bag",
        section="sales",
        order=30,
        fields=fields_of(
            Order,
            (
                "number",
                "person",
                "ordered_at",
                "kind",
                "value",
                "amount",
                "currency",
                "rate",
                "rate_on",
                "line_count",
                "country",
                "source",
                "note",
                "changed_at",
            ),
            person={"is_editable": True},
            ordered_at={"is_editable": False},
            number={"is_editable": False},
            value={"is_editable": False},
            amount={"is_editable": False, "currency": "currency"},
            currency={"kind": "currency", "is_editable": False},
            rate={"kind": "number", "is_editable": False},
            rate_on={"is_editable": False},
            line_count={"is_editable": False},
            country={"kind": "country"},
            source={"is_editable": False},
            note={"kind": "long_text"},
            changed_at={"label": _("Last change")},
        ),
        columns=("number", "person", "ordered_at", "kind", "value", "amount", "country"),
        default_sort="-ordered_at",
        title=lambda order: order.number,
        subtitle=lambda order: str(order.get_kind_display()),
        search=("number",),
        parts={"lines": list[OrderLine]},
        views=(
            View("cancelled", _("Cancellations"), {"field": "kind", "op": "is", "value": "cancellation"}),
            View("unknown", _("Without a customer"), {"field": "person", "op": "is_empty"}),
            View("no-rate", _("Waiting for a rate"), {"field": "value", "op": "is_empty"}, sort="-ordered_at"),
        ),
        create=create_order,
        change=change_order,
        trash=trash_order,
        restore=restore_order,
        new_label=_("New order"),
        empty_hint=_("Import the orders of your shop: a CSV file is enough."),
    )
)


def order_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A person's orders for the timeline, with their lines."""
    return orders_story(actor, [person.pk], before, limit)


def orders_story(actor: Actor, person_ids: Sequence[int], before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """The orders of several people for the timeline, with their lines."""
    if not sees_fields(actor, "order", "person", "ordered_at", "kind"):
        return []
    orders, has_amount = orders_of(actor, person_ids, before=before, limit=limit), sees_amount(actor)
    lines = lines_of(actor, [o.pk for o in orders])
    return [
        StoryItem(
            at=order.ordered_at,
            key=f"order-{order.pk}",
            icon="receipt-refund" if order.kind == Order.Kind.CANCELLATION else "shopping-bag",
            title=order.get_kind_display(),
            url=f"/orders/{order.pk}",
            group="orders",
            template="purchases/orders/story.html",
            data={"order": order, "lines": lines[order.pk], "has_amount": has_amount, "whose": order.person_id},
        )
        for order in orders
    ]


register_kind(StoryKind("orders", _("Orders"), "shopping-bag", order=10, needs="order"))
register_story("person", order_story, kinds=["orders"], several=orders_story)
register_panel("order", Panel("lines", _("Lines"), "purchases/orders/lines.html", lines_context, place="now", order=10))
register_title("order.created", EventTitle(_("Added"), "shopping-bag", "orders"))
register_title("order.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("order.trashed", EventTitle(_("Put in the trash"), "trash", "orders"))
register_title("order.restored", EventTitle(_("Taken out of the trash"), "restore", "orders"))
register_title("orders.revalued", EventTitle(_("Orders valued anew"), "coins", "orders", is_quiet=True))
register_title("orders.imported", EventTitle(_("Import of orders"), "file-import", "orders"))
register_undoable("orders.imported")
register_dependents("product", Dependents("lines", _("Lines of orders"), lines_of_product, products_held, "order"))
