from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy

from dangol.core.purchases.orders.rules.choices import Choices
from dangol.core.purchases.orders.rules.fields import MONEY, PUT_ASIDE_COLUMNS, REQUIRED, looks_like, names_of
from dangol.core.purchases.orders.services.importing import import_orders
from dangol.core.purchases.orders.services.revaluing import revalue_orders
from dangol.core.purchases.orders.services.suggesting import suggest_choices
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.errors import BadMapping, BadOption
from dangol.platform.exchange.registry import Choice, Figure, Importer, Job, register_importer
from dangol.platform.jobs.tasks import task

L = gettext_lazy
LABELS: dict[str, Any] = {
    "number": L("Order number"),
    "date": L("Order date"),
    "customer_number": L("Customer number"),
    "customer_name": L("Customer name"),
    "email": L("E-mail"),
    "phone": L("Phone"),
    "code": L("Product code"),
    "description": L("Product name"),
    "quantity": L("Quantity"),
    "price": L("Unit price"),
    "amount": L("Line amount"),
    "total": L("Order total"),
    "currency": L("Currency"),
    "country": L("Country"),
    "status": L("Order state"),
    "line": L("Line on the order"),
}
HELP: dict[str, Any] = {
    "number": L("Lines with the same number are one order."),
    "total": L("Only for files with one row for each order."),
    "amount": L("Where it is missing: quantity × unit price."),
    "status": L("Rows of cancelled and refunded orders are put aside."),
    "line": L("Only in files of put-aside rows: it brings a mended row back to its place."),
}
REASONS: dict[str, Any] = {
    "no_number": L("The order number is missing."),
    "no_date": L("The date is missing."),
    "bad_date": L("The date cannot be read."),
    "no_quantity": L("The quantity is missing."),
    "no_price": L("The price is missing."),
    "bad_quantity": L("The quantity is not a number."),
    "bad_price": L("The price is not a number."),
    "bad_amount": L("The amount is not a number."),
    "bad_total": L("The order total is not a number."),
    "too_precise": L("The number has more decimals than can be kept exactly."),
    "too_large": L("The number is too large to be true."),
    "bad_currency": L("There is no such currency."),
    "other_currency": L("The order has another currency on a line above."),
    "cancelled": L("The order was cancelled or refunded in the shop."),
    "bad_line": L("The place on the order is no number, or stands twice in the file."),
    "code_too_long": L("A number or code is longer than 200 characters."),
    "line_too_long": L("The line is longer than any row of a table."),
    "broken_quote": L("A quotation mark is opened and never closed."),
    "nul_character": L("The row holds a character (NUL) that no text can hold."),
    "too_many_cells": L("The row has more cells than there are columns; a separator may stand inside a text."),
}


def run_import(job: Job, *, is_dry: bool) -> dict[str, Any]:
    """Carry out an import (or its dry run) that waits."""
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


def _figures() -> tuple[Figure, ...]:
    cancelled = '{"field":"kind","op":"is","value":"cancellation"}'
    nobody = '{"field":"person","op":"is_empty"}'
    waiting = '{"field":"value","op":"is_empty"}'
    return (
        Figure("orders", L("Orders"), url=lambda result: "/orders"),
        Figure("people", L("Customers"), url=lambda result: "/people"),
        Figure("products", L("Products and fees"), url=lambda result: "/products"),
        Figure("orders_cancelled", L("Cancellations"), url=_orders(cancelled)),
        Figure("lines_without_customer", L("Lines without a customer"), url=_orders(nobody)),
        Figure("lines_fee", L("Lines with fees"), url=lambda result: "/products?" + urlencode(
            {"filter": '{"field":"kind","op":"is","value":"fee"}'})),
        Figure("negative_lines", L("Returned lines that are no cancellation"), is_hidden_at_zero=True),
        Figure("repeats", L("Exact repeats (kept)"), is_hidden_at_zero=True),
        Figure("invoices_with_two_times", L("Orders with two time stamps"), is_hidden_at_zero=True),
        Figure("orders_without_rate", L("Orders waiting for a rate"), url=_orders(waiting), is_hidden_at_zero=True),
    )  # fmt: skip


register_importer(
    Importer(
        name="orders",
        label=pgettext_lazy("import", "Orders"),
        command=L("Import orders"),
        intro=L("A CSV file of your shop: one row for each line of an order, or one for each order."),
        object_name="order",
        fields=tuple(
            ImportField(name, label, names_of(name), looks_like(name), name in REQUIRED, HELP.get(name, ""))
            for name, label in LABELS.items()
        ),
        ignored=PUT_ASIDE_COLUMNS,
        run=run_import,
        choices=(
            Choice("currency", L("Currency of the amounts"), "currency"),
            Choice("is_currency_adopted", L("From now on the company counts in this currency"), "flag"),
            Choice("rate", L("Rate into the company's currency"), "number",
                   L("What one unit is worth, from the first day of the file. Empty: known rates are used.")),
            Choice("shop", L("Shop"), "text", L("Order numbers are unique within a shop.")),
            Choice("time_zone", L("Time zone of the shop"), "time_zone", is_advanced=True),
            Choice("day_order", L("Order of day and month"), "select", choices=lambda: (
                ("", L("as found in the file")), ("dmy", L("day/month/year")), ("mdy", L("month/day/year"))),
                is_advanced=True),
            Choice("decimal_mark", L("Decimal mark"), "select", choices=lambda: (
                ("", L("as found in the file")), (".", L("point (1,234.50)")), (",", L("comma (1.234,50)"))),
                is_advanced=True),
            Choice("fee_codes", L("Codes that are fees, no products"), "text",
                   L("Separated by commas. Postage, bank charges and corrections count as money, not as products."),
                   is_advanced=True),
        ),
        suggest=suggest,
        check=check,
        figures=_figures(),
        reasons=REASONS,
        result_url=lambda: "/orders",
        result_label=L("Look at the orders"),
    )  # fmt: skip
)


@task(name="orders.revalue")
def revalue(currency: str) -> None:
    """Value the orders in one currency anew."""
    revalue_orders(actor=Actor.system("a rate became known"), currency=currency)
