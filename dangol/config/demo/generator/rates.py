"""Exchange rates of the demo company: plausible, invented, one a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import ceil

SOURCE = "demo rate"
MONTHS = 27
# Won for one unit, oldest month first.
_MONTHLY: Mapping[str, str] = {
    "USD": "1338 1342 1361 1384 1397 1421 1446 1452 1448 1457 1441 1419 1402 1386 1379 1371 1383 1390 1396 1408 1423 "
    "1437 1445 1451 1462 1458 1449",
    "EUR": "1459 1468 1487 1502 1489 1494 1507 1516 1562 1581 1604 1597 1589 1602 1611 1608 1615 1622 1619 1630 1644 "
    "1658 1671 1679 1690 1686 1680",
    "JPY": "9.02 9.11 9.24 9.18 9.07 9.21 9.36 9.52 9.71 9.83 9.90 9.76 9.62 9.51 9.44 9.38 9.41 9.33 9.29 9.36 9.42 "
    "9.35 9.31 9.38 9.45 9.41 9.40",
}
# Won for one unit in our own price lists, kept still so that a customer abroad sees the same price each month.
LIST_RATE: Mapping[str, int] = {"USD": 1_250, "EUR": 1_400, "JPY": 9}
STEP: Mapping[str, Decimal] = {"USD": Decimal("0.5"), "EUR": Decimal("0.5"), "JPY": Decimal(10)}


def months_back(day: date, count: int) -> date:
    """Return the first day of the month that lies `count` months before that of `day`."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def monthly_rates(today: date) -> dict[str, dict[date, Decimal]]:
    """Return for each currency the won for one unit from the first of each month, the latest being today's month."""
    found: dict[str, dict[date, Decimal]] = {}
    for currency, text in _MONTHLY.items():
        rates = [Decimal(r) for r in text.split()]
        found[currency] = {months_back(today, MONTHS - 1 - i): rate for i, rate in enumerate(rates)}
    return found


def foreign_price(won: int, currency: str) -> Decimal:
    """Return the list price in `currency` for a price in won: rounded up to a half, in yen to ten."""
    step = STEP[currency]
    steps = ceil(won / (LIST_RATE[currency] * step))
    return (steps * step).quantize(Decimal(1) if currency == "JPY" else Decimal("0.01"))
