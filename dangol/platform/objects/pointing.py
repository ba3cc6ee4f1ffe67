"""Everything that points to the records of a table: the one walk that merging and erasing share.

It goes through the models, so that no table has to be remembered: foreign keys and the tables of many to many, fields
of the company's own that lead to one record or to several, objects of the company's own, and rows that name a record
by object and number (notes, files, shares, ids of other systems). What points to nobody by a column (events, the lake,
texts) is not here; nor are the search's own entries, which follow each record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
from django.db import connection, models

from dangol.platform.objects.added.columns import DOCUMENT, InDocument
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.extended import added
from dangol.platform.search.models import SearchEntry

How = Literal["link", "one", "several", "named"]
NAME, NUMBER = "object_name", "record_id"


@dataclass(frozen=True)
class Unique:
    """A rule by which a row may be the only one: its columns (the pointing one among them), and whether it holds for
    some rows only."""

    name: str
    columns: tuple[str, ...]
    is_partial: bool = False


@dataclass(frozen=True)
class Pointer:
    """One way in which rows lead to a record.

    `how` says where the record's number stands: in `column` (`link`), under `member` of the document in `column`
    (`one`: the number as text; `several`: in a list), or in `column` beside the object's name (`named`). `key` is the
    column of the row's own primary key, `key_type` its type in the database. `uniques` are the rules that moving a row
    may break. `on_delete` is what the model says of a link (CASCADE, PROTECT, SET_NULL ...), "" for the others;
    `has_constraint` whether the database watches it. `is_nullable` whether the row may stand without.
    """

    model: Any
    field: str
    how: How
    column: str
    key: str
    key_type: str
    member: str = ""
    uniques: tuple[Unique, ...] = ()
    on_delete: str = ""
    has_constraint: bool = False
    is_nullable: bool = True

    @property
    def table(self) -> str:
        """The table in which the rows lie."""
        return str(self.model._meta.db_table)

    @property
    def is_key(self) -> bool:
        """Whether the pointing column is the row's own key: at most one row a record."""
        return self.column == self.key

    def condition(self, table: str = "") -> str:
        """SQL that finds the rows of one record: parameters `%(id)s` and, for what is named, `%(name)s`. `table` is
        empty or an alias and a dot."""
        column = f'{table}"{self.column}"'
        if self.how == "link":
            return f"{column} = %(id)s"
        if self.how == "named":
            return f'{table}"{NAME}" = %(name)s AND {column} = %(id)s'
        if self.how == "one":
            return f"({column} ->> '{self.member}') = (%(id)s)::text"
        return f"({column} -> '{self.member}') @> to_jsonb((%(id)s)::bigint)"


def pointers_to(model: Any) -> list[Pointer]:
    """Every way in which rows of this house lead to records of `model` (that of an object), in the order of their
    tables."""
    found = [pointer for other in _models() for pointer in _of(other, model)]
    return sorted(found, key=lambda p: (p.table, p.column, p.member))


def _models() -> Iterator[Any]:
    yield from apps.get_models(include_auto_created=True)
    current.look()
    yield from added("models")


def _of(other: Any, model: Any) -> Iterator[Pointer]:
    meta = other._meta
    if meta.proxy or not meta.managed or other is SearchEntry:
        return
    for column in meta.local_concrete_fields:
        if column.remote_field is not None and _is_same(column.related_model, model):
            yield _link(other, column)
    for column in meta.private_fields:
        if isinstance(column, InDocument) and _leads_to(column, model):
            yield _in_document(other, column)
    names = {f.name for f in meta.local_concrete_fields}
    if {NAME, NUMBER} <= names:
        yield _pointer(other, meta.get_field(NUMBER), "named", is_nullable=False)


def _is_same(target: Any, model: Any) -> bool:
    return bool(target._meta.concrete_model is model._meta.concrete_model)


def _leads_to(column: InDocument, model: Any) -> bool:
    definition = column.definition
    return definition.kind in ("relation", "relations") and definition.relation == model.access_name


def _link(other: Any, column: Any) -> Pointer:
    on_delete = getattr(column.remote_field.on_delete, "__name__", "")
    return _pointer(
        other, column, "link", on_delete=on_delete, has_constraint=column.db_constraint, is_nullable=column.null
    )


def _in_document(other: Any, column: InDocument) -> Pointer:
    how: How = "several" if column.definition.kind == "relations" else "one"
    return _pointer(other, other._meta.get_field(DOCUMENT), how, field=column.definition.name, member=column.key)


def _pointer(other: Any, column: Any, how: How, *, field: str = "", **more: Any) -> Pointer:
    meta = other._meta
    uniques = () if more.get("member") else tuple(_uniques(meta, column))
    return Pointer(
        model=other, field=field or column.name, how=how, column=column.column, key=meta.pk.column,
        key_type=meta.pk.rel_db_type(connection), uniques=uniques, **more,
    )  # fmt: skip


def _uniques(meta: Any, column: Any) -> Iterator[Unique]:
    if column.unique:
        yield Unique(f"{column.column}_once", (column.column,))
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and column.name in constraint.fields:
            columns = tuple(meta.get_field(name).column for name in constraint.fields)
            yield Unique(constraint.name, columns, is_partial=constraint.condition is not None)
    for names in meta.unique_together:
        if column.name in names:
            yield Unique("_".join(names), tuple(meta.get_field(name).column for name in names))
