from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from dangol.platform.engine.landing import Landed, land

COLUMNS = ("id", "name", "price", "months", "more")
SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("name", pa.string()),
        ("price", pa.decimal128(19, 4)),
        ("months", pa.string()),
        ("more", pa.string()),
    ]
)


@pytest.fixture
def table(db: None) -> Iterator[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE landed (id bigint PRIMARY KEY, name text, price numeric(19,4), months numeric(19,2)[],"
            " more jsonb) ON COMMIT DROP"
        )
        yield cursor


def put(*rows: tuple[Any, ...]) -> Landed:
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    batches = pa.Table.from_pylist(found, SCHEMA).to_batches()
    return land(batches, table="landed", key=("id",), columns=COLUMNS)


ONE = (1, 'a "b", c\n', Decimal("1.5000"), "{1.00,NULL}", '{"a": 1}')
TWO = (2, "", None, "{}", None)


def test_rows_land_as_they_are(table: Any) -> None:
    assert put(ONE, TWO) == Landed(added=2, rows=2)
    table.execute("SELECT id, name, price, months, more->>'a' FROM landed ORDER BY id")
    assert table.fetchall() == [
        (1, 'a "b", c\n', Decimal("1.5000"), [Decimal("1.00"), None], "1"),
        (2, "", None, [], None),
    ]


def test_rows_that_are_as_they_were_are_not_written(table: Any) -> None:
    put(ONE, TWO)
    table.execute("SELECT id, xmin, ctid FROM landed ORDER BY id")
    before = table.fetchall()
    assert put(ONE, TWO) == Landed(rows=2)
    table.execute("SELECT id, xmin, ctid FROM landed ORDER BY id")
    assert table.fetchall() == before


def test_what_differs_is_changed_what_is_missing_is_removed(table: Any) -> None:
    put(ONE, TWO)
    three = (3, "new", Decimal(3), "{}", None)
    assert put((1, "other", Decimal("1.5"), "{1.00,NULL}", '{"a": 1}'), three) == Landed(1, 1, 1, 2)
    table.execute("SELECT id, name FROM landed ORDER BY id")
    assert table.fetchall() == [(1, "other"), (3, "new")]
    assert put() == Landed(removed=2)
