from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.core.purchases.orders.rules.choices import Choices
from dangol.core.purchases.orders.rules.fields import MONEY, PUT_ASIDE_COLUMNS, REQUIRED, looks_like, names_of
from dangol.core.purchases.orders.services.importing import import_orders
from dangol.core.purchases.orders.services.judging import NOT_YOUR_CUSTOMER, NOT_YOURS, may_fill, refuse_closed
from dangol.core.purchases.orders.services.revaluing import revalue_orders
from dangol.core.purchases.orders.services.suggesting import suggest_choices
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.errors import BadMapping, BadOption
from dangol.platform.exchange.registry import Choice, Figure, Importer, Job, register_importer
from dangol.platform.jobs.tasks import task

LABELS: dict[str, Any] = {
    "number": gettext_lazy("Order number"),
    "date": gettext_lazy("Order date"),
    "customer_number": gettext_lazy("Customer number"),
    "customer_name": gettext_lazy("Customer name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "code": gettext_lazy("Product code"),
    "description": gettext_lazy("Product name"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Unit price"),
    "amount": gettext_lazy("Line amount"),
    "total": gettext_lazy("Order total"),
    "currency": gettext_lazy("Currency"),
    "country": gettext_lazy("Country"),
    "status": gettext_lazy("Order state"),
    "line": gettext_lazy("Line on the order"),
}
HELP: dict[str, Any] = {
    "number": gettext_lazy("Lines with the same number are one order."),
    "total": gettext_lazy("Only for files with one row for each order."),
    "amount": gettext_lazy("Where it is missing: quantity × unit price."),
    "status": gettext_lazy("Rows of cancelled and refunded orders are put aside."),
    "line": gettext_lazy("Only in files of put-aside rows: it brings a mended row back to its place."),
}
REASONS: dict[str, Any] = {
    "no_number": gettext_lazy("The order number is missing."),
    "no_date": gettext_lazy("The date is missing."),
    "bad_date": gettext_lazy("The date cannot be read."),
    "no_quantity": gettext_lazy("The quantity is missing."),
    "no_price": gettext_lazy("The price is missing."),
    "bad_quantity": gettext_lazy("The quantity is not a number."),
    "bad_price": gettext_lazy("The price is not a number."),
    "bad_amount": gettext_lazy("The amount is not a number."),
    "bad_total": gettext_lazy("The order total is not a number."),
    "too_precise": gettext_lazy("The number has more decimals than can be kept exactly."),
    "too_large": gettext_lazy("The number is too large to be true."),
    "bad_currency": gettext_lazy("There is no such currency."),
    "other_currency": gettext_lazy("The order has another currency on a line above."),
    "cancelled": gettext_lazy("The order was cancelled or refunded in the shop."),
    NOT_YOURS: gettext_lazy("The order stands here already, differs, and is not yours to change."),
    NOT_YOUR_CUSTOMER: gettext_lazy("The customer is known here and not yours to see."),
    "bad_line": gettext_lazy("The place on the order is no number, or stands twice in the file."),
    "code_too_long": gettext_lazy("A number or code is longer than 200 characters."),
    "line_too_long": gettext_lazy("The line is longer than any row of a table."),
    "broken_quote": gettext_lazy("A quotation mark is opened and never closed."),
    "nul_character": gettext_lazy("The row holds a character (NUL) that no text can hold."),
    "too_many_cells": gettext_lazy(
        "The row has more cells than there are columns; a separator may stand inside a text."
    ),
}


def run_import(job: Job, *, is_dry: bool) -> dict[str, Any]:
    """Carry out an import (or its dry run) that waits. Raises Forbidden for columns that the actor may not write."""
    refuse_closed(job.actor, job.mapping, LABELS)
    return import_orders(
        actor=job.actor, table=job.table, columns=job.mapping, choices=read_choices(job.options),
        tracker=job.tracker, run_id=job.run_id, is_dry=is_dry,
    )  # fmt: skip


def read_choices(options: Mapping[str, Any]) -> Choices:
    """Read the choices beside the columns. Raises `BadOption`."""
    try:
        found = Choices.from_json(options)
    except (ValueError, InvalidOperation) as error:
        raise BadOption(_("The rate is not a number."), _("Write it like 1700 or 0.59.")) from error
    if found.rate is not None and not (found.rate.is_finite() and 0 < found.rate < 10**9):
        raise BadOption(_("The rate is not above zero."), _("Write it like 1700 or 0.59."))
    return found


def check(mapping: Mapping[str, int], options: Mapping[str, Any], header: Sequence[str]) -> None:
    """Make sure that the columns are enough. Raises `BadMapping`, `BadOption`."""
    missing = [str(LABELS[name]) for name in REQUIRED if name not in mapping]
    if not any(name in mapping for name in MONEY):
        missing.append(str(_("Unit price, Line amount or Order total")))
    if missing:
        raise BadMapping(
            _("No column was found for: %(names)s.") % {"names": ", ".join(missing)},
            _("Choose the columns that hold them. The file has: %(header)s.") % {"header": ", ".join(header)},
        )
    read_choices(options)


def suggest(table: Any, mapping: Mapping[str, int], actor: Actor) -> dict[str, Any]:
    """Starting values for the choices."""
    return suggest_choices(table, mapping, actor)


def _orders(condition: str) -> Any:
    return lambda result: "/orders?" + urlencode({"filter": condition})


def _rates(result: Mapping[str, Any]) -> str:
    """Where the rate can be set for which orders of a file wait."""
    first = str(result.get("first_at") or "")[:10]
    return "/rates?" + urlencode({"currency": result.get("currency", ""), "on": first})


def _figures() -> tuple[Figure, ...]:
    cancelled = '{"field":"kind","op":"is","value":"cancellation"}'
    nobody = '{"field":"person","op":"is_empty"}'
    return (
        Figure("orders", gettext_lazy("Orders"), url=lambda result: "/orders"),
        Figure("people", gettext_lazy("Customers"), url=lambda result: "/people"),
        Figure("products", gettext_lazy("Products and fees"), url=lambda result: "/products"),
        Figure("orders_cancelled", gettext_lazy("Cancellations"), url=_orders(cancelled)),
        Figure("lines_without_customer", gettext_lazy("Lines without a customer"), url=_orders(nobody)),
        Figure("lines_fee", gettext_lazy("Lines with fees"), url=lambda result: "/products?" + urlencode(
            {"filter": '{"field":"kind","op":"is","value":"fee"}'})),
        Figure("negative_lines", gettext_lazy("Returned lines that are no cancellation"), is_hidden_at_zero=True),
        Figure("repeats", gettext_lazy("Exact repeats (kept)"), is_hidden_at_zero=True),
        Figure("invoices_with_two_times", gettext_lazy("Orders with two time stamps"), is_hidden_at_zero=True),
        Figure("orders_without_rate", gettext_lazy("Orders waiting for a rate"), url=_rates, is_hidden_at_zero=True),
    )  # fmt: skip


FIELDS = tuple(
    ImportField(name, label, names_of(name), looks_like(name), name in REQUIRED, HELP.get(name, ""))
    for name, label in LABELS.items()
)

register_importer(
    Importer(
        name="orders",
        label=pgettext_lazy("import", "Orders"),
        command=gettext_lazy("Import orders"),
        intro=gettext_lazy("A CSV file of your shop: one row for each line of an order, or one for each order."),
        object_name="order",
        fields=FIELDS,
        open_fields=lambda actor: tuple(f for f in FIELDS if may_fill(actor, f.name)),
        ignored=PUT_ASIDE_COLUMNS,
        run=run_import,
        choices=(
            Choice("currency", gettext_lazy("Currency of the amounts"), "currency"),
            Choice("is_currency_adopted", gettext_lazy("From now on the company counts in this currency"), "flag"),
            Choice(
                "rate",
                gettext_lazy("Rate into the company's currency"),
                "number",
                gettext_lazy("What one unit is worth, from the first day of the file. Empty: known rates are used."),
            ),
            Choice("shop", gettext_lazy("Shop"), "text", gettext_lazy("Order numbers are unique within a shop.")),
            Choice("time_zone", gettext_lazy("Time zone of the shop"), "time_zone", is_advanced=True),
            Choice(
                "day_order",
                gettext_lazy("Order of day and month"),
                "select",
                choices=lambda: (
                    ("", gettext_lazy("as found in the file")),
                    ("dmy", gettext_lazy("day/month/year")),
                    ("mdy", gettext_lazy("month/day/year")),
                ),
                is_advanced=True,
            ),
            Choice(
                "decimal_mark",
                gettext_lazy("Decimal mark"),
                "select",
                choices=lambda: (
                    ("", gettext_lazy("as found in the file")),
                    (".", gettext_lazy("point (1,234.50)")),
                    (",", gettext_lazy("comma (1.234,50)")),
                ),
                is_advanced=True,
            ),
            Choice(
                "fee_codes",
                gettext_lazy("Codes that are fees, no products"),
                "text",
                gettext_lazy(
                    "Separated by commas. Postage, bank charges and corrections count as money, not as products."
                ),
                is_advanced=True,
            ),
        ),
        suggest=suggest,
        check=check,
        figures=_figures(),
        reasons=REASONS,
        result_url=lambda: "/orders",
        result_label=gettext_lazy("Look at the orders"),
    )
)


@task(name="orders.revalue")
def revalue(currency: str) -> None:
    """Value the orders in one currency anew."""
    revalue_orders(actor=Actor.system("a rate became known"), currency=currency)
