"""Lists: one page of an object's rows for somebody, filtered, sorted and fetched with few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import User
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.keyset import Beyond, Cursor
from dangol.platform.objects.registry import default_columns, fields_for, object_type, score_of, scores
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.search.queries import matching_ids

EXACT_UP_TO = 10_000
PAGE = 50


@dataclass(frozen=True)
class ListQuery:
    """What a list shows: filter, sort (`name`, `-value`), place (`after`), search text, columns, size, trash."""

    filter: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    search: str = ""
    columns: Sequence[str] = ()
    limit: int = PAGE
    in_trash: bool = False


@dataclass(frozen=True)
class Reference:
    """A record or member of staff that a row leads to; `is_hidden` when the viewer may not see it."""

    id: int
    title: str
    url: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Row:
    """One row: the record, and the value of each asked field (References for relations)."""

    record: Any
    values: dict[str, Any]

    @property
    def id(self) -> int:
        """The record's id."""
        return int(self.record.pk)


@dataclass(frozen=True)
class Page:
    """One page of rows; `next` is the cursor of the following one, empty on the last."""

    rows: list[Row]
    next: str
    columns: list[Field]
    sort: str


@dataclass(frozen=True)
class Count:
    """How many rows; exact up to 10,000, then the planner's estimate."""

    number: int
    is_exact: bool


def rows_for(declared: ObjectType, actor: Actor, query: ListQuery) -> Any:
    """The queryset of a list, unsorted. Raises Forbidden, FilterError."""
    require(actor, "see", declared.name)
    rows: Any = declared.model.objects.visible_to(actor)
    rows = rows.filter(deleted_at__isnull=not query.in_trash)
    rows = rows.filter(compile_filter(declared, actor, query.filter))
    if query.search.strip():
        rows = rows.filter(pk__in=matching_ids(declared.name, query.search, hidden=hidden_texts(declared, actor)))
    return rows


def hidden_texts(declared: ObjectType, actor: Actor) -> tuple[str, ...]:
    """The searched fields that are hidden from `actor`: the search passes them over."""
    return tuple(name for name in declared.search if actor.field_right(declared.name, name) == "hidden")


def page(declared: ObjectType, actor: Actor, query: ListQuery) -> Page:
    """One page of the list. Raises Forbidden, FilterError, CursorError."""
    fields = fields_for(declared, actor)
    columns = [fields[n] for n in (query.columns or default_columns(declared)) if n in fields]
    sort = query.sort or declared.default_sort
    found, cursor = _sorted_slice(declared, fields, rows_for(declared, actor, query), sort, query)
    return Page(rows_with_values(declared, actor, found, columns), cursor, columns, sort)


