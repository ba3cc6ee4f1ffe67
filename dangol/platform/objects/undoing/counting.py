"""What an undo of many rows would come to, counted by one statement for each object.

Says of every row what `judging` says of it, in SQL: a test keeps the two equal. What SQL cannot say (parts such as an
order's lines, kept values that no longer fit their column) is None, and is judged row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DataError, connection, transaction

from dangol.platform.access.actor import Actor
from dangol.platform.objects.added.columns import in_sql
from dangol.platform.objects.dependents import held
from dangol.platform.objects.many import MAY_NOT
from dangol.platform.objects.undoing.judging import CHANGED, FIELD, GONE, HELD, LOST
from dangol.platform.objects.undoing.told import TRASH, UNKNOWN, column_of
from dangol.platform.objects.writing import RecordWriter

SHOWN = 20
CHUNK = 5_000
_PLAIN = ("bigint", "integer", "smallint", "double precision", "boolean", "date", "timestamp with time zone", "uuid")


@dataclass
class Tally:
    """How many rows would be taken back, how many stand so already, what is left alone by reason; the first of both,
    as ids of their before/after rows."""

    total: int = 0
    takes: int = 0
    done: int = 0
    left: Counter[str] = field(default_factory=Counter)
    taken_first: list[int] = field(default_factory=list)
    left_first: list[int] = field(default_factory=list)


def tally(writer: RecordWriter, actor: Actor, events: Sequence[UUID]) -> Tally | None:
    """Count the rows of one object in bulk events; None where SQL cannot say it."""
    keys = _keys(writer.name, events)
    if writer.parts is not None and writer.parts.key in keys:
        return None
    statement = _Statement(writer, actor, events, keys)
    if not statement.is_sayable:
        return None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")  # long expressions over few rows: compiling takes longer than asking
            cursor.execute(statement.sql, statement.params)
            found = cursor.fetchone()
    except DataError:  # a kept value that its column no longer takes
        return None
    return _with_held(writer, events, found)


def _keys(subject: str, events: Sequence[UUID]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT k FROM event_change c,"
            " jsonb_object_keys(coalesce(nullif(c.before, 'null'), '{}') || coalesce(nullif(c.after, 'null'), '{}')) k"
            " WHERE c.event_id = ANY(%s) AND c.subject = %s",
            [list(events), subject],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _with_held(writer: RecordWriter, events: Sequence[UUID], found: Sequence[Any]) -> Tally:
    total, takes, done, may_not, gone, lost, changed, hidden, taken_first, left_first, going = found
    left = Counter({MAY_NOT: may_not, GONE: gone, LOST: lost, CHANGED: changed, FIELD: hidden})
    kept: set[int] = set()
    ids = going or []
    for start in range(0, len(ids), CHUNK):
        kept |= held(writer.name, ids[start : start + CHUNK], events)
    still = sum(1 for pk in ids if pk in kept)
    left[HELD] = still
    return Tally(total, takes - still, done, +left, list(taken_first or []), list(left_first or []))


class _Statement:
    """The statement with its parameters. `is_sayable` is False for a column whose kind cannot be compared here."""

    def __init__(self, writer: RecordWriter, actor: Actor, events: Sequence[UUID], keys: Sequence[str]) -> None:
        self.writer, self.actor, self.keys = writer, actor, keys
        self.params: list[Any] = []
        self.is_sayable = True
        self.sql = self._whole(events)

    def _whole(self, events: Sequence[UUID]) -> str:
        told = (
            "told AS (SELECT c.id, c.subject_id AS pk, nullif(c.before, 'null') AS b, nullif(c.after, 'null') AS a"
            f" FROM event_change c WHERE c.event_id = ANY({self._given(list(events))})"
            f" AND c.subject = {self._given(self.writer.name)})"
        )
        return (
            f"WITH {told}, asked AS MATERIALIZED ({self._asked()}), {_STEPS}"
            " SELECT count(*), count(*) FILTER (WHERE takes), count(*) FILTER (WHERE NOT takes AND lefts = 0),"
            " coalesce(sum(may_not), 0)::bigint, coalesce(sum(gone), 0)::bigint, coalesce(sum(lost), 0)::bigint,"
            " coalesce(sum(changed), 0)::bigint, coalesce(sum(hidden), 0)::bigint,"
            f" (SELECT array_agg(id) FROM (SELECT id FROM judged WHERE takes ORDER BY id LIMIT {SHOWN}) x),"
            f" (SELECT array_agg(id) FROM (SELECT id FROM judged WHERE lefts > 0 ORDER BY id LIMIT {SHOWN}) x),"
            " (SELECT array_agg(pk) FROM judged WHERE is_new AND takes) FROM judged"
        )

    def _given(self, value: Any) -> str:
        self.params.append(value)
        return "%s"

    def _may(self, action: str) -> str:
        """Whether the row is one to which the actor may do `action`: asked row by row, of the key's own index."""
        rows: Any = self.writer.model.objects.visible_to(self.actor, action)
        if not rows.query.where:  # every row there is
            return f"(t.{connection.ops.quote_name(str(self.writer.model._meta.pk.column))} IS NOT NULL)"
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return "false"
        self.params += params
        return f"EXISTS (SELECT 1 FROM ({sql}) AS v (pk) WHERE v.pk = told.pk)"

    def _asked(self) -> str:
        """One line a row: what differs, what of it stands, field by field added up."""
        parts = [self._field(key) for key in self.keys if key != TRASH]
        fields = [part for part in parts if part is not None]
        differing = [self._differs(key) for key in self.keys]
        table = connection.ops.quote_name(self.writer.model._meta.db_table)
        pk = connection.ops.quote_name(str(self.writer.model._meta.pk.column))
        return (
            "SELECT told.id, told.pk, told.b IS NULL AND told.a IS NOT NULL AS is_new, told.a IS NULL AS is_lost,"
            f" t.{pk} IS NOT NULL AS is_there, {self._may('change')} AS may_change,"
            f" {self._may('delete')} AS may_delete,"
            f" t.deleted_at IS NOT NULL AS in_trash, {_added(differing)} AS differing,"
            f" {self._differs(TRASH) if TRASH in self.keys else 'false'} AS trash_differs,"
            f" told.a->>'{TRASH}' IS NULL AS goes_in, told.b->>'{TRASH}' IS NULL AS came_in,"
            f" CASE WHEN told.a->>'{TRASH}' = '{UNKNOWN}' THEN true"
            f" ELSE t.deleted_at = (told.a->>'{TRASH}')::timestamptz END AS trash_stands,"
            f" {_added([f.takes for f in fields if not f.is_together])} AS alone,"
            f" {_added([f.takes for f in fields if f.is_together])} AS together,"
            f" {_added([f.changed for f in fields])} AS changed, {_added([f.hidden for f in fields])} AS hidden,"
            f" {_added([f.left for f in fields if f.is_together])} AS together_left,"
            f" CASE WHEN told.b IS NULL THEN {_added(self._new_faults())} ELSE 0 END AS faults"
            f" FROM told LEFT JOIN {table} t ON t.{pk} = told.pk"
        )

    def _differs(self, key: str) -> str:
        name = _quoted(key)
        return f"(nullif(told.b->{name}, 'null') IS DISTINCT FROM nullif(told.a->{name}, 'null'))"

    def _field(self, key: str) -> _Field | None:
        column = column_of(self.writer, key)
        if column is None or column.name not in (*self.writer.writable, *self.writer.together):
            return None
        differs, name = self._differs(key), _quoted(key)
        is_together = column.name in self.writer.together
        if self.actor.field_right(self.writer.name, column.name) != "edit":
            return _Field("false", "false", differs, is_together)
        stands = self._stands(column, f"told.a->{name}")
        was = self._stands(column, f"told.b->{name}")  # said where it is taken back too, so that it is read there
        return _Field(
            f"({differs} AND {stands} AND ({was} OR NOT {was}))",
            f"({differs} AND NOT {stands} AND NOT {was})",
            "false",
            is_together,
        )

    def _stands(self, column: Any, kept: str) -> str:
        now = in_sql(column, "t.")
        kind = str(column.db_type(connection))
        text = f"(({kept}) #>> '{{}}')"
        if kind.endswith("[]"):
            self.is_sayable = False
            return "false"
        if kind == "jsonb":
            return f"({now} IS NOT DISTINCT FROM nullif({kept}, 'null'))"
        if kind.startswith(("varchar", "text")):
            return f"({now}::text IS NOT DISTINCT FROM {text})"
        plain = "numeric" if kind.startswith("numeric") else kind
        if plain != "numeric" and plain not in _PLAIN:
            self.is_sayable = False
            return "false"
        return f"({now} IS NOT DISTINCT FROM {text}::{plain})"

    def _new_faults(self) -> list[str]:
        """Of a row that the event brought: the fields that somebody wrote since."""
        found = []
        for name in self.writer.writable:
            column = self.writer.column(name)
            own, other = _quoted(name), _quoted(column.attname)
            kept = f"(CASE WHEN told.a ? {own} THEN told.a->{own} ELSE told.a->{other} END)"
            now = in_sql(column, "t.")
            is_blank = f"{now} IS NULL"
            if str(column.db_type(connection)).startswith(("varchar", "text")):
                is_blank += f" OR {now}::text = ''"
            default = column.get_default()
            if isinstance(default, str | int | bool) and default != "":
                is_blank += f" OR {now} = {self._given(default)}"
            elif default not in (None, ""):
                self.is_sayable = False
            found.append(f"NOT ({self._stands(column, kept)} OR (nullif({kept}, 'null') IS NULL AND ({is_blank})))")
        return found


