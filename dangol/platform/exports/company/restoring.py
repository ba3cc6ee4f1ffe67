"""Reading a whole company back into an empty house: all rows in one transaction by the owner's right, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection as django_connection
from psycopg import sql

from dangol.platform.db.connections import libpq_parameters
from dangol.platform.db.errors import CannotContinue
from dangol.platform.exports.company.archive import Archive, damaged
from dangol.platform.exports.company.catalog import Table, tables
from dangol.platform.exports.company.closed import room_for
from dangol.platform.exports.company.dictionary import schema_of
from dangol.platform.exports.company.packing import RAW
from dangol.platform.objects.custom_objects.building import statements_for
from dangol.platform.objects.custom_objects.rules import is_name
from dangol.platform.objects.registry import object_types

_BLOCK = 1024 * 1024
Step = Callable[[str, int], None]


def restore(archive: Archive, owner: dict[str, Any], step: Step = lambda name, rows: None) -> dict[str, int]:
    """Put everything of an archive that was checked into this house; returns rows by table.

    `owner` are the settings of a connection that may change tables; `step` is told each table and its rows.

    Raises:
        CannotContinue: the house is not empty, the archive holds CSV, or its tables are not those of this version.
    """
    if archive.manifest["content"] != "jsonl":
        raise CannotContinue(
            "This export holds CSV, which is for reading elsewhere.", "Make one as JSON lines: dangol export --all FILE"
        )
    with psycopg.connect(**libpq_parameters({**owner, "OPTIONS": {}})) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        _make_own_tables(archive, cursor)
        here = {table.name: table for table in tables(cursor)}
        _refuse_unknown(archive, here)
        _refuse_other_shape(archive)
        _refuse_full(cursor)
        _put_files(archive)
        counts = _put_rows(archive, cursor, here, step)
    return counts


def _make_own_tables(archive: Archive, cursor: Any) -> None:
    """Make the tables of the objects that the company made itself; an empty house has none of them."""
    there = {table.name for table in tables(cursor)}
    for name in archive.manifest["tables"]:
        if is_name(name) and name not in there:
            for statement in statements_for(name):
                cursor.execute(statement)


def _refuse_full(cursor: Any) -> None:
    names = ["accounts_user", "event", *(t.model._meta.db_table for t in object_types())]
    for name in dict.fromkeys(names):
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name)))
        if cursor.fetchone()[0]:
            raise CannotContinue(
                "This house holds data already. An export of a whole company is read into an empty one.",
                "Point DANGOL_HOME at a new folder, and run the command again.",
            )


def _refuse_unknown(archive: Archive, here: dict[str, Table]) -> None:
    for name, told in archive.manifest["tables"].items():
        columns = {c.name for c in here[name].columns} if name in here else set()
        gone = [c["name"] for c in told["columns"] if c["name"] not in columns]
        if told["rows"] and gone:
            raise CannotContinue(
                f"The export holds {name}.{gone[0]}, which this version of Dangol does not know.",
                f"Read it back with Dangol {archive.manifest['made_by']['version']}, then upgrade.",
            )


def _refuse_other_shape(archive: Archive) -> None:
    told, here = archive.manifest["schema"], schema_of(django_connection)
    other = sorted(app for app in told.keys() | here.keys() if told.get(app) != here.get(app))
    if other:
        made_by = archive.manifest["made_by"]["version"]
        raise CannotContinue(
            f"The export was made by Dangol {made_by}, whose tables differ from those here ({other[0]}).",
            f"Read it back with Dangol {made_by}, then upgrade.",
        )


def _put_rows(archive: Archive, cursor: Any, here: dict[str, Table], step: Step) -> dict[str, int]:
    told = archive.manifest["tables"]
    coming = [here[name] for name in told if name in here]
    for table in coming:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table.name)))
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
    counts = {}
    for table in coming:
        step(table.name, told[table.name]["rows"])
        counts[table.name] = _put_table(archive, cursor, table, told[table.name])
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in coming:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table.name)))
    return counts


def _put_table(archive: Archive, cursor: Any, table: Table, told: dict[str, Any]) -> int:
    cursor.execute("CREATE TEMPORARY TABLE coming (doc json) ON COMMIT DROP")
    with archive.open(told["part"]) as stream, cursor.copy("COPY coming FROM STDIN " + RAW) as copy:
        while block := stream.read(_BLOCK):
            copy.write(block)
    room_for(table.name, cursor)
    known = {c["name"] for c in told["columns"]}
    columns = [c for c in table.columns if c.name in known]
    # JSON's null and a value that is null are one in JSON lines; where a column takes no NULL, the value is meant.
    values = [
        sql.SQL("coalesce({}, 'null'::jsonb)" if c.type == "jsonb" and not c.is_nullable else "{}").format(
            sql.SQL("r.{}").format(sql.Identifier(c.name))
        )
        for c in columns
    ]
    names = [sql.Identifier(name) for name in (*(c.name for c in columns), *table.fills)]
    cursor.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
            " SELECT {values} FROM coming, json_populate_record(NULL::{table}, doc) r"
        ).format(
            table=sql.Identifier(table.name),
            names=sql.SQL(", ").join(names),
            values=sql.SQL(", ").join([*values, *(sql.SQL(fill) for fill in table.fills.values())]),
        )
    )
    count = int(cursor.rowcount)
    cursor.execute("DROP TABLE coming")
    if count != told["rows"]:
        raise damaged(archive.place, f"{table.name} has {count} rows, not {told['rows']}")
    _go_on_counting(cursor, table)
    return count


def _go_on_counting(cursor: Any, table: Table) -> None:
    for column in table.columns:
        if column.is_numbered:
            cursor.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({name}, {column_name}), greatest(max({column}), 1),"
                    " max({column}) IS NOT NULL) FROM {table}"
                ).format(
                    name=sql.Literal(f'"{table.name}"'),
                    column_name=sql.Literal(column.name),
                    column=sql.Identifier(column.name),
                    table=sql.Identifier(table.name),
                )
            )


def _put_files(archive: Archive) -> None:
    """Contents are named by what they hold, so that a copy of one that is there already does no harm."""
    root: Path = settings.HOME.files
    for part in archive.parts:
        if part["kind"] != "file":
            continue
        target = root / Path(part["path"]).relative_to("files")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(descriptor, "wb") as out, archive.open(part["path"]) as stream:
            while block := stream.read(_BLOCK):
                out.write(block)
        os.replace(name, target)
