"""Orders written one at a time, by a person or a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.catalog.prices.queries import known_rate
from dangol.core.catalog.products.models import Product
from dangol.core.purchases.orders import events
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.services.undoing import ORDER_LINES
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.writing import RecordWriter

FOUR_PLACES = Decimal("0.0001")


def _clean(values: dict[str, Any], order: Any) -> dict[str, Any]:
    if "currency" in values:
        values["currency"] = str(values["currency"] or "").strip().upper() or workspace().currency
    return values


ORDERS = RecordWriter(
    model=Order,
    writable=("source", "number", "kind", "person", "ordered_at", "country", "currency", "note"),
    created=events.OrderCreated,
    changed=events.OrderChanged,
    trashed=events.OrderTrashed,
    restored=events.OrderRestored,
    clean=_clean,
    about=lambda order: order.person_id,
    search=lambda order: (order.number, {"number": order.number}),
    fixed=("source", "number", "ordered_at", "currency"),
    together=("ordered_at", "currency", "rate", "rate_on", "amount", "value", "line_count"),
    parts=ORDER_LINES,
)


@transaction.atomic
def create_order(*, actor: Actor, values: Mapping[str, Any]) -> Order:
    """Add an order. `values["lines"]`: a list of {code, quantity, unit_price, description?}; amounts follow from it.

    Raises Forbidden, ValidationError by field (`lines` names the line that is wrong).
    """
    given = dict(values)
    lines = _read_lines(given.pop("lines", []))
    order: Order = ORDERS.create(actor=actor, values=given)
    products = Product.objects.visible_to(actor).in_bulk([li["code"] for li in lines], field_name="code")
    ours = workspace()
    day = timezone.localdate(order.ordered_at, ZoneInfo(ours.time_zone))
    rate, rate_on = known_rate(order.currency, ours.currency, day)
    order.rate, order.rate_on = rate, rate_on
    Line.objects.bulk_create(_line(order, i, li, products.get(li["code"])) for i, li in enumerate(lines, 1))
    order.amount = sum((li["quantity"] * li["unit_price"] for li in lines), Decimal(0))
    order.value = valued(order.amount, rate)
    order.line_count = len(lines)
    order.save(update_fields=["rate", "rate_on", "amount", "value", "line_count"])
    return order


def change_order(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Order:
    """Change who bought, where, or the note. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return ORDERS.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_order(*, actor: Actor, record_id: int) -> Order:
    """Put an order in the trash; it no longer counts. Raises NotFound, Forbidden."""
    return ORDERS.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_order(*, actor: Actor, record_id: int) -> Order:
    """Take an order out of the trash. Raises NotFound, Forbidden."""
    return ORDERS.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def valued(amount: Decimal, rate: Decimal | None) -> Decimal | None:
    """`amount` in the company's currency, to four places, half to even; None while no rate is known."""
    return None if rate is None else (amount * rate).quantize(FOUR_PLACES, ROUND_HALF_EVEN)


def _read_lines(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for place, line in enumerate(lines, 1):
        try:
            quantity = Decimal(str(line.get("quantity", 1)))
            price = Decimal(str(line["unit_price"]))
            if not (quantity.is_finite() and price.is_finite() and abs(quantity) < 10**9 and abs(price) < 10**12):
                raise InvalidOperation
        except (KeyError, InvalidOperation, ValueError) as error:
            raise ValidationError(
                {"lines": _("Line %(n)s needs a quantity and a unit price.") % {"n": place}}
            ) from error
        found.append({
            "code": str(line.get("code", "")).strip().upper(),
            "description": str(line.get("description", "")).strip(),
            "quantity": quantity.quantize(Decimal("0.001"), ROUND_HALF_EVEN),
            "unit_price": price.quantize(FOUR_PLACES, ROUND_HALF_EVEN),
        })  # fmt: skip
    return found


def _line(order: Order, position: int, line: Mapping[str, Any], product: Product | None) -> Line:
    amount = line["quantity"] * line["unit_price"]
    return Line(
        order=order,
        position=position,
        product=product,
        code=line["code"],
        description=line["description"] or (product.name if product else ""),
        kind=Line.Kind.FEE if product is not None and product.kind == Product.Kind.FEE else Line.Kind.GOODS,
        quantity=line["quantity"],
        unit_price=line["unit_price"],
        amount=amount.quantize(Decimal("0.000001"), ROUND_HALF_EVEN),
        value=valued(amount, order.rate),
        occurred_at=order.ordered_at,
    )
