"""Rows of a file read into values, in batches, one batch ahead of what is being written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from dangol.platform.exchange.reader import Row, Table
from dangol.platform.exchange.records.outside_names import BAD_OUTSIDE_ID, OUTSIDE_ID, is_outside_id
from dangol.platform.exchange.records.plan import Plan
from dangol.platform.exchange.records.reading import Reader, Unreadable, phone_reader, plain

BATCH = 5_000
CELL_LEFT = "cell_left:"
"""Begins the note of a cell that was left blank; the reason and the field's name follow."""


@dataclass(slots=True)
class Taken:
    """A row that could be read: its values by field, and its cells for the case that it is put aside after all.

    `draft` is the new record that it would be, where that could be made beforehand; `outside` what another system
    calls it.
    """

    number: int
    values: dict[str, Any]
    cells: list[str]
    draft: Any = None
    outside: str = ""


@dataclass(slots=True)
class Aside:
    """A row that is put aside: why (a code, or a sentence), and because of which field."""

    number: int
    reason: str
    field: str
    cells: list[str]


@dataclass
class Batch:
    """Some rows that follow each other; `last` is the number of the last one."""

    rows: list[Taken] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    last: int = 0

    def __len__(self) -> int:
        return len(self.rows) + len(self.asides)


Ready = Callable[[Taken], None]


def batches(plan: Plan, table: Table, *, after: int = 0, ready: Ready = lambda row: None) -> Iterator[Batch]:
    """Yield the rows of a file behind row `after`. The next batch is read, and made `ready`, while one is written."""
    source = _batches(plan, table, after, ready)
    here = copy_context()

    def following() -> Batch | None:
        return next(source, None)

    with ThreadPoolExecutor(1, thread_name_prefix="rows") as pool:
        try:
            ahead = pool.submit(here.run, following)
            while (batch := ahead.result()) is not None:
                ahead = pool.submit(here.run, following)
                yield batch
        finally:
            pool.submit(connections.close_all).result()


def _batches(plan: Plan, table: Table, after: int, ready: Ready) -> Iterator[Batch]:
    batch = Batch()
    for row in table.rows():
        if row.number <= after:
            continue
        taken = take(plan, row, batch.notes)
        if isinstance(taken, Taken):
            ready(taken)
            batch.rows.append(taken)
        else:
            batch.asides.append(taken)
        batch.last = row.number
        if len(batch.rows) + len(batch.asides) >= BATCH:
            yield batch
            batch = Batch()
    if len(batch):
        yield batch


def take(plan: Plan, row: Row, notes: Counter[str]) -> Taken | Aside:
    """Read one row; blank cells give no value, so that they never erase anything."""
    if row.fault:
        return Aside(row.number, row.fault, "", row.cells)
    values: dict[str, Any] = {}
    name = ""
    try:
        for name, text, reader in _texts(plan, row.cells) if plan.joined else _cells(plan, row.cells):
            try:
                if text := plain(text):
                    values[name] = (reader if name not in plan.phones else _reader(plan, name, values, reader))(text)
            except Unreadable as error:
                if not plan.choices.blanks:
                    raise
                notes[f"{CELL_LEFT}{error.reason}:{name}"] += 1
    except Unreadable as error:
        return Aside(row.number, error.reason, name, row.cells)
    if plan.leaves_blank:
        values = {n: value for n, value in values.items() if value is not None}
    if left := plan.habits.drop(values):
        notes[left] += 1
    if not values:
        return Aside(row.number, "nothing_in_it", "", row.cells)
    return _called(plan, row, values)


def _called(plan: Plan, row: Row, values: dict[str, Any]) -> Taken | Aside:
    """The row with what another system calls its record."""
    if plan.outside_at < 0:
        return Taken(row.number, values, row.cells)
    outside = row.cells[plan.outside_at].strip()
    if outside and not is_outside_id(outside):
        return Aside(row.number, BAD_OUTSIDE_ID, OUTSIDE_ID, row.cells)
    return Taken(row.number, values, row.cells, outside=outside)


def _cells(plan: Plan, cells: list[str]) -> Iterator[tuple[str, str, Reader]]:
    """The cells that are not empty, with field and reader."""
    for place, name, reader in plan.columns:
        if text := cells[place].strip():
            yield name, text, reader


def _texts(plan: Plan, cells: list[str]) -> Iterator[tuple[str, str, Reader]]:
    """The same where columns are joined first (a first and a last name); phones come last, as in `columns`."""
    texts: dict[str, str] = {}
    for place, name in plan.joined.items():
        if text := cells[place].strip():
            texts[name] = text if name in plan.readers else plain(text)
    plan.habits.join(texts)
    for name in sorted(texts, key=lambda n: n in plan.phones):
        if name in plan.readers:
            yield name, texts[name], plan.readers[name]


def _reader(plan: Plan, name: str, values: dict[str, Any], reader: Reader) -> Reader:
    """The reader of a field; of a phone, the one of the row's own country where the row names one."""
    country = values.get(plan.country) if name in plan.phones else None
    return phone_reader(str(country)) if country and country != plan.region else reader
