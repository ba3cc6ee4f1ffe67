"""Taking a list out of the house: as CSV for people, as CSV or JSON lines for programs; streamed, in flat memory.

Excel and Parquet, and files made in the background, are the work of the room of exports, from the same plan.

A text that a spreadsheet would take for a formula (it begins with = + - @, their full-width forms, a tab or a line
break) gets an apostrophe before it, and so does a text that begins with an apostrophe. To read the file back, take one
apostrophe off every text that begins with one. JSON lines hold texts as they are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects import cells, events
from dangol.platform.objects.export_places import handed_out, take_place
from dangol.platform.objects.listing import (
    ListQuery,
    Reference,
    columns_of,
    ids_in,
    order_of,
    references,
    rows_for,
    sort_of,
)
from dangol.platform.objects.registry import fields_for, score_of
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.format import zone_for
from dangol.platform.ui.viewer import Viewer

CHUNK = 2_000
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
NUMBERS = {"number", "money", "percent"}
PLAIN = {"text", "long_text", "email", "url"}
FEW = {"choice", "tier", "bool", "country", "language", "currency"}
AT_MOST_NAMES = 50_000
Cell = Callable[[Any], str]
Values = Literal["sheet", "words", "codes"]
Kind = Literal["csv", "jsonl", "xlsx", "parquet"]
CONTENT_TYPES: dict[Kind, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Form:
    """How the file is written.

    `values` of CSV and Excel: "sheet" (labels and names in words, numbers and days as spreadsheets read them), "words"
    (everything as the page shows it) or "codes" (for programs: ids, codes, ISO 8601). JSON lines and Parquet are
    always codes.
    """

    kind: Kind = "csv"
    separator: str = "comma"
    has_bom: bool = True
    values: Values = "sheet"

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return CONTENT_TYPES[self.kind]

    def __str__(self) -> str:
        if self.kind == "csv":
            return f"csv/{self.separator}/{self.values}"
        return f"xlsx/{self.values}" if self.kind == "xlsx" else self.kind


@dataclass(frozen=True)
class Plan:
    """What an export takes: which rows of which object, in which order, with which columns."""

    declared: ObjectType
    query: ListQuery
    columns: list[Field]
    sort: str

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [f.name for f in self.columns]

    @property
    def paths(self) -> list[str]:
        """Where the database holds id and values."""
        return ["pk", *(_path(self.declared, f) for f in self.columns)]

    def rows(self, actor: Actor) -> Any:
        """The rows that `actor` both sees and may export. Raises Forbidden, FilterError."""
        return rows_for(self.declared, actor, self.query).visible_to(actor, "export")

    def in_order(self, actor: Actor, *paths: str) -> Iterator[tuple[Any, ...]]:
        """These values of each row, in the order of the list, by a cursor of the server."""
        order = order_of(self.declared, fields_for(self.declared, actor), self.sort)
        rows = self.rows(actor)
        parts = [order.valued(rows), order.rest(rows)] if order.may_lack else [order.valued(rows)]
        return chain.from_iterable(part.values_list(*paths).iterator(chunk_size=CHUNK) for part in parts)


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
    see. The event is written before the first piece, so that nothing leaves unnoted. Raises Forbidden, FilterError,
    TooManyExports.
    """
    plan = plan_export(actor, declared, query)
    count = plan.rows(actor).order_by().count()
    place = take_place(actor, declared.name, count)
    note_export(actor, plan, count, form)
    pieces = Writer(actor, plan.columns, form, viewer).pieces(plan.in_order(actor, *plan.paths))
    return Export(count, plan.columns, form, handed_out(place, pieces))


def plan_export(actor: Actor, declared: ObjectType, query: ListQuery) -> Plan:
    """What `actor` may take out of a list. Raises Forbidden, FilterError."""
    require(actor, "export", declared.name)
    fields = fields_for(declared, actor)
    sort = sort_of(declared, fields, query.sort)
    order_of(declared, fields, sort)
    return Plan(declared, query, exported_columns(declared, fields, query), sort)


def note_export(actor: Actor, plan: Plan, count: int, form: Form) -> None:
    """Write down who takes what, before anything leaves."""
    query, told = plan.query, events.exported(plan.declared.name)
    emit(
        told(count=count, filter=dict(query.filter), search=query.search, sort=plan.sort, columns=plan.names,
             form=str(form)),
        actor=actor,
    )  # fmt: skip


def _path(declared: ObjectType, f: Field) -> str:
    """Where the database holds the value of a field: figures are joined, relations named a chunk at a time."""
    score = score_of(declared, f.name)
    path = f"{score.name}__{f.orm_path}" if score else f.orm_path
    return f"{path}_id" if f.kind in ("relation", "user", "file") else path


def exported_columns(declared: ObjectType, fields: Mapping[str, Field], query: ListQuery) -> list[Field]:
    """The columns of the list, the record's name before them."""
    first = declared.fields[0].name
    shown = [f for f in columns_of(declared, fields, query) if f.kind != "custom" and f.name != first]
    return [*([fields[first]] if first in fields else []), *shown]


