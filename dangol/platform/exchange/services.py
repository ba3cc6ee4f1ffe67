"""Writing down import runs: the file kept, the columns chosen, what came of it."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.db.errors import from_os_error
from dangol.platform.db.home import Home
from dangol.platform.exchange.columns import ImportField, guess_columns
from dangol.platform.exchange.errors import BadFile, BadMapping, BadOption
from dangol.platform.exchange.files.preparing import needs_preparing, prepare
from dangol.platform.exchange.mappings import fitting_mapping, usable_columns
from dangol.platform.exchange.models import ImportRun, PutAside, SavedMapping
from dangol.platform.exchange.presets import fitting_preset
from dangol.platform.exchange.reader import Table, open_table
from dangol.platform.exchange.registry import Importer, importer
from dangol.platform.jobs.models import Progress

LARGEST_UPLOAD = 512 * 1024 * 1024
GUESS_ROWS = 200


def imports_folder() -> Path:
    """Where uploaded files lie, made when missing."""
    folder = Home.from_environment().files / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def file_of(run: ImportRun) -> Path:
    """The stored file of a run. Raises `BadFile` when it is no longer there."""
    path = imports_folder() / Path(run.stored_as or "missing").name
    if not run.stored_as or not path.is_file():
        raise BadFile(_("The file of this import is no longer kept."), _("Upload it again."))
    return path


def start_run(*, actor: Actor, kind: str, upload: UploadedFile[Any], password: str = "") -> ImportRun:
    """Keep an uploaded file under a random name, look at it, and guess its columns.

    Spreadsheets and address cards are written anew as a text table first; `password` opens a protected one.

    Raises:
        Forbidden: the actor may not create what the file holds.
        BadFile: it is too large, empty, or no table; nothing is kept then.
    """
    chosen = importer(kind)
    require(actor, "create", chosen.object_name)
    size = upload.size or 0
    if size > LARGEST_UPLOAD:
        raise BadFile(
            _("The file is larger than %(limit)d MB.") % {"limit": LARGEST_UPLOAD // 1024**2},
            _("Pack it with gzip, split it, or use: dangol import."),
        )
    path = new_file()
    kept = [path]
    try:
        _store(upload, path)
        told: dict[str, Any] = {}
        if needs_preparing(path):
            kept.append(new_file())
            told = _prepared(path, kept[1], {"password": password, "sheet": ""})
        mapping, options = look_at(chosen, open_table(kept[-1]), actor)
    except BaseException:
        for one in kept:
            one.unlink(missing_ok=True)
        raise
    if kept[1:] and not told["source"]:
        path.unlink()
    return ImportRun.objects.create(
        kind=kind, file_name=Path(upload.name or "file").name[:200], stored_as=kept[-1].name, size=size,
        mapping=mapping, options=options | told, user_id=actor.user_id,
    )  # fmt: skip


def new_file() -> Path:
    """A place for a file of an import, under a random name."""
    return imports_folder() / f"{secrets.token_hex(16)}.table"


def _prepared(source: Path, target: Path, how: Mapping[str, str]) -> dict[str, Any]:
    """Write a spreadsheet or address cards as a text table; the source is kept where it has other sheets too."""
    found = prepare(source, target, password=how.get("password", ""), sheet=how.get("sheet", ""))
    source_name = source.name if len(found.sheets) > 1 else ""
    is_protected = bool(how.get("password"))
    return {
        "sheets": list(found.sheets), "sheet": found.sheet, "source": source_name, "is_protected": is_protected,
    }  # fmt: skip


def _store(upload: UploadedFile[Any], path: Path) -> None:
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for chunk in upload.chunks():
                out.write(chunk)
    except OSError as error:
        raise (from_os_error(error, path.parent) or error) from error


def look_at(chosen: Importer, table: Table, actor: Actor) -> tuple[dict[str, int], dict[str, Any]]:
    """Guess columns and starting values for the choices, as this kind of file was taken in last where it was."""
    fields = chosen.fields_for(actor)
    saved = fitting_mapping(chosen.name, table.header)
    if saved is not None:
        mapping = usable_columns(saved.columns, table.header, {field.name for field in fields})
        return mapping, chosen.suggest(table, mapping, actor) | saved.options | {"saved": saved.name}
    mapping, named = guess(chosen, table, fields)
    return mapping, chosen.suggest(table, mapping, actor) | named


def guess(chosen: Importer, table: Table, fields: Sequence[ImportField]) -> tuple[dict[str, int], dict[str, Any]]:
    """Guess columns: those of a known system as its preset says, others by name and content; and what the preset says
    beside."""
    preset = fitting_preset(chosen.name, table.header)
    known = {field.name for field in fields}
    taken = {f: place for f, place in preset.places(table.header).items() if f in known} if preset else {}
    closed = (preset.closed if preset else set()) | taken.keys()
    ignored = [*chosen.ignored, *(table.header[place] for place in taken.values())]
    left = [field for field in fields if field.name not in closed]
    mapping = guess_columns(left, table.header, table.sample(GUESS_ROWS), ignored)
    mapping = {f: place for f, place in mapping.items() if place not in taken.values()} | taken
    return mapping, {**preset.options, "preset": preset.name} if preset else {"preset": ""}


def table_of(run: ImportRun) -> Table:
    """The file of a run as a table, read as its options say. Raises `BadFile`."""
    given = run.options
    header = {"yes": True, "no": False}.get(str(given.get("has_header", "")))
    return open_table(
        file_of(run), encoding=str(given.get("encoding", "")), separator=str(given.get("separator", "")),
        has_header=header,
    )  # fmt: skip


def record_run(
    *,
    actor: Actor,
    kind: str,
    path: Path,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    header: Iterable[str],
) -> ImportRun:
    """Note an import of a file that is read where it lies (command line)."""
    require(actor, "create", importer(kind).object_name)
    return ImportRun.objects.create(
        kind=kind, file_name=path.name[:200], size=path.stat().st_size, mapping=dict(mapping),
        options=_json(options) | {"header": list(header)}, user_id=actor.user_id, state=ImportRun.State.RUNNING,
    )  # fmt: skip


def choose(*, actor: Actor, run: ImportRun, mapping: Mapping[str, int], options: Mapping[str, Any]) -> ImportRun:
    """Keep the columns and choices of a run, after checking that they are enough. Raises `BadMapping`, `BadOption`."""
    chosen = importer(run.kind)
    require(actor, "create", chosen.object_name)
    if run.is_begun:
        raise BadMapping(
            _("Some rows of this file are in already, so its columns stay."),
            _("Go on with it, or undo it and choose the file again."),
        )
    run.options = _json(options)
    table = table_of(run)
    if len(set(mapping.values())) < len(mapping):
        raise BadMapping(_("One column was chosen twice."), _("Choose each column for one thing only."))
    _refuse_closed(chosen, actor, mapping)
    chosen.check(mapping, options, table.header)
    run.mapping, run.state, run.message = dict(mapping), ImportRun.State.UPLOADED, ""
    run.result = {}
    run.save(update_fields=["mapping", "options", "state", "message", "result"])
    return run


def _refuse_closed(chosen: Importer, actor: Actor, mapping: Mapping[str, int]) -> None:
    opened = {field.name for field in chosen.fields_for(actor)}
    closed = [str(field.label) for field in chosen.fields if field.name in mapping and field.name not in opened]
    if closed:
        raise BadMapping(
            _("You may not write these fields: %(names)s.") % {"names": ", ".join(closed)},
            _("Set their columns to “not used”."),
        )


def read_again(*, actor: Actor, run: ImportRun, how: Mapping[str, str]) -> ImportRun:
    """Read the file with another encoding, separator, header or sheet (`how`); guess its columns. Raises `BadFile`."""
    chosen = importer(run.kind)
    require(actor, "create", chosen.object_name)
    for name in ("encoding", "separator", "has_header"):
        run.options[name] = str(how.get(name, ""))
    sheet = how.get("sheet", "")
    if sheet in run.options.get("sheets", ()) and sheet != run.options.get("sheet") and run.options.get("source"):
        source = imports_folder() / Path(str(run.options["source"])).name
        run.options |= _prepared(source, imports_folder() / run.stored_as, how)
    table = table_of(run)
    run.mapping, suggested = look_at(chosen, table, actor)
    run.options |= suggested
    run.state, run.result, run.message = ImportRun.State.UPLOADED, {}, ""
    run.save(update_fields=["mapping", "options", "state", "result", "message"])
    return run


def use_mapping(*, actor: Actor, run: ImportRun, name: str) -> ImportRun:
    """Take the columns and choices of a saved mapping, as far as the file has them. Raises `BadOption`."""
    chosen = importer(run.kind)
    require(actor, "create", chosen.object_name)
    saved = SavedMapping.objects.filter(kind=run.kind, name=name).first()
    if saved is None:
        raise BadOption(_("There is no saved mapping of this name."), _("Choose one from the list."))
    table = table_of(run)
    fields = {field.name for field in chosen.fields_for(actor)}
    run.mapping = usable_columns(saved.columns, table.header, fields)
    run.options |= chosen.suggest(table, run.mapping, actor) | saved.options | {"saved": saved.name}
    run.state, run.result, run.message = ImportRun.State.UPLOADED, {}, ""
    run.save(update_fields=["mapping", "options", "state", "result", "message"])
    return run


def finish_run(run_id: UUID | str, *, state: str, result: Mapping[str, Any] | None = None, message: str = "") -> None:
    """Note how a run ended."""
    values: dict[str, Any] = {"state": state, "message": message}
    if result is not None:
        values["result"] = _json(result)
    if state == ImportRun.State.DONE:
        values["finished_at"] = timezone.now()
    ImportRun.objects.filter(pk=run_id).update(**values)


def ask_to_stop(*, actor: Actor, run: ImportRun) -> None:
    """Ask the job of a run to stop; it does so at its next step and leaves nothing behind."""
    require(actor, "create", importer(run.kind).object_name)
    if run.progress_id:
        Progress.objects.filter(pk=run.progress_id).update(stop_asked=True)


def forget_run(*, actor: Actor, run: ImportRun) -> None:
    """Delete a run that was not carried out, and its file."""
    require(actor, "create", importer(run.kind).object_name)
    for name in (run.stored_as, str(run.options.get("source", ""))):
        if name:
            (imports_folder() / Path(name).name).unlink(missing_ok=True)
    run.delete()


def keep_put_aside(run_id: str, staged: str, columns: Mapping[str, str]) -> int:
    """Keep the rows of a temporary table (row_number, reason, field, place, content) as put aside by a run.

    `columns` {field: column name}. What an earlier attempt put aside is replaced. Returns how many.
    """
    if not run_id:
        return 0
    PutAside.objects.filter(run_id=UUID(run_id)).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(PutAside._meta.db_table)}"
            ' (run_id, row_number, reason, "column", place, content)'
            " SELECT %s, row_number, reason, coalesce(%s::jsonb ->> field, ''), place, content"
            f" FROM {staged} ORDER BY row_number",
            [run_id, _dumps(columns)],
        )
        return int(cursor.rowcount)


def sample_put_aside(staged: str, columns: Mapping[str, str], count: int = 50) -> list[dict[str, Any]]:
    """The first rows put aside by a dry run, as `keep_put_aside` would keep them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_number, reason, field, content FROM {staged} ORDER BY row_number LIMIT {int(count)}"
        )
        return [
            {"row_number": number, "reason": reason, "column": columns.get(field, ""), "content": content}
            for number, reason, field, content in cursor.fetchall()
        ]


def cells_of(content: str) -> list[str]:
    """The cells of a row that was put aside."""
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 20))
    return next(csv.reader(io.StringIO(content)), [])


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, bool | int | float | list | dict | type(None)) else str(v) for k, v in values.items()}


def _dumps(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values))


def names(header: Iterable[str], mapping: Mapping[str, int]) -> dict[str, str]:
    """{field: column name} of a mapping."""
    listed = list(header)
    return {field: listed[place] for field, place in mapping.items() if place < len(listed)}
