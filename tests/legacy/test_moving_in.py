from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from dangol.core.catalog.products.models import Product
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor
from dangol.platform.api.models import ExternalId
from dangol.platform.exchange.registry import importers
from tests.legacy.files import Rows, amount, as_shown, bring, export, tables_of_dump, tables_of_sqlite

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def legacy(data: Path, name: str) -> Path:
    path = data / "legacy_erp" / name
    if not path.is_file():
        pytest.skip(f"needs {path} (set DANGOL_DATA)")
    return path


def everything(model: Any) -> Any:
    return model.objects.for_system("test")


def numbers_of_orders() -> dict[str, str]:
    """{order number: customer number}."""
    return dict(everything(Order).values_list("number", "person__customer_number"))


def sold_by_category() -> dict[str, Decimal]:
    rows = everything(Line).values_list("product__category").annotate(Sum("amount"))
    return {category: Decimal(total) for category, total in rows}


def test_northwind_moves_in_whole(data: Path, system: Actor, tmp_path: Path) -> None:
    tables = tables_of_dump(legacy(data, "northwind_postgres.sql"))
    _northwind_firms(tables, system, tmp_path)
    _northwind_people(tables, system, tmp_path)
    categories = {row["category_id"]: row["category_name"] for row in tables["categories"]}
    wares = [row | {"category_name": categories[row["category_id"]], "unit_price": as_shown(row["unit_price"])}
             for row in tables["products"]]  # fmt: skip
    assert bring(system, "products", export(tmp_path / "products.csv", wares))["rows_new"] == len(wares) == 77
    assert Counter(everything(Product).values_list("category", flat=True)) == Counter(
        row["category_name"] for row in wares
    )
    _northwind_orders(tables, {row["product_id"]: row["category_name"] for row in wares}, system, tmp_path)


def _northwind_firms(tables: dict[str, Rows], system: Actor, folder: Path) -> None:
    """Customers and suppliers are companies, called as there; old phones of no possible length are left blank."""
    firms = export(folder / "customers.csv", tables["customers"])
    columns = {"external_id": "customer_id"}
    strict = bring(system, "companies", firms, columns, system="northwind")
    assert strict["reasons"] == {"bad_phone": strict["rows_put_aside"]}
    result = bring(system, "companies", firms, columns, system="northwind", unreadable="blank")
    assert (result["rows_new"], result["rows_unchanged"]) == (strict["rows_put_aside"], strict["rows_new"])
    assert any(str(strict["rows_put_aside"]) in warning for warning in result["warnings"])
    suppliers = export(folder / "suppliers.csv", tables["suppliers"])
    columns = {"external_id": "supplier_id"}
    result = bring(system, "companies", suppliers, columns, system="northwind-suppliers", unreadable="blank")
    assert (result["rows_new"], result["rows_put_aside"]) == (29, 0)
    assert everything(Company).count() == 91 + 29
    named = dict(ExternalId.objects.filter(system="northwind").values_list("external_id", "record_id"))
    known = {firm.pk: firm.name for firm in everything(Company)}
    assert {key: known[pk] for key, pk in named.items()} == {
        row["customer_id"]: row["company_name"] for row in tables["customers"]
    }
    countries = Counter(row["country"] for row in (*tables["customers"], *tables["suppliers"]))
    assert everything(Company).filter(country="DE").count() == countries["Germany"]
    assert everything(Company).exclude(website="").count() == sum(bool(r["homepage"]) for r in tables["suppliers"])


def _northwind_people(tables: dict[str, Rows], system: Actor, folder: Path) -> None:
    """The contact of each customer is a person of that company, under the customer's number."""
    result = bring(system, "people", folder / "customers.csv", unreadable="blank")
    assert (result["rows_new"], result["rows_put_aside"], result["related_new"]) == (91, 0, 0)
    people = everything(Person).values_list("customer_number", "name", "job_title", "company__name")
    assert sorted(people) == sorted(
        (r["customer_id"], r["contact_name"], r["contact_title"], r["company_name"]) for r in tables["customers"]
    )
    assert "staff" not in {known.name for known in importers()}  # employees are staff: `dangol staff add`


