"""Taking a list out of the house: as CSV for people, as CSV or JSON lines for programs; streamed, in flat memory.

A text that a spreadsheet would take for a formula (it begins with = + - @, their full-width forms, a tab or a line
break) gets an apostrophe before it, and so does a text that begins with an apostrophe. To read the file back, take one
apostrophe off every text that begins with one. JSON lines hold texts as they are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Literal

from django.utils import timezone, translation

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects import cells, events
from dangol.platform.objects.listing import ListQuery, Reference, Row, columns_of, order_of, rows_for, rows_with_values
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.viewer import Viewer

CHUNK = 2_000
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
NUMBERS = {"number", "money", "percent"}
Values = Literal["sheet", "words", "codes"]


@dataclass(frozen=True)
class Form:
    """How the file is written.

    `values`: "sheet" (labels and names in words, numbers and days as spreadsheets read them), "words" (everything as
    the page shows it) or "codes" (for programs: ids, codes, ISO 8601). JSON lines are always codes.
    """

    kind: Literal["csv", "jsonl"] = "csv"
    separator: str = "comma"
    has_bom: bool = True
    values: Values = "sheet"

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return "text/csv; charset=utf-8" if self.kind == "csv" else "application/jsonl; charset=utf-8"

    def __str__(self) -> str:
        return self.kind if self.kind == "jsonl" else f"csv/{self.separator}/{self.values}"


@dataclass(frozen=True)
class Export:
    """An export that was allowed and written down: how many rows it began with, and its pieces of the file."""

    count: int
    columns: list[Field]
    form: Form
    pieces: Iterator[bytes]


def begin_export(*, actor: Actor, declared: ObjectType, query: ListQuery, form: Form, viewer: Viewer) -> Export:
    """Allow an export, write down who takes what, and return the file in pieces that are made as they are asked for.

    Rows are those that `actor` both sees and may export, in the order of the list; columns those of the list that they
    see. The event is written before the first piece, so that nothing leaves unnoted. Raises Forbidden, FilterError.
    """
    require(actor, "export", declared.name)
    fields = fields_for(declared, actor)
    columns = exported_columns(declared, fields, query)
    sort = query.sort or declared.default_sort
    order, rows = order_of(declared, fields, sort), rows_for(declared, actor, query).visible_to(actor, "export")
    count = rows.order_by().count()
    told = events.exported(declared.name)
    names = [f.name for f in columns]
    emit(
        told(count=count, filter=dict(query.filter), search=query.search, sort=sort, columns=names, form=str(form)),
        actor=actor,
    )
    parts = [order.valued(rows), order.rest(rows)] if order.may_lack else [order.valued(rows)]
    records = chain.from_iterable(part.iterator(chunk_size=CHUNK) for part in parts)
    writer = _Writer(declared, actor, columns, form, viewer)
    return Export(count, columns, form, writer.pieces(records))


def exported_columns(declared: ObjectType, fields: Mapping[str, Field], query: ListQuery) -> list[Field]:
    """The columns of the list, the record's name before them."""
    first = declared.fields[0].name
    shown = [f for f in columns_of(declared, fields, query) if f.kind != "custom" and f.name != first]
    return [*([fields[first]] if first in fields else []), *shown]


def no_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula; undone by taking one leading apostrophe off."""
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class _Writer:
    declared: ObjectType
    actor: Actor
    columns: list[Field]
    form: Form
    viewer: Viewer

    def pieces(self, records: Iterator[Any]) -> Iterator[bytes]:
        """The head, then a piece for each chunk of records."""
        with self._reader():
            head = self._head()
        if head:
            yield head
        while chunk := list(islice(records, CHUNK)):
            with self._reader():
                rows = rows_with_values(self.declared, self.actor, chunk, self.columns)
                piece = self._csv(rows) if self.form.kind == "csv" else self._jsonl(rows)
            yield piece

    def _reader(self) -> Any:
        """Pieces are made after the request's own language and zone were put away."""
        return _Reading(self.viewer)

    def _head(self) -> bytes:
        if self.form.kind != "csv":
            return b""
        is_codes = self.form.values == "codes"
        heads = ["id", *(f.name for f in self.columns)] if is_codes else [str(f.label) for f in self.columns]
        bom = "\ufeff" if self.form.has_bom else ""
        return (bom + self._lines([[no_formula(head) for head in heads]])).encode()

    def _csv(self, rows: list[Row]) -> bytes:
        write = [(f.name, self._cell(f)) for f in self.columns]
        is_codes = self.form.values == "codes"
        lines = ([write_one(row.values.get(name)) for name, write_one in write] for row in rows)
        whole = ([row.id, *line] for row, line in zip(rows, lines, strict=True)) if is_codes else lines
        return self._lines(whole).encode()

    def _lines(self, lines: Iterable[list[Any]]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=SEPARATORS[self.form.separator], lineterminator="\r\n").writerows(lines)
        return text.getvalue()

    def _cell(self, f: Field) -> Callable[[Any], str]:
        """What writes the values of one column; made once a chunk, since a file has many rows and few columns."""
        if self.form.values == "words":
            return _quiet(lambda value: cells.plain(f, value, self.viewer), f)
        if f.kind in NUMBERS:
            return _number
        if f.kind in ("date", "datetime"):
            return _moment_code if self.form.values == "codes" else _moment
        if f.kind in ("relation", "user"):
            return _id if self.form.values == "codes" else _title
        if f.kind == "rhythm":
            return lambda value: " ".join(map(str, value or ()))
        if self.form.values == "codes":
            return lambda value: no_formula(str(_code(value)) if value not in (None, "") else "")
        return _quiet(lambda value: cells.plain(f, value, self.viewer), f)

    def _jsonl(self, rows: list[Row]) -> bytes:
        lines = []
        for row in rows:
            values = {f.name: _json(row.values.get(f.name)) for f in self.columns}
            lines.append(json.dumps({"id": row.id, **values}, ensure_ascii=False, separators=(",", ":")))
        return ("\n".join(lines) + "\n").encode()


class _Reading:
    """The reader's language and time zone, for as long as a piece is made."""

    def __init__(self, viewer: Viewer) -> None:
        self._contexts = (translation.override(viewer.language), timezone.override(viewer.time_zone))

    def __enter__(self) -> None:
        for context in self._contexts:
            context.__enter__()

    def __exit__(self, *args: Any) -> None:
        for context in reversed(self._contexts):
            context.__exit__(*args)


def _quiet(words: Callable[[Any], str], f: Field) -> Callable[[Any], str]:
    return words if f.kind in NUMBERS else lambda value: no_formula(words(value))


def _number(value: Any) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else ""


def _moment_code(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _title(value: Reference | None) -> str:
    return no_formula(value.title) if value else ""


def _id(value: Reference | None) -> str:
    return "" if value is None or value.is_hidden else str(value.id)


def _code(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _json(value: Any) -> Any:
    if isinstance(value, Reference):
        return None if value.is_hidden else {"id": value.id, "title": value.title}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return [_json(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
