"""Indexes on demand: built beside the traffic (CONCURRENTLY) by the owner role, with progress, plan and reasons.

An index of a field holds exactly the expression that queries use, so the planner finds it. What sorts is indexed as
(value, id), which answers a list in that order from any place; what makes the columns of a board also as (value,
default sort, id), which answers each column's first cards; several choices by GIN.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.db.connections import libpq_parameters
from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.progress import Tracker, track
from dangol.platform.jobs.tasks import task
from dangol.platform.objects.added.rules import SEVERAL, SORTABLE
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.queries import model_of
from dangol.platform.objects.registry import object_type

OWNER = "owner"
LOOK_EVERY_SECONDS = 0.5
GROUPED = ("choice", "bool", "user", "relation")
State = CustomField.Index


@dataclass(frozen=True)
class Wanted:
    """An index as it should stand."""

    name: str
    statement: str
    is_unique: bool = False


def wanted(field: CustomField) -> list[Wanted]:
    """The indexes of a field that shall be fast or unique; none for another one."""
    if field.removed_at is not None or not (field.is_fast or field.is_unique):
        return []
    definition = field.definition
    current.fields_of(field.object_name)  # whose columns a formula is made of
    model = model_of(field)
    others = [f.definition for f in CustomField.objects.filter(object_name=field.object_name, removed_at=None)]
    column = current.column_of(definition, others)
    column.model = model
    value = column.expression("")
    if definition.held_as in ("choices", SEVERAL):
        return [_named(field, "has", f"USING gin (({value}) jsonb_path_ops)")]
    found = []
    if field.is_unique:
        found.append(_named(field, "once", f"(({value}))", is_unique=True))
    if field.is_fast and definition.held_as in SORTABLE:
        found.append(_named(field, "sort", f"(({value}), id)"))
    if field.is_fast and definition.held_as in GROUPED:
        order = object_type(field.object_name).default_sort.lstrip("-")
        found.append(_named(field, "board", f'(({value}), "{order}", id)'))
    return found


def _named(field: CustomField, what: str, on: str, *, is_unique: bool = False) -> Wanted:
    """Its name tells field and expression, so that a formula that changed gets an index of its own."""
    mark = hashlib.sha256(on.encode()).hexdigest()[:6]
    return Wanted(f"cf_{field.pk}_{what}_{mark}", f'ON "{model_of(field)._meta.db_table}" {on}', is_unique)


def ask_where_wanted(field: CustomField, actor: Actor) -> None:
    """Ask for the indexes of a field that lacks some, or has some that it should not have any more."""
    names = {index.name for index in wanted(field)}
    is_new = field.index_state in (State.NONE, State.FAILED)
    if (is_new or names != _standing(field)) if names else field.index_state != State.NONE:
        ask(field, actor)


def ask(field: CustomField, actor: Actor) -> None:
    """Put the building into the queue. Until it is done, no list is sorted by the field."""
    told = Progress.objects.create(kind="custom_field", title=str(field), user_id=actor.user_id)
    field.index_state, field.index_note, field.index_progress = State.WAITING, "", told.pk
    field.save(update_fields=["index_state", "index_note", "index_progress"])
    build.defer(number=field.pk, language=actor.language)


def _standing(field: CustomField) -> set[str]:
    """The names of the valid indexes that a field has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname LIKE %s AND i.indisvalid",
            [f"cf\\_{field.pk}\\_%"],
        )
        return {row[0] for row in cursor.fetchall()}


@task(name="custom_fields.build", queue_name="bulk", lock="custom_fields.build")
def build(number: int, language: str = "en") -> None:
    """Make the indexes of a field as they should stand."""
    with translation.override(language):
        build_all(number)


def build_all(number: int) -> None:
    """Make the indexes of a field as they should stand, as the owner role; called by a job, outside transactions."""
    field = CustomField.objects.filter(pk=number).first()
    if field is None:
        return
    _mark(field, State.BUILDING)
    try:
        with track(field.index_progress) as tracker, owner_connection() as owner:
            _build(field, owner, tracker)
    except psycopg.errors.UniqueViolation as error:
        _mark(field, State.FAILED, _twice(error))
        _drop(field, keep=set())
    except Exception as error:
        _mark(field, State.FAILED, str(error).strip().split("\n")[0])
        raise
    else:
        _mark(field, State.READY if wanted(field) else State.NONE)


