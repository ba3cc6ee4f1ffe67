"""The page of exchange rates: what is known, and a form for one more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.core.catalog.prices.queries import rates_into
from dangol.core.catalog.prices.services import set_exchange_rate
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace

SHOWN = 500


@login_required
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """Show the rates into the company's currency; take one more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "see", "order")
    given = request.POST if request.method == "POST" else request.GET
    values = {name: given.get(name, "").strip()[:40] for name in ("currency", "on", "rate")}
    errors: dict[str, Any] = {}
    if request.method == "POST":
        errors = _take(actor, values)
        if not errors:
            messages.success(request, _("The rate is set. Orders in this currency are valued with it in a moment."))
            return redirect("prices:rates")
    ours = workspace().currency
    context = {
        "rates": rates_into(ours)[:SHOWN], "ours": ours, "values": values, "errors": errors,
        "may_set": actor.may("create", "order"),
    }  # fmt: skip
    return render(request, "catalog/prices/rates.html", context, status=422 if errors else 200)


def _take(actor: Actor, values: dict[str, str]) -> dict[str, Any]:
    """Set the rate that the form holds; returns what is wrong by field."""
    errors: dict[str, Any] = {}
    try:
        on = date.fromisoformat(values["on"])
    except ValueError:
        errors["on"] = [_("Write the day as yyyy-mm-dd.")]
    try:
        rate = Decimal(values["rate"].replace(",", ""))
    except InvalidOperation:
        errors["rate"] = [_("A rate is a number above zero. Example: 1700.")]
    if errors:
        return errors
    try:
        set_exchange_rate(
            actor=actor, currency=values["currency"].upper(), to_currency=workspace().currency, on=on, rate=rate
        )
    except ValidationError as error:
        return dict(error.message_dict)
    return {}
