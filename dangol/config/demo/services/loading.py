"""Loading the demo company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from dangol.config.demo.errors import DemoRefused
from dangol.config.demo.events import DemoLoaded
from dangol.config.demo.generator.invent import (
    ADDRESS,
    COUNTRY,
    CURRENCY,
    CUSTOMERS,
    EMAIL,
    PHONE,
    TIME_ZONE,
    DemoCompany,
    invent,
)
from dangol.config.demo.generator.rates import SOURCE
from dangol.config.demo.generator.rows import ProductRow
from dangol.config.demo.generator.words import Language
from dangol.config.demo.queries import is_loaded
from dangol.config.demo.services.copying import copy_rows, take_ids
from dangol.config.demo.services.indexing import index
from dangol.config.demo.services.marketing import store_marketing
from dangol.config.demo.services.membership import store_membership
from dangol.config.demo.services.staffing import hire
from dangol.config.demo.services.ties import store_ties
from dangol.config.demo.services.visiting import store_visits
from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.products.models import Product
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import change_workspace
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit_bulk
from dangol.platform.jobs.progress import Tracker

LOCK = 7_301_077  # one load or removal at a time


@dataclass(frozen=True)
class Loaded:
    """What stands there now; `is_new` is False when it stood there before and nothing was done."""

    people: int = 0
    companies: int = 0
    products: int = 0
    orders: int = 0
    lines: int = 0
    is_new: bool = True


@dataclass(frozen=True)
class Keys:
    """Under which keys the rows are stored, by their places in the invented company."""

    products: list[int]
    companies: list[int]
    people: list[int]
    orders: list[int]


def load(
    *,
    actor: Actor,
    today: date,
    progress: Tracker | None = None,
    language: Language | None = None,
    customers: int = CUSTOMERS,
) -> Loaded:
    """Load the demo company as it stands on the morning of `today`, in one transaction; a second time does nothing.

    `language` is that of products, firms and places (default: the workspace's). `progress` hears of each step; since
    nothing is seen before the end, it should be one without a row. The analysis is the caller's next step.

    Raises:
        Forbidden: the actor may not change the workspace.
        DemoRefused: the house counts in another currency, or holds rows under the demo company's numbers.
    """
    require(actor, "change", "workspace")
    tell = progress or Tracker(None)
    with transaction.atomic():
        wait_for_turn()
        if is_loaded():
            return Loaded(is_new=False)
        _check_currency()
        tell.begin(str(_("Inventing customers and orders")))
        people = take_ids(Person, customers)
        company = invent(today, language=language or _language(), customers=customers, ids=people)
        _open_workspace(actor, company)
        try:
            staff = hire(actor=actor, company=company)
            keys = _store(company, staff, people, tell)
            tell.begin(str(_("Storing consent and campaigns")))
            store_marketing(company, people, staff)
            tell.begin(str(_("Working out grades and points")))
            store_membership(today)
            tell.begin(str(_("Storing visits of the web shop")))
            store_visits(company)
        except IntegrityError as error:
            raise DemoRefused(*_clash()) from error
        tell.begin(str(_("Making everything findable")))
        index(company, keys.products, keys.companies, keys.people, keys.orders)
        store_ties(keys.people, keys.companies, company.language, today)
        return _announce(actor, company, keys)


def wait_for_turn() -> None:
    """Let one load or removal after the other change the house."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _language() -> Language:
    return "ko" if workspace().language == "ko" else "en"


def _check_currency() -> None:
    ours = workspace()
    is_in_use = Order.objects.for_system("demo company").exists()
    if ours.currency != CURRENCY and (is_in_use or ours.name):
        raise DemoRefused(
            _("The demo company counts in won (KRW), this house in %(currency)s.") % {"currency": ours.currency},
            _("Point DANGOL_HOME at an empty folder and load it there."),
        )


def _clash() -> tuple[str, str]:
    return (
        _("Some of your own products, customers or orders have the numbers that the demo company uses."),
        _("Point DANGOL_HOME at an empty folder and load it there."),
    )


def _open_workspace(actor: Actor, company: DemoCompany) -> None:
    """Name a house that nobody has named yet; one that has a name keeps all its settings."""
    values: dict[str, Any] = {"is_currency_chosen": True}
    if not workspace().name:
        values |= {"name": company.name, "currency": CURRENCY, "time_zone": TIME_ZONE, "country": COUNTRY}
        values |= {
            "language": company.language,
            "email": EMAIL,
            "phone": PHONE,
            "address": ADDRESS.told(company.language),
        }
    change_workspace(actor=actor, values=values)


def _store(company: DemoCompany, staff: dict[str, int], people: list[int], tell: Tracker) -> Keys:
    orders, lines = company.book
    keys = Keys(
        take_ids(Product, len(company.products)),
        take_ids(Company, len(company.companies)),
        people,
        take_ids(Order, len(orders)),
    )
    tell.begin(str(_("Storing customers and products")))
    _store_catalogue(company, keys)
    _store_customers(company, keys, staff)
    tell.begin(str(_("Storing orders")), len(orders) + len(lines))
    copy_rows(
        Order,
        ("id", "is_demo", "source", "number", "kind", "person_id", "ordered_at", "country", "currency", "rate",
         "rate_on", "amount", "value", "line_count", "note"),
        ((keys.orders[i], True, *o[:3], None if o.person is None else keys.people[o.person], *o[4:])
         for i, o in enumerate(_told(orders, tell))),
    )  # fmt: skip
    copy_rows(
        Line,
        ("order_id", "position", "product_id", "code", "description", "kind", "quantity", "unit_price", "amount",
         "value", "occurred_at"),
        ((keys.orders[line.order], line.position, keys.products[line.product], *line[3:])
         for line in _told(lines, tell)),
    )  # fmt: skip
    return keys


def _store_catalogue(company: DemoCompany, keys: Keys) -> None:
    columns = ("id", "is_demo", "code", "name", "kind", "category", "price", "cost")
    copy_rows(Product, columns, ((keys.products[i], True, *p, cost_of(p)) for i, p in enumerate(company.products)))
    # A rate that the firm wrote down itself for that day stays.
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(**rate._asdict(), source=SOURCE) for rate in company.rates], ignore_conflicts=True
    )


