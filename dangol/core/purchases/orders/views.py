"""Writing an order by hand: its head and its lines on one page. What the generic form cannot do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.core.catalog.products.models import Product
from dangol.core.purchases.orders.services.writing import create_order
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import inputs
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import asked_fields, by_field, form_inputs, of_no_field
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.viewer import viewer_of

EMPTY_ROWS = 4
LINE_PARTS = ("code", "description", "quantity", "unit_price")


@require_http_methods(["GET", "POST"])
@for_staff
def create(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """A new order; 422 with the form and its errors when something is missing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "create", declared.name)
    fields = asked_fields(declared, actor, request.GET)
    if request.method == "GET":
        return _form(request, declared, request.GET, {}, 200)
    values, errors = inputs.read(fields, request.POST)
    if "_search" in request.POST:
        return _form(request, declared, request.POST, {}, 200)
    lines = _lines(request.POST)
    if not lines:
        errors["lines"] = [_("An order needs at least one line.")]
    if not errors:
        try:
            made = create_order(actor=actor, values={**_given(values), "lines": lines})
        except ValidationError as error:
            errors = by_field(error)
        else:
            messages.success(request, _("Added."))
            return redirect(f"/{declared.slug}/{made.pk}")
    return _form(request, declared, request.POST, errors, 422)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _lines(sent: QueryDict) -> list[dict[str, str]]:
    """The rows in which something was written; an empty quantity is one."""
    rows = zip(*(sent.getlist(part) for part in LINE_PARTS), strict=False)
    lines = [dict(zip(LINE_PARTS, (part.strip() for part in row), strict=True)) for row in rows]
    filled = [line for line in lines if line["code"] or line["description"] or line["unit_price"]]
    return [
        {**line, "quantity": _bare(line["quantity"]) or "1", "unit_price": _bare(line["unit_price"])} for line in filled
    ]


def _bare(number: str) -> str:
    return number.replace(",", "").replace("₩", "").strip()


def _form(
    request: HttpRequest, declared: ObjectType, sent: QueryDict, errors: dict[str, list[str]], status: int
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    fields = asked_fields(declared, actor, request.GET)
    drawn = form_inputs(declared, fields, actor, viewer_of(request), sent, errors)
    for one in drawn:
        if one.name == "number" and not one.value:
            one.value = timezone.localtime().strftime("M-%y%m%d-%H%M%S")
    context = {
        "declared": declared,
        "inputs": drawn,
        "rows": [*_lines(sent), *[{}] * EMPTY_ROWS],
        "line_errors": errors.get("lines", ()),
        "errors": of_no_field({n: e for n, e in errors.items() if n != "lines"}, fields),
        "products": Product.objects.visible_to(actor).filter(deleted_at=None).order_by("code")[:300],
    }
    return render(request, "purchases/orders/new.html", context, status=status)
