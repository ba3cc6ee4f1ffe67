"""An import asked for on the command line: the file is read where it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.exchange.columns import columns_by_name, guess_columns
from dangol.platform.exchange.errors import BadMapping
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.put_aside import write_put_aside
from dangol.platform.exchange.reader import Table, open_table
from dangol.platform.exchange.registry import Job, importer
from dangol.platform.exchange.services import GUESS_ROWS, finish_run, record_run
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
) -> dict[str, Any]:
    """Carry out an import (or its dry run) now and return its answer, with `columns` and the texts of reasons added.

    `columns` {field: column name or number} corrects the guess; an empty name takes a field out. With `put_aside` the
    rows put aside are written to that file.

    Raises:
        CannotContinue: the file, the columns or a choice cannot be used; Forbidden.
    """
    chosen = importer(kind)
    table, mapping = look(kind, path, columns, options)
    chosen.check(mapping, options, table.header)
    run = None
    if not is_dry:
        run = record_run(actor=actor, kind=kind, path=path, mapping=mapping, options=options, header=table.header)
    job = Job(table, mapping, options, actor, Tracker(None, listener), str(run.pk) if run else "")
    try:
        result = chosen.run(job, is_dry=is_dry)
    except (Exception, KeyboardInterrupt) as error:
        if run:
            state = (
                ImportRun.State.STOPPED if isinstance(error, Stopped | KeyboardInterrupt) else ImportRun.State.FAILED
            )
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
    mapping = guess_columns(fields, table.header, table.sample(GUESS_ROWS), chosen.ignored)
    try:
        given = columns_by_name({f: c for f, c in columns.items() if c}, table.header)
    except KeyError as error:
        raise BadMapping(
            _("The file has no column %(name)s.") % {"name": error.args[0]},
            _("It has: %(header)s.") % {"header": ", ".join(table.header)},
        ) from None
    kept = {f: p for f, p in mapping.items() if f not in columns and p not in given.values()}
    return kept | given