def cost_of(product: ProductRow) -> Decimal | None:
    """What an article costs the firm; nobody wrote it down for presents, and fees cost nothing to speak of."""
    if product.kind != "goods" or product.code.startswith("HW-GIFT-"):
        return None
    return (product.price * Decimal("0.46")).quantize(Decimal(10))


def _store_customers(company: DemoCompany, keys: Keys, staff: dict[str, int]) -> None:
    copy_rows(
        Company,
        ("id", "is_demo", "name", "registration_number", "industry", "website", "phone", "country", "city", "address",
         "owner_id", "created_at"),
        ((keys.companies[i], True, *c[:8], staff.get(c.owner), c.created_at)
         for i, c in enumerate(company.companies)),
    )  # fmt: skip
    copy_rows(
        Person,
        ("id", "is_demo", "customer_number", "name", "latin_name", "email", "phone", "company_id", "job_title",
         "country", "city", "address", "language", "born_on", "source", "owner_id", "created_at"),
        ((keys.people[i], True, *p[:5], None if p.company is None else keys.companies[p.company], *p[6:13],
          staff.get(p.owner), p.created_at)
         for i, p in enumerate(company.people)),
    )  # fmt: skip


def _told(rows: list[Any], tell: Tracker) -> Iterator[Any]:
    for i, row in enumerate(rows, 1):
        if i % 2_000 == 0 or i == len(rows):
            tell.advance(i - (i - 1) // 2_000 * 2_000)
        yield row


def _announce(actor: Actor, company: DemoCompany, keys: Keys) -> Loaded:
    loaded = Loaded(
        people=len(keys.people),
        companies=len(keys.companies),
        products=len(keys.products),
        orders=len(keys.orders),
        lines=len(company.book.lines),
    )
    event = DemoLoaded(
        subject_id=workspace().pk,
        people=loaded.people,
        companies=loaded.companies,
        products=loaded.products,
        orders=loaded.orders,
        lines=loaded.lines,
    )
    named = (("product", keys.products), ("company", keys.companies), ("person", keys.people))
    rows = (RowChange(subject, key, None, {"is_demo": True}) for subject, own in named for key in own)
    emit_bulk(event, actor=actor, rows=rows)
    return loaded
