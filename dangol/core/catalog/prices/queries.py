from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from dangol.core.catalog.prices.models import ExchangeRate


def known_rate(currency: str, to_currency: str, day: date) -> tuple[Decimal | None, date | None]:
    """The rate last known on `day`, and the day from which it holds; (None, None) when none is.

    A currency is worth one of itself, on any day.
    """
    if currency == to_currency:
        return Decimal(1), day
    found = ExchangeRate.objects.filter(currency=currency, to_currency=to_currency, on__lte=day).order_by("-on").first()
    return (found.rate, found.on) if found else (None, None)


def rates_into(to_currency: str) -> QuerySet[ExchangeRate]:
    """Every rate into a currency, newest first within each."""
    return ExchangeRate.objects.filter(to_currency=to_currency).order_by("currency", "-on")