def _sorted_slice(
    declared: ObjectType, fields: Mapping[str, Field], rows: Any, sort: str, query: ListQuery
) -> tuple[list[Any], str]:
    """The records of one page and the cursor of the next. Rows without a sort value come last, by id."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    asked = fields.get(name)
    if asked is None or not asked.is_sortable:
        known = ", ".join(f.name for f in fields.values() if f.is_sortable)
        raise FilterError("sort", _("Lists cannot be sorted by “%(name)s”. Possible: %(known)s.") % {
            "name": name, "known": known})  # fmt: skip
    score = score_of(declared, name)
    path = f"{score.name}__{asked.orm_path}" if score else asked.orm_path
    # The id is taken from the score's own table, so that its index (value, link) answers order and place alike.
    id_path = f"{score.name}__{score.link}_id" if score else "pk"
    column = (score.model if score else declared.model)._meta.get_field(asked.orm_path)
    after = Cursor.unpack(query.after, column) if query.after else None
    may_lack = bool(score) or column.null
    found: list[Any] = []
    if not (after and after.in_rest):
        valued = rows.filter(**{f"{path}__isnull": False}) if may_lack else rows
        if after:
            valued = valued.filter(Beyond(path, id_path, after, column, down=down))
        order = (f"-{path}", f"-{id_path}") if down else (path, id_path)
        found = list(valued.order_by(*order).annotate(sort_value=F(path))[: query.limit + 1])
    if len(found) > query.limit:
        last = found[query.limit - 1]
        return found[: query.limit], Cursor(last.sort_value, last.pk).pack()
    if not may_lack:
        return found, ""
    return _with_rest(rows, path, found, after, query.limit)


def _with_rest(rows: Any, path: str, found: list[Any], after: Cursor | None, limit: int) -> tuple[list[Any], str]:
    rest = rows.filter(**{f"{path}__isnull": True})
    if after and after.in_rest:
        rest = rest.filter(pk__gt=after.pk)
    more = list(rest.order_by("pk")[: limit + 1 - len(found)])
    found = found + more
    if len(found) <= limit:
        return found, ""
    kept = found[:limit]
    if len(kept) == limit and more and kept[-1] not in more:
        return kept, Cursor(kept[-1].sort_value, kept[-1].pk).pack()
    return kept, Cursor(None, kept[-1].pk, in_rest=True).pack()


def rows_with_values(declared: ObjectType, actor: Actor, records: list[Any], columns: Sequence[Field]) -> list[Row]:
    """Fetch what the columns show: one query for each score table, related object and the staff. Never one a row."""
    figures = _scores_of(declared, records, columns)
    names = _references(declared, actor, records, columns)
    result = []
    for record in records:
        values = {}
        for f in columns:
            if f.kind in ("relation", "user"):
                target = getattr(record, f"{f.orm_path}_id")
                values[f.name] = names[f.name].get(target) if target else None
            elif score := score_of(declared, f.name):
                row = figures[score.name].get(record.pk)
                values[f.name] = getattr(row, f.orm_path) if row is not None else None
            elif f.kind != "custom":
                values[f.name] = getattr(record, f.orm_path)
        result.append(Row(record, values))
    return result


def _scores_of(declared: ObjectType, records: list[Any], columns: Sequence[Field]) -> dict[str, dict[int, Any]]:
    asked = {f.name for f in columns}
    found = {}
    for score in scores(declared):
        if asked & {f.name for f in score.fields}:
            link = f"{score.link}_id"
            rows = score.model.objects.for_system("figures of rows already judged")
            found[score.name] = {getattr(r, link): r for r in rows.filter(**{f"{link}__in": [r.pk for r in records]})}
    return found


def _references(
    declared: ObjectType, actor: Actor, records: list[Any], columns: Sequence[Field]
) -> dict[str, dict[int, Reference]]:
    found: dict[str, dict[int, Reference]] = {}
    for f in columns:
        if f.kind not in ("relation", "user"):
            continue
        ids = {i for r in records if (i := getattr(r, f"{f.orm_path}_id"))}
        found[f.name] = references(f, actor, ids)
    return found


def references(f: Field, actor: Actor, ids: set[int]) -> dict[int, Reference]:
    """Name the records or staff that a field leads to, as far as `actor` may see them. One query."""
    if not ids:
        return {}
    if f.kind == "user":
        return {u.pk: Reference(u.pk, u.name) for u in User.objects.filter(pk__in=ids)}
    other = object_type(f.relation)
    seen = {
        r.pk: Reference(r.pk, other.title(r), f"/{other.slug}/{r.pk}")
        for r in other.model.objects.visible_to(actor).filter(pk__in=ids)
    }
    return {i: seen.get(i) or Reference(i, _("Hidden"), is_hidden=True) for i in ids}


def count(declared: ObjectType, actor: Actor, query: ListQuery) -> Count:
    """How many rows the list has: counted up to 10,000, beyond that estimated by the planner."""
    rows = rows_for(declared, actor, query)
    number = rows.order_by()[: EXACT_UP_TO + 1].count()
    if number <= EXACT_UP_TO:
        return Count(number, True)
    return Count(max(_estimate(rows), EXACT_UP_TO), False)


def _estimate(rows: Any) -> int:
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    return int(plan[0]["Plan"]["Plan Rows"])
