"""Packing the whole company: all tables of one moment, the files, and a manifest.

Rows pass from database to disk as they are, so memory stays flat at any size.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _
from psycopg import sql

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.db.connections import libpq_parameters
from dangol.platform.events.stream import emit
from dangol.platform.exports.company import dictionary
from dangol.platform.exports.company.catalog import Table, tables
from dangol.platform.exports.company.closed import closed_tables
from dangol.platform.exports.company.readme import README
from dangol.platform.exports.company.rights import require_everything
from dangol.platform.exports.company.sinks import FolderSink, Sink, ZipSink, pour
from dangol.platform.exports.events import WorkspaceExported
from dangol.platform.exports.models import ExportRun
from dangol.platform.jobs.progress import Tracker

FORMAT, FORMAT_VERSION, MANIFEST = "dangol-company", 1, "manifest.json"
NOT_FILES = ("imports", "coming")
Content = Literal["jsonl", "csv"]
# Neither sign stands in JSON text unescaped (RFC 8259, section 7), so that CSV's quoting never touches a line.
RAW = "(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"


def pack_for(run: ExportRun, actor: Actor, target: Path, tracker: Tracker) -> int:
    """Pack the company for a run of the page; returns how many rows left. Raises Forbidden, Stopped."""
    require_everything(actor)
    content: Content = "csv" if run.asked.get("content") == "csv" else "jsonl"
    return pack_zip(target, actor, tracker, content=content, has_files=bool(run.asked.get("has_files", True)))


def pack_zip(
    target: Path, actor: Actor, tracker: Tracker, *, content: Content = "jsonl", has_files: bool = True
) -> int:
    """Pack the company into a ZIP file; returns how many rows left."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as archive:
        return pack(ZipSink(archive), actor, tracker, content=content, has_files=has_files)


def pack_folder(
    target: Path, actor: Actor, tracker: Tracker, *, content: Content = "jsonl", has_files: bool = True
) -> int:
    """Pack the company into an empty folder; returns how many rows left."""
    return pack(FolderSink(target), actor, tracker, content=content, has_files=has_files)


def pack(sink: Sink, actor: Actor, tracker: Tracker, *, content: Content = "jsonl", has_files: bool = True) -> int:
    """Write every part, the manifest last. It is noted before the first row leaves."""
    emit(WorkspaceExported(form=content, has_files=has_files), actor=actor)
    made_at = datetime.now(UTC)
    parts: list[dict[str, Any]] = []
    told: dict[str, Any] = {}
    with _one_moment() as other, other.cursor() as cursor:
        leaving = tables(cursor)
        for table in leaving:
            part = _write_table(sink, cursor, table, content, tracker)
            parts.append(part)
            told[table.name] = dictionary.described(table, part["rows"], part["path"])
    if has_files:
        parts += _write_files(sink, tracker)
    with sink.part("README.txt") as readme:
        readme.write(README.encode())
    manifest = {
        "format": FORMAT, "format_version": FORMAT_VERSION, "made_at": made_at.isoformat(timespec="seconds"),
        "made_by": {"program": "Dangol", "version": version("dangol")}, "company": workspace().name,
        "content": content, "has_files": has_files, "schema": dictionary.schema_of(connection),
        "parts": parts, "tables": told, "objects": dictionary.objects(), "left_out": closed_tables(),
    }  # fmt: skip
    with sink.part(MANIFEST) as last:
        last.write(json.dumps(manifest, ensure_ascii=False, indent=1, default=str).encode())
    return sum(part.get("rows", 0) for part in parts)


@contextmanager
def _one_moment() -> Iterator[psycopg.Connection[Any]]:
    """A connection that sees the house as it is at one moment, however long it takes to read it."""
    given = connections["default"].settings_dict
    parameters = libpq_parameters({**given, "OPTIONS": {}})
    with psycopg.connect(**parameters) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.read_only = True
        other.execute("SET LOCAL TimeZone = 'UTC'")
        other.execute("SET LOCAL DateStyle = 'ISO'")
        other.execute("SET LOCAL extra_float_digits = 1")
        yield other


def _write_table(sink: Sink, cursor: Any, table: Table, content: Content, tracker: Tracker) -> dict[str, Any]:
    tracker.begin(_("Writing %(table)s") % {"table": table.name}, table.rows)
    rows = 0
    with sink.part(f"tables/{table.name}.{content}") as part, cursor.copy(_statement(table, content)) as copy:
        for block in copy:
            raw = bytes(block)
            part.write(raw)
            if content == "jsonl":
                count = raw.count(b"\n")
                rows += count
                tracker.advance(count)
            else:
                tracker.advance(0)
    if content == "csv":
        rows = max(cursor.rowcount, 0)
    return dict(part.as_json(kind="table", table=table.name, rows=rows))


def _statement(table: Table, content: Content) -> Any:
    columns = sql.SQL(", ").join(sql.Identifier(c.name) for c in table.columns)
    order = sql.SQL(", ").join(sql.Identifier(name) for name in table.key) if table.key else sql.SQL("1")
    rows = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(columns, sql.Identifier(table.name), order)
    if content == "csv":
        return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(rows)
    return sql.SQL("COPY (SELECT row_to_json(r) FROM ({}) r) TO STDOUT " + RAW).format(rows)


def _write_files(sink: Sink, tracker: Tracker) -> list[dict[str, Any]]:
    root: Path = settings.HOME.files
    found = [p for p in sorted(root.rglob("*")) if p.is_file() and not p.is_symlink()
             and p.relative_to(root).parts[0] not in NOT_FILES]  # fmt: skip
    tracker.begin(_("Writing files"), len(found))
    parts = []
    for path in found:
        if not path.is_file():
            continue  # removed meanwhile; no row of this moment needs it more than the person who removed it
        with sink.part(f"files/{path.relative_to(root).as_posix()}") as part:
            pour(path, part)
        parts.append(part.as_json(kind="file"))
        tracker.advance()
    return parts