@dataclass(frozen=True)
class _Field:
    """Conditions about one field: it is taken back, was changed since, may not be written."""

    takes: str
    changed: str
    hidden: str
    is_together: bool

    @property
    def left(self) -> str:
        return f"({self.changed} OR {self.hidden})"


def _added(conditions: Sequence[str]) -> str:
    """How many of the conditions hold."""
    return " + ".join(f"coalesce(({condition})::int, 0)" for condition in conditions) or "0"


def _quoted(key: str) -> str:
    """A key as a literal; percent signs doubled, because the statement has parameters."""
    return "'" + key.replace("'", "''").replace("%", "%%") + "'"


_STEPS = """
reach AS MATERIALIZED (
  SELECT *, NOT is_lost AND CASE WHEN is_new OR (differing = 1 AND trash_differs) THEN may_delete
      ELSE may_change END AS reached,
    trash_differs AND may_delete AND CASE WHEN goes_in THEN NOT in_trash
      ELSE came_in AND in_trash AND coalesce(trash_stands, false) END AS moves
  FROM asked),
counted AS MATERIALIZED (
  SELECT id, pk, is_new, in_trash, faults, alone, together, together_left, reached, moves,
    (NOT is_lost AND NOT reached AND is_there)::int
      + (reached AND NOT is_new AND trash_differs AND NOT may_delete)::int AS may_not,
    (NOT is_lost AND NOT reached AND NOT is_there)::int AS gone, is_lost::int AS lost,
    CASE WHEN NOT reached THEN 0 WHEN is_new THEN CASE WHEN in_trash THEN 0 ELSE faults END
      ELSE changed + (trash_differs AND may_delete AND NOT goes_in AND came_in AND in_trash
        AND NOT coalesce(trash_stands, false))::int END AS changed,
    CASE WHEN reached AND NOT is_new THEN hidden ELSE 0 END AS hidden
  FROM reach),
judged AS MATERIALIZED (
  SELECT id, pk, is_new, may_not, gone, lost, changed, hidden, may_not + gone + lost + changed + hidden AS lefts,
    reached AND CASE WHEN is_new THEN NOT in_trash AND faults = 0
      ELSE alone > 0 OR (together > 0 AND together_left = 0) OR moves END AS takes
  FROM counted)
"""
"""Each step is worked out once a row: folded into one, the planner would write out each figure where it is used."""
