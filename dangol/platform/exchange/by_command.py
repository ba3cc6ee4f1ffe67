"""An import asked for on the command line: the file is read where it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.db.errors import CannotContinue
from dangol.platform.exchange.columns import columns_by_name
from dangol.platform.exchange.errors import BadMapping
from dangol.platform.exchange.files.preparing import needs_preparing, prepare
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.put_aside import write_put_aside
from dangol.platform.exchange.reader import Table, open_table
from dangol.platform.exchange.registry import Importer, Job, importer
from dangol.platform.exchange.services import finish_run, guess, new_file, record_run
from dangol.platform.jobs.progress import Stopped, Tracker

Listener = Callable[[int, int, str], None]


def take_in(
    kind: str,
    path: Path,
    *,
    actor: Actor,
    columns: Mapping[str, str],
    options: Mapping[str, Any],
    is_dry: bool,
    listener: Listener,
    put_aside: Path | None = None,
    is_afresh: bool = False,
) -> dict[str, Any]:
    """Carry out an import (or its dry run) now and return its answer, with `columns` and the texts of reasons added.

    `columns` {field: column name or number} corrects the guess; an empty name takes a field out. With `put_aside` the
    rows put aside are written to that file. An import in batches that was broken off in the middle of the same file is
    gone on with, unless `is_afresh`.

    Raises:
        CannotContinue: the file, the columns or a choice cannot be used; Forbidden.
    """
    with as_text(path, options) as readable:
        return _take_in(_Asked(kind, path, readable, actor, columns, options, is_afresh), is_dry, listener, put_aside)


@dataclass(frozen=True)
class _Asked:
    """What was asked for: `readable` is the text table made of the file at `path`, or that file itself."""

    kind: str
    path: Path
    readable: Path
    actor: Actor
    columns: Mapping[str, str]
    options: Mapping[str, Any]
    is_afresh: bool


def _take_in(asked: _Asked, is_dry: bool, listener: Listener, put_aside: Path | None) -> dict[str, Any]:
    chosen = importer(asked.kind)
    table, mapping = look(asked.kind, asked.readable, asked.columns, asked.options)
    options = _with_suggested(chosen, table, mapping, asked.options, asked.actor)
    chosen.check(mapping, options, table.header)
    run = None if is_dry else _run_for(asked, chosen, mapping, options, table)
    job = Job(table, mapping, options, asked.actor, Tracker(None, listener), str(run.pk) if run else "")
    try:
        with _held(run):
            result = chosen.run(job, is_dry=is_dry)
    except (Exception, KeyboardInterrupt) as error:
        if run:
            is_stopped = isinstance(error, Stopped | KeyboardInterrupt)
            state = ImportRun.State.STOPPED if is_stopped else ImportRun.State.FAILED
            finish_run(run.pk, state=state, message=str(error))
        raise
    if run:
        finish_run(run.pk, state=ImportRun.State.DONE, result=result)
        if put_aside:
            write_put_aside(run, table.header, put_aside)
    return result | {
        "columns": {field: table.header[place] for field, place in mapping.items()},
        "reason_texts": {code: str(chosen.reasons.get(code, code)) for code in result["reasons"]},
    }


@contextmanager
def as_text(path: Path, options: Mapping[str, Any]) -> Iterator[Path]:
    """A file as a text table for as long as the block runs: itself, or what is made of a spreadsheet. Raises `BadFile`.

    `options` may hold `sheet` and `password`.
    """
    if not needs_preparing(path):
        yield path
        return
    target = new_file()
    try:
        prepare(path, target, password=str(options.get("password", "")), sheet=str(options.get("sheet", "")))
        yield target
    finally:
        target.unlink(missing_ok=True)


def _run_for(
    asked: _Asked, chosen: Importer, mapping: Mapping[str, int], options: Mapping[str, Any], table: Table
) -> ImportRun:
    known = {name: value for name, value in options.items() if name != "password"}
    begun = None if chosen.is_whole or asked.is_afresh else _begun(asked.kind, asked.path, mapping, known)
    return begun or record_run(
        actor=asked.actor, kind=asked.kind, path=asked.path, mapping=mapping,
        options={**known, "digest": digest_of(asked.path)}, header=table.header,
    )  # fmt: skip


def _with_suggested(
    chosen: Importer, table: Table, mapping: Mapping[str, int], options: Mapping[str, Any], actor: Actor
) -> Mapping[str, Any]:
    """What was given, beside what the importer suggests; one that writes in one go suggests for itself."""
    if chosen.is_whole:
        return options
    given = {name: value for name, value in options.items() if value not in ("", None, {})}
    return chosen.suggest(table, mapping, actor) | given


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, by which it is known again."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _begun(kind: str, path: Path, mapping: Mapping[str, int], options: Mapping[str, Any]) -> ImportRun | None:
    """A run that was broken off in the middle of this very file, read in this very way."""
    runs = ImportRun.objects.filter(kind=kind, mapping=dict(mapping), done_rows__gt=0, options__digest=digest_of(path))
    run = runs.exclude(state=ImportRun.State.DONE).order_by("-created_at").first()
    if run is None or any(run.options.get(name) != value for name, value in options.items()):
        return None
    run.state, run.message = ImportRun.State.RUNNING, ""
    run.save(update_fields=["state", "message"])
    return run


@contextmanager
def _held(run: ImportRun | None) -> Iterator[None]:
    """Hold a run for this process alone. Raises CannotContinue while another works on it."""
    if run is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 6402))", [str(run.pk)])
        if not cursor.fetchone()[0]:
            raise CannotContinue(
                _("This file is being taken in already."), _("Wait until that is done; dangol jobs list shows it.")
            )
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 6402))", [str(run.pk)])


def look(
    kind: str, path: Path, columns: Mapping[str, str], options: Mapping[str, Any] | None = None
) -> tuple[Table, dict[str, int]]:
    """Open a file and tell its columns. Raises `BadFile`, `BadMapping`."""
    options = options or {}
    table = open_table(path, encoding=options.get("encoding", ""), separator=options.get("separator", ""))
    return table, _mapping(table, kind, columns)


def _mapping(table: Table, kind: str, columns: Mapping[str, str]) -> dict[str, int]:
    chosen = importer(kind)
    fields = chosen.fields
    known = {field.name for field in fields}
    for name in columns:
        if name not in known:
            raise BadMapping(
                _("There is no field %(name)s.") % {"name": name},
                _("Fields: %(names)s.") % {"names": ", ".join(field.name for field in fields)},
            )
    mapping, _named = guess(chosen, table, fields)
    try:
        given = columns_by_name({f: c for f, c in columns.items() if c}, table.header)
    except KeyError as error:
        raise BadMapping(
            _("The file has no column %(name)s.") % {"name": error.args[0]},
            _("It has: %(header)s.") % {"header": ", ".join(table.header)},
        ) from None
    kept = {f: p for f, p in mapping.items() if f not in columns and p not in given.values()}
    return kept | given
