"""A tracked table of its own, so that the engine is tested without knowing a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dangol.platform.engine.connection import connect
from dangol.platform.engine.datasets import Column, Dataset
from dangol.platform.engine.extract import Loaded, extract
from dangol.platform.engine.lake import Lake

THING = Dataset(
    name="thing",
    table="engine_test_thing",
    key="id",
    where="gone_at IS NULL",
    columns={
        "id": Column("Key.", type="integer"),
        "name": Column("Name."),
        "price": Column("Money.", type="decimal(19,4)"),
        "seen_at": Column("Moment.", type="moment"),
        "is_good": Column("Flag.", type="flag"),
    },
)
PART = Dataset(
    name="part",
    table="engine_test_part",
    key="id",
    columns={"id": Column("Key.", type="integer"), "thing_id": Column("Its thing.", type="integer")},
)
TABLES = """
CREATE TABLE engine_test_thing (id bigserial PRIMARY KEY, name text, price numeric(19,4), seen_at timestamptz,
  is_good boolean, gone_at timestamptz, changed_at timestamptz DEFAULT now(),
  changed_xid xid8 DEFAULT pg_current_xact_id());
CREATE TABLE engine_test_part (id bigserial PRIMARY KEY, thing_id bigint, changed_at timestamptz DEFAULT now(),
  changed_xid xid8 DEFAULT pg_current_xact_id());
"""
DROP = "DROP TABLE IF EXISTS engine_test_thing, engine_test_part"


@dataclass
class Shop:
    """A database with two tracked tables, a lake, and connections that commit when they are told to."""

    lake: Lake
    parameters: dict[str, Any]

    def connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**self.parameters)

    def run(self, statement: str) -> None:
        with psycopg.connect(**self.parameters, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def load(self, *datasets: Dataset) -> Loaded:
        return extract(self.lake, datasets=datasets or (THING, PART))

    def names(self) -> dict[int, str | None]:
        with connect(self.lake) as backend:
            return {row["id"]: row["name"] for row in backend.table("thing").to_pyarrow().to_pylist()}

    def prices(self) -> dict[int, Decimal | None]:
        with connect(self.lake) as backend:
            return {row["id"]: row["price"] for row in backend.table("thing").to_pyarrow().to_pylist()}


@pytest.fixture
def shop(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Shop]:
    """What is written here is committed, so it is removed by hand afterwards."""
    with django_db_blocker.unblock():
        yield from _shop(tmp_path)


def _shop(tmp_path: Path) -> Iterator[Shop]:
    from django.db import connections

    from dangol.platform.db.changes import track_changes
    from dangol.platform.db.connections import libpq_parameters

    with connections["owner"].cursor() as cursor:
        cursor.execute(DROP)
        cursor.execute(TABLES)
        for dataset in (THING, PART):
            cursor.execute(str(track_changes(dataset.table).sql))
        cursor.execute("DELETE FROM db_tombstone WHERE table_name LIKE 'engine_test%'")
    yield Shop(Lake(tmp_path / "lake"), libpq_parameters(connections["default"].settings_dict))
    with connections["owner"].cursor() as cursor:
        cursor.execute(DROP)
