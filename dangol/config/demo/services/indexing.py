"""Making the demo company findable, in the same words as records written one by one."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from dangol.config.demo.generator.invent import DemoCompany
from dangol.core.catalog.products.models import Product
from dangol.core.catalog.products.services import PRODUCTS
from dangol.core.customers.companies.models import Company
from dangol.core.customers.companies.services import COMPANIES
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import PEOPLE
from dangol.core.purchases.orders.services.writing import ORDERS
from dangol.platform.objects.writing import RecordWriter
from dangol.platform.search.services import Texts, remember_many

Entry = tuple[int, str, Texts]


def index(
    company: DemoCompany, products: list[int], companies: list[int], people: list[int], orders: list[int]
) -> None:
    """Put all records into the search; the lists are their keys.

    Orders are so many that making models of them would take longer than storing them.
    """
    found: tuple[tuple[RecordWriter, list[Any]], ...] = (
        (PRODUCTS, [Product(pk=k, code=p.code, name=p.name, category=p.category)
                    for k, p in zip(products, company.products, strict=True)]),
        (COMPANIES, [Company(pk=k, name=c.name, registration_number=c.registration_number, phone=c.phone, city=c.city,
                             website=c.website) for k, c in zip(companies, company.companies, strict=True)]),
        (PEOPLE, [Person(pk=k, name=p.name, latin_name=p.latin_name, email=p.email, phone=p.phone,
                         customer_number=p.customer_number) for k, p in zip(people, company.people, strict=True)]),
        (ORDERS, [SimpleNamespace(pk=k, number=o.number) for k, o in zip(orders, company.book.orders, strict=True)]),
    )  # fmt: skip
    for writer, records in found:
        remember_many(writer.name, _entries(writer, records))


def _entries(writer: RecordWriter, records: list[Any]) -> Iterator[Entry]:
    for record in records:
        title, texts = writer.search(record)
        yield record.pk, title, texts