def no_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula; undone by taking one leading apostrophe off."""
    return f"'{text}" if text.startswith(FORMULA) else text


class Writer:
    """Rows of plain values (id first) to pieces of a file. What writes a column is made once."""

    def __init__(self, actor: Actor, columns: list[Field], form: Form, viewer: Viewer) -> None:
        self.actor, self.columns, self.form, self.viewer = actor, columns, form, viewer
        self.is_csv, self.is_codes = form.kind == "csv", form.values == "codes"
        # Relations to call by name: place in the row, field, and the names found so far.
        is_named = not self.is_csv or not self.is_codes
        self.named: list[tuple[int, Field, dict[int, Reference]]] = [
            (n, f, {})
            for n, f in enumerate(columns, 1)
            if f.kind == "relations" or (f.kind in ("relation", "user", "file") and is_named)
        ]

    def pieces(self, found: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
        """The head, then a piece for each chunk of rows, made in the reader's language and time zone."""
        if head := self.head():
            yield head
        while chunk := list(islice(found, CHUNK)):
            yield self.piece(chunk)

    def head(self) -> bytes:
        """The first line, in the reader's language; empty where the form has none."""
        with Reading(self.viewer):
            return self._head()

    def piece(self, chunk: list[tuple[Any, ...]]) -> bytes:
        """Some rows as they stand in the file."""
        with Reading(self.viewer):
            rows = self.with_names(chunk)
            return self._csv(rows, self._cells) if self.is_csv else self._jsonl(rows)

    @cached_property
    def _cells(self) -> list[Cell]:
        return [self._cell(f) for f in self.columns]

    def judge_anew(self, actor: Actor) -> None:
        """Name what follows as `actor` sees it; what is known is forgotten where their rights have changed."""
        if actor != self.actor:
            self.actor = actor
            for _place, _field, known in self.named:
                known.clear()

    def with_names(self, chunk: list[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
        """The rows with References in place of ids. One query for each relation with names not met yet."""
        if not self.named:
            return chunk
        rows = [list(row) for row in chunk]
        for place, f, known in self.named:
            if len(known) > AT_MOST_NAMES:
                known.clear()
            asked = {pk for row in rows for pk in ids_in(row[place])} - known.keys()
            known.update(references(f, self.actor, asked))
            for row in rows:
                several = [known[pk] for pk in ids_in(row[place]) if pk in known]
                row[place] = (several or None) if f.kind == "relations" else several[0] if several else None
        return rows

    def _head(self) -> bytes:
        if not self.is_csv:
            return b""
        heads = ["id", *(f.name for f in self.columns)] if self.is_codes else [str(f.label) for f in self.columns]
        bom = "\ufeff" if self.form.has_bom else ""
        return (bom + self._lines([[no_formula(head) for head in heads]])).encode()

    def _csv(self, rows: Sequence[Sequence[Any]], cells: Sequence[Cell]) -> bytes:
        # Column by column: a chunk has many rows and few columns.
        columns: list[list[Any]] = [[row[0] for row in rows]] if self.is_codes else []
        for place, write in enumerate(cells, 1):
            columns.append(["" if row[place] is None else write(row[place]) for row in rows])
        return self._lines(zip(*columns, strict=True)).encode()

    def _lines(self, lines: Iterable[Sequence[Any]]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=SEPARATORS[self.form.separator], lineterminator="\r\n").writerows(lines)
        return text.getvalue()

    def _cell(self, f: Field) -> Cell:
        """What writes the values of one column."""
        if self.form.values != "words" and f.kind in NUMBERS:
            return _number
        if self.form.values != "words" and f.kind in ("date", "datetime"):
            return _code_of_moment if self.is_codes else _moment_in(zone_for(self.viewer.time_zone))
        if f.kind in ("relation", "user", "file"):
            return str if self.is_codes else lambda value: no_formula(value.title)
        if f.kind == "relations":
            return lambda value: no_formula("; ".join(str(one.id) if self.is_codes else one.title for one in value))
        if f.kind == "choices" and self.is_codes:
            return lambda value: no_formula(", ".join(value))
        if f.kind == "rhythm":
            return lambda value: " ".join(map(str, value))
        if self.is_codes:
            return lambda value: no_formula(str(value).lower() if isinstance(value, bool) else str(value))
        if f.kind in PLAIN:
            return no_formula
        worded = f.kind in NUMBERS

        def words(value: Any) -> str:
            said = cells.plain(f, value, self.viewer)
            return said if worded else no_formula(said)

        return lru_cache(maxsize=1_000)(words) if f.kind in FEW else words

    def _jsonl(self, rows: Sequence[Sequence[Any]]) -> bytes:
        names = ["id", *(f.name for f in self.columns)]
        lines = (
            json.dumps(dict(zip(names, map(_json, row), strict=True)), ensure_ascii=False, separators=(",", ":"))
            for row in rows
        )
        return ("\n".join(lines) + "\n").encode()


class Reading:
    """The reader's language and time zone, for as long as a piece is made."""

    def __init__(self, viewer: Viewer) -> None:
        self._contexts = (translation.override(viewer.language), timezone.override(viewer.time_zone))

    def __enter__(self) -> None:
        for context in self._contexts:
            context.__enter__()

    def __exit__(self, *args: Any) -> None:
        for context in reversed(self._contexts):
            context.__exit__(*args)


def _number(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _moment_in(zone: ZoneInfo) -> Cell:
    """Days as they are, moments as the reader's clock shows them, to the second."""

    def written(value: Any) -> str:
        if isinstance(value, datetime):
            return value.astimezone(zone).isoformat(" ", "seconds")[:19]
        return str(value)

    return written


def _code_of_moment(value: Any) -> str:
    return str(value.isoformat())


def _json(value: Any) -> Any:
    if isinstance(value, Reference):
        return None if value.is_hidden else {"id": value.id, "title": value.title}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return [_json(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
