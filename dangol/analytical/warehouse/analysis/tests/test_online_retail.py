"""The analysis on a real shop's year (Online Retail, UCI 352, CC BY 4.0), held against published figures."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.analytical.warehouse.analysis.services import analyze
from dangol.analytical.warehouse.marts import queries
from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")
pytestmark = pytest.mark.slow


@pytest.fixture
def found(data: Path, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    from dangol.core.customers.people.models import Person
    from dangol.core.purchases.orders.models import Order
    from dangol.platform.accounts.models import Workspace

    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    Workspace.objects.update_or_create(pk=1, defaults={"currency": "GBP", "time_zone": "Europe/London"})
    invoices = invoices_of(data / "online_retail" / "online_retail.csv.gz")
    numbers = sorted({one["customer"] for one in invoices.values() if one["customer"]})
    made = Person.objects.for_system("test").bulk_create(Person(customer_number=number) for number in numbers)
    people = {person.customer_number: person for person in made}
    Order.objects.for_system("test").bulk_create(
        (
            Order(
                source="shop", number=number, person=people.get(one["customer"]), ordered_at=one["at"], currency="GBP",
                amount=one["amount"], value=one["amount"], rate=1, country="GB",
                kind="cancellation" if number.startswith("C") else "order",
            )
            for number, one in invoices.items()
        ),
        batch_size=2000,
    )  # fmt: skip
    return analyze(actor=SYSTEM)


def invoices_of(path: Path) -> dict[str, dict[str, Any]]:
    london, invoices = ZoneInfo("Europe/London"), {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in csv.DictReader(stream):
            at = datetime.strptime(line["InvoiceDate"], "%m/%d/%Y %H:%M").replace(tzinfo=london).astimezone(UTC)
            customer = line["CustomerID"].removesuffix(".0")
            one = invoices.setdefault(line["InvoiceNo"], {"customer": customer, "at": at, "amount": Decimal(0)})
            one["amount"] += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
    return invoices


def test_the_figures_of_the_real_shop_are_the_published_ones_and_the_degenerate_fit_is_said(
    found: dict[str, Any],
) -> None:
    assert (found["as_of"], found["customers"]) == ("2011-12-09", 4372)
    pareto = found["pareto"]
    assert pareto["top_20_percent"]["of_orders_before_cancellations"] == pytest.approx(0.746, abs=0.0005)
    assert pareto["top_1_percent"]["of_orders_before_cancellations"] == pytest.approx(0.318, abs=0.0005)
    assert pareto["top_20_percent"]["of_net_value"] == pytest.approx(0.738, abs=0.0005)
    assert [tier["customers"] for tier in found["tiers"]] == [874, 2186, 1312]
    assert sum(Decimal(tier["value"]) for tier in found["tiers"]) == Decimal("8300065.814")
    months = queries.monthly_revenue(SYSTEM)
    assert (months[0].month, len(months)) == (date(2010, 12, 1), 13)
    # Money is kept to a ten-thousandth per order, so nothing is lost on the way.
    assert sum(month.revenue for month in months) == Decimal("9747747.934")
    assert all(m.revenue == m.new_revenue + m.returning_revenue + m.unknown_revenue for m in months)
    assert sum(month.new_customers for month in months) == found["lifetime_value"]["customers"]
    model = found["lifetime_value"]
    assert model["is_degenerate"]
    assert model["a"] < 1e-3
    assert any(warning.startswith("Degenerate fit") for warning in found["warnings"])
    assert model["backtest"]["revenue"]["model"]["bias"] < -0.3
    assert any("too low" in warning for warning in found["warnings"])