def _build(field: CustomField, owner: psycopg.Connection[Any], tracker: Tracker) -> None:
    """Drop what is not wanted or not valid, build what is missing, and let the planner look at the values."""
    indexes, standing = wanted(field), _standing(field)
    _drop(field, keep={i.name for i in indexes} & standing)
    for place, index in enumerate(indexes, 1):
        if index.name in standing:
            continue
        tracker.begin(_("Building index %(n)d of %(all)d") % {"n": place, "all": len(indexes)}, 100)
        unique = "UNIQUE " if index.is_unique else ""
        _watched(owner, f'CREATE {unique}INDEX CONCURRENTLY "{index.name}" {index.statement}', tracker)
    if indexes:
        owner.execute(f'ANALYZE "{model_of(field)._meta.db_table}"')


def _drop(field: CustomField, keep: set[str]) -> None:
    with owner_connection() as owner:
        rows = owner.execute("SELECT relname FROM pg_class WHERE relkind = 'i' AND relname LIKE %s",
                             [f"cf\\_{field.pk}\\_%"]).fetchall()  # fmt: skip
        for (name,) in rows:
            if name not in keep:
                owner.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


def drop_indexes(field: CustomField) -> None:
    """Drop all indexes of a field that goes for good; called by a job, outside transactions."""
    _drop(field, keep=set())


def _watched(owner: psycopg.Connection[Any], statement: str, tracker: Tracker) -> None:
    """Run a statement beside, and tell how far it is. Raises what it raises."""
    failed: list[Exception] = []

    def run() -> None:
        try:
            owner.execute(statement)
        except Exception as error:  # told to who waits
            failed.append(error)

    pid = owner.info.backend_pid
    worker = Thread(target=run, daemon=True)
    worker.start()
    with owner_connection() as other:
        while worker.is_alive():
            worker.join(LOOK_EVERY_SECONDS)
            row = other.execute(
                "SELECT blocks_done, blocks_total FROM pg_stat_progress_create_index WHERE pid = %s", [pid]
            ).fetchone()
            if row and row[1]:
                tracker.done = min(99, 100 * row[0] // row[1])
                tracker.advance(0)
    if failed:
        raise failed[0]


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner role, outside transactions, without the application's limits."""
    with psycopg.connect(**libpq_parameters(connections[OWNER].settings_dict), autocommit=True) as found:
        found.execute("SET statement_timeout = 0")
        found.execute("SET lock_timeout = '60s'")
        yield found


def _twice(error: psycopg.errors.UniqueViolation) -> str:
    told = (error.diag.message_detail or "").split("=")[-1].strip()
    return _("Some records have the same value already: %(what)s Make them different, then build again.") % {
        "what": told
    }


def _mark(field: CustomField, state: str, note: str = "") -> None:
    field.index_state, field.index_note = State(state), note
    with transaction.atomic():
        field.save(update_fields=["index_state", "index_note"])
        current.changed()


def plan_of(rows: Any) -> tuple[str, float, str]:
    """How the database would answer a query: the kind of its lowest step, its cost, and the plan as text."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return "", 0.0, ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        top = cursor.fetchone()[0][0]["Plan"]
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        text = "\n".join(row[0] for row in cursor.fetchall())
    lowest = top
    while lowest.get("Plans"):
        lowest = lowest["Plans"][0]
    return str(lowest["Node Type"]), float(top["Total Cost"]), text


def sizes(field: CustomField) -> list[tuple[str, int]]:
    """The indexes that stand, with their bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_relation_size(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname LIKE %s AND i.indisvalid ORDER BY 1",
            [f"cf\\_{field.pk}\\_%"],
        )
        return [(name, int(size)) for name, size in cursor.fetchall()]
