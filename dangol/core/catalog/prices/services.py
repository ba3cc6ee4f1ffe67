from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.core.catalog.prices.events import ExchangeRateSet
from dangol.core.catalog.prices.models import ExchangeRate
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit

MOST = Decimal(10) ** 9
PLACES = Decimal("0.0000000001")


@transaction.atomic
def set_exchange_rate(
    *, actor: Actor, currency: str, to_currency: str, on: date, rate: Decimal, source: str = "entered by hand"
) -> ExchangeRate:
    """Say what one unit of `currency` is worth in `to_currency` from the day `on`; corrects a rate of the same day.

    Orders are valued anew by those who listen to `exchange_rate.set`. Setting what stands already tells nothing.

    Raises:
        Forbidden: the actor may not create orders, which is the right that goes with it.
        ValidationError: by field; unknown currencies, the same twice, or a rate that is not above zero.
    """
    require(actor, "create", "order")
    rate = _checked(currency, to_currency, rate)
    found = ExchangeRate.objects.filter(currency=currency, to_currency=to_currency, on=on).first()
    if found is not None and found.rate == rate:
        return found
    before = found.rate if found else None
    row = found or ExchangeRate(currency=currency, to_currency=to_currency, on=on)
    row.rate, row.source = rate, source
    row.save()
    emit(
        ExchangeRateSet(
            subject_id=row.pk, changes={"rate": [before, rate]},
            currency=currency, to_currency=to_currency, on=on.isoformat(), rate=str(rate),
        ),
        actor=actor,
    )  # fmt: skip
    return row


def _checked(currency: str, to_currency: str, rate: Decimal) -> Decimal:
    known = list_currencies()
    errors = {
        name: _("There is no such currency. Example: KRW.")
        for name, code in (("currency", currency), ("to_currency", to_currency))
        if code not in known
    }
    if not errors and currency == to_currency:
        errors["currency"] = _("A currency is always worth one of itself.")
    if not rate.is_finite() or not 0 < rate < MOST or not rate.quantize(PLACES):
        errors["rate"] = _("A rate is a number above zero. Example: 1700.")
    if errors:
        raise ValidationError(errors)
    return rate.quantize(PLACES)
