"""What stands in every table, so that two moments can be compared; and people with things that belong to them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from dangol.core.consent.ledger.models import Purpose
from dangol.core.consent.ledger.services import record_consent
from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor

HISTORY = ("event", "event_change", "identity_merge", "search_searchword", "delivery")
"""What only grows: that something happened, and was taken back."""
STAMPS = ("changed_at", "changed_xid")


def everything() -> dict[str, list[str]]:
    """Each row of each table as text, but for what only grows, for queues, and for the moments of the last change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [t for (t,) in cursor.fetchall() if not t.startswith(("procrastinate", "django", *HISTORY, "events_"))]
        found = {}
        for table in tables:
            key = " - 'id'" if table == "search_searchentry" else ""
            cursor.execute(f'SELECT (to_jsonb(t) - %s::text[]{key})::text FROM "{table}" t ORDER BY 1', [list(STAMPS)])
            found[table] = [row for (row,) in cursor.fetchall()]
    return {table: rows for table, rows in found.items() if rows}


def person(name: str, **values: Any) -> Any:
    """A person as the system adds one."""
    return create_person(actor=Actor.system("test"), values={"name": name, **values})


def order(person_id: int | None, number: str, source: str = "shop") -> Any:
    return Order.objects.create(
        person_id=person_id, number=number, source=source, ordered_at=datetime(2026, 1, 2, tzinfo=UTC), currency="KRW",
        amount=Decimal(1000),
    )  # fmt: skip


def said(person_id: int, state: str, day: int, purpose: int = 0, *, is_for_night: bool = False) -> Any:
    """One line of the ledger, of a day of January."""
    purposes = list(Purpose.objects.order_by("pk"))
    return record_consent(
        actor=Actor.system("test"), person_id=person_id, purpose_id=purposes[purpose].pk, channel="email", state=state,
        method="staff", at=datetime(2026, 1, day, tzinfo=UTC), is_for_night=is_for_night,
    )  # fmt: skip