def _northwind_orders(tables: dict[str, Rows], category: dict[str, str], system: Actor, folder: Path) -> None:
    heads = {row["order_id"]: row for row in tables["orders"]}
    prices = [row | {"unit_price": as_shown(row["unit_price"]), "discount": as_shown(row["discount"])}
              for row in tables["order_details"]]  # fmt: skip
    sums = [amount(row, "unit_price", "quantity", "discount") for row in prices]
    lines = [heads[row["order_id"]] | row | {"line_amount": total} for row, total in zip(prices, sums, strict=True)]
    names = ("order_id", "order_date", "customer_id", "product_id", "unit_price", "quantity", "line_amount")
    file = export(folder / "orders.csv", lines, names)
    result = bring(system, "orders", file, currency="USD", is_currency_adopted=True, shop="northwind")
    assert (result["rows_put_aside"], result["orders"], result["people"]) == (0, 830, 89)
    assert numbers_of_orders() == {row["order_id"]: row["customer_id"] for row in tables["orders"]}
    assert everything(Line).count() == 2155
    assert everything(Order).aggregate(total=Sum("amount"))["total"] == sum(sums)
    expected: Counter[str] = Counter()
    for row, total in zip(prices, sums, strict=True):
        expected[category[row["product_id"]]] += total  # type: ignore[assignment]
    assert sold_by_category() == expected
    assert (everything(Person).count(), everything(Product).count()) == (91, 77)  # nobody and nothing came twice


def test_chinook_moves_in_whole(data: Path, system: Actor, tmp_path: Path) -> None:
    tables = tables_of_sqlite(legacy(data, "chinook.sqlite"))
    customers = export(tmp_path / "customers.csv", tables["Customer"])
    result = bring(system, "people", customers, unreadable="blank")
    firms = {row["Company"] for row in tables["Customer"] if row["Company"]}
    assert (result["rows_new"], result["rows_put_aside"], result["related_new"]) == (59, 0, len(firms))
    people = everything(Person).values_list("customer_number", "name", "email", "company__name")
    assert sorted((n, name, mail, firm or "") for n, name, mail, firm in people) == sorted(
        (r["CustomerId"], f"{r['FirstName']} {r['LastName']}", r["Email"].lower(), r["Company"])
        for r in tables["Customer"]
    )
    genres = {row["GenreId"]: row["Name"] for row in tables["Genre"]}
    tracks = [row | {"Genre": genres[row["GenreId"]]} for row in tables["Track"]]
    columns = {"code": "TrackId", "category": "Genre"}
    assert bring(system, "products", export(tmp_path / "tracks.csv", tracks), columns)["rows_new"] == 3503
    _chinook_invoices(tables, system, tmp_path)


def _chinook_invoices(tables: dict[str, Rows], system: Actor, folder: Path) -> None:
    heads = {row["InvoiceId"]: row for row in tables["Invoice"]}
    file = export(folder / "invoices.csv", [heads[row["InvoiceId"]] | row for row in tables["InvoiceLine"]])
    columns = {"code": "TrackId", "total": ""}
    result = bring(system, "orders", file, columns, currency="USD", is_currency_adopted=True, shop="chinook")
    assert (result["rows_put_aside"], result["orders"], result["people"]) == (0, 412, 59)
    assert numbers_of_orders() == {row["InvoiceId"]: row["CustomerId"] for row in tables["Invoice"]}
    totals = {row["InvoiceId"]: Decimal(row["Total"]) for row in tables["Invoice"]}
    assert dict(everything(Order).values_list("number", "amount")) == totals
    assert sum(totals.values()) == Decimal("2328.60")
    assert everything(Order).aggregate(n=Sum("line_count"))["n"] == everything(Line).count() == 2240
    assert (everything(Person).count(), everything(Product).count()) == (59, 3503)
