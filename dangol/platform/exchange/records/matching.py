"""Finding the records that stand already behind the rows of a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from dangol.platform.exchange.records.outside_names import OUTSIDE_ID, outside_names
from dangol.platform.exchange.records.plan import ALL, Plan
from dangol.platform.exchange.records.rows import Taken
from dangol.platform.exchange.trash import put_there_by_undo
from dangol.platform.objects.added.columns import in_sql

AMBIGUOUS, CONTRADICTION, TRASHED = "ambiguous", "contradiction", "in_trash"


@dataclass(eq=False)
class Entry:
    """A record that a batch writes: `record_id` None while it is new; the rows that make it, and their values."""

    record_id: int | None
    values: dict[str, Any] = field(default_factory=dict)
    rows: list[Taken] = field(default_factory=list)
    moved: list[bool] = field(default_factory=list)

    def add(self, row: Taken, *, fills: bool) -> None:
        """Add what a row says: the later row counts, or with `fills` the first that says anything."""
        before = dict(self.values)
        self.values = {**row.values, **self.values} if fills else {**self.values, **row.values}
        self.rows.append(row)
        self.moved.append(self.values != before)


Key = tuple[str, Any]


_NONE: set[int] = set()


class Standing:
    """The records behind the keys of a batch, those that an undo put in the trash apart; unique values by id.

    `gone` are the ids of another system whose records somebody threw away, `called` the ids by record.
    """

    def __init__(self) -> None:
        self.living: dict[Key, set[int]] = defaultdict(set)
        self.trashed: dict[Key, set[int]] = defaultdict(set)
        self.own: dict[int, dict[str, Any]] = {}
        self.gone: set[str] = set()
        self.called: Mapping[int, set[str]] = {}

    def ids(self, key: Key) -> set[int]:
        """The records behind a key; those in the trash only where no other is."""
        return self.living.get(key) or self.trashed.get(key) or _NONE


class Matcher:
    """Joins the rows of a batch to what stands, and rows that tell about the same record to each other.

    Fields are asked in their order; the first that finds anything decides, and a later one must not contradict it. A
    record whose own number (a unique field) differs from the row's is another one, whatever else agrees.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.fields = tuple(n for n in plan.choices.match if n != OUTSIDE_ID)
        self.asks_outside = OUTSIDE_ID in plan.choices.match
        self.is_all = plan.choices.how == ALL
        self.unique = [n for n in plan.fields if getattr(plan.writer.column(n), "unique", False)]

    def keys(self, row: Taken) -> list[Key]:
        """What the row is looked for by; several fields together are one key. What another system calls it is asked
        first, and always by itself."""
        first: list[Key] = [(OUTSIDE_ID, row.outside)] if self.asks_outside and row.outside else []
        if self.is_all:
            values = tuple(row.values.get(n) for n in self.fields)
            return [*first, ("+", values)] if self.fields and None not in values else first
        return first + [(n, row.values[n]) for n in self.fields if n in row.values]

    def find(self, rows: Sequence[Taken]) -> Standing:
        """The ids behind the keys of some rows, and the unique values of those records."""
        asked: dict[str, set[Any]] = defaultdict(set)
        for row in rows:
            for name, value in self.keys(row):
                asked[name].add(value)
        found = Standing()
        for name, values in asked.items():
            rows_of = self._ask_outside(values, found) if name == OUTSIDE_ID else self._ask(name, list(values))
            for key, pk, is_trashed, *own in rows_of:
                (found.trashed if is_trashed else found.living)[name, key].add(pk)
                found.own[pk] = dict(zip(self.unique, own, strict=True))
        if self.plan.system and found.own:
            found.called = outside_names().of(self.plan.declared.name, self.plan.system, list(found.own))
        return found

    def _ask_outside(self, ids: set[str], found: Standing) -> list[tuple[Any, ...]]:
        """The records that another system calls so; whose lies in the trash is noted as gone."""
        known = outside_names().find(self.plan.declared.name, self.plan.system, ids)
        quote = connection.ops.quote_name
        own = "".join(f", {in_sql(self.plan.writer.column(n), 'p.')}" for n in self.unique)
        by_undo = put_there_by_undo("p", self.plan.declared.name)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.id, p.deleted_at IS NOT NULL, p.deleted_at IS NULL OR {by_undo}{own}"
                f" FROM {quote(self.plan.writer.model._meta.db_table)} p WHERE p.id = ANY(%s)",
                [list(known.values())],
            )
            standing = {pk: row for pk, *row in cursor.fetchall()}
        rows: list[tuple[Any, ...]] = []
        for name, pk in known.items():
            is_trashed, is_ours, *unique = standing.get(pk, (False, None))
            if is_ours:
                rows.append((name, pk, is_trashed, *unique))
            elif is_trashed:
                found.gone.add(name)
        return rows

    def _ask(self, name: str, values: list[Any]) -> Iterable[tuple[Any, ...]]:
        names = self.fields if self.is_all else (name,)
        columns: list[Any] = [self.plan.writer.column(n) for n in names]
        quote = connection.ops.quote_name
        own = "".join(f", {in_sql(self.plan.writer.column(n), 'p.')}" for n in self.unique)
        joins = " AND ".join(f"{in_sql(c, 'p.')} = v.k{i}{_not_blank(c)}" for i, c in enumerate(columns))
        arrays = ", ".join(f"%s::{c.db_type(connection)}[]" for c in columns)
        aliases = ", ".join(f"k{i}" for i in range(len(columns)))
        given = [[value[i] for value in values] for i in range(len(columns))] if self.is_all else [values]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT v.n, p.id, p.deleted_at IS NOT NULL{own}"
                f" FROM unnest({arrays}) WITH ORDINALITY AS v({aliases}, n)"
                f" JOIN {quote(self.plan.writer.model._meta.db_table)} p ON {joins}"
                f" WHERE p.deleted_at IS NULL OR {put_there_by_undo('p', self.plan.declared.name)}",
                given,
            )
            return [(values[row[0] - 1], *row[1:]) for row in cursor.fetchall()]

    def sort(self, rows: Sequence[Taken], fresh: dict[Key, list[Entry]] | None = None) -> Sorted:
        """Put every row to the entry of its record; those that fit several or contradict themselves are left."""
        found = self.find(rows) if self.fields or self.asks_outside else Standing()
        done = Sorted(found)
        known: dict[Key, list[Entry]] = {} if fresh is None else fresh
        by_id: dict[int, Entry] = {}
        for row in rows:
            keys = self.keys(row)
            entry = self._entry(row, keys, found, known, by_id, done)
            if isinstance(entry, str):
                done.left.append((row, entry))
                continue
            entry.add(row, fills=self.plan.choices.fills)
            for key in keys:
                here = known.setdefault(key, [])
                if entry not in here:
                    here.append(entry)
        return done

    def _entry(
        self, row: Taken, keys: list[Key], found: Standing, known: Any, by_id: dict[int, Entry], done: Sorted
    ) -> Any:
        decided: list[Entry] = []
        if row.outside in found.gone:
            return TRASHED
        for key in keys:
            ids = found.ids(key)
            if not ids and key not in known:
                continue
            fitting = [e for e in known.get(key, ()) if not self._differs(row, e, done)]
            for pk in ids:
                entry = by_id.get(pk) or Entry(pk)
                if entry not in fitting and not self._differs(row, entry, done):
                    by_id[pk] = entry
                    fitting.append(entry)
            if not fitting:
                continue
            if not decided:
                decided = fitting
            elif not [e for e in decided if e in fitting]:
                return CONTRADICTION
            else:
                decided = [e for e in decided if e in fitting]
        if len(decided) > 1:
            return AMBIGUOUS
        entry = decided[0] if decided else Entry(None)
        done.entries[entry] = None
        return entry

    def _differs(self, row: Taken, entry: Entry, done: Sorted) -> bool:
        """Whether the entry's record has another number of its own than the row, or that system calls it otherwise."""
        if row.outside:
            called = done.standing.called.get(entry.record_id or 0) or {r.outside for r in entry.rows if r.outside}
            if called and row.outside not in called:
                return True
        own = done.standing.own.get(entry.record_id or 0, {})
        for name in self.unique:
            asked = row.values.get(name)
            known = own.get(name) or entry.values.get(name)
            if asked is not None and known not in (None, "") and known != asked:
                return True
        return False


class Sorted:
    """The rows of a batch by record, in the order of the file, and those that are left with a reason."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.entries: dict[Entry, None] = {}
        self.left: list[tuple[Taken, str]] = []


def _not_blank(column: Any) -> str:
    """Lets an index that leaves blanks out be used."""
    is_text = isinstance(column, models.CharField | models.TextField)
    return f" AND {in_sql(column, 'p.')} <> ''" if is_text else ""
