"""Rows in groups by one field: which groups there are, how many rows each has, and the first of each.

Two queries and the names, however many rows there are: one counts (and adds up) by value, one takes the first rows of
all groups. Beyond 200,000 rows the first 200,000 say which values are frequent; groups of up to 10,000 are then counted
one by one, larger ones estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField, Q, TextField, Value
from django.db.models.functions import NullIf

from dangol.platform.access.actor import Actor
from dangol.platform.db.sizes import expected_rows
from dangol.platform.objects.estimating import estimate, estimates
from dangol.platform.objects.filter_language import OPERATORS, TEXT_LIKE
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.listing import (
    EXACT_UP_TO,
    Count,
    ListQuery,
    Order,
    Reference,
    Row,
    cut,
    order_of,
    references,
    rows_for,
    rows_with_values,
    sort_of,
)
from dangol.platform.objects.registry import fields_for, score_of
from dangol.platform.objects.types import Field, ObjectType

AT_MOST = 12
SAMPLE = 200_000
SURELY_LARGE = 10 * EXACT_UP_TO
NEARLY_ALL = 0.9
_LISTED = {"choice", "tier", "bool"}
_NAMED = {"user", "relation"}
_BY_INDEX = {"text", "country", "language", "currency", "number"}
NONE, OTHER = "none", "other"
NOTHING = Count(0, True)
Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Added:
    """A sum over rows: of how many values, in which currency (empty: the company's own, or none at all)."""

    total: Any
    number: int
    currency: str = ""


@dataclass(frozen=True)
class Group:
    """The rows with one value. `key` names it in addresses, `tree` is the filter that finds it; the groups of "none"
    and "other" have no value."""

    key: str
    tree: Tree
    value: Any = None
    reference: Reference | None = None
    count: Count = NOTHING
    sums: tuple[Added, ...] = ()
    rows: list[Row] = field(default_factory=list)
    next: str = ""


def groupable(declared: ObjectType, actor: Actor) -> dict[str, Field]:
    """The fields by which `actor` may group: few values, or values that an index knows."""
    unique = {f.name for f in declared.model._meta.fields if f.unique}
    return {
        name: f
        for name, f in fields_for(declared, actor).items()
        if f.is_filterable
        and f.name != declared.fields[0].name
        and f.orm_path not in unique
        and (f.kind in _LISTED | _NAMED | {"country", "language", "currency"} or (f.kind == "text" and f.is_sortable))
    }


def path_of(declared: ObjectType, f: Field) -> str:
    """The ORM path to a field's value, from the record."""
    score = score_of(declared, f.name)
    path = f"{score.name}__{f.orm_path}" if score else f.orm_path
    return f"{path}_id" if f.kind in _NAMED else path


def listed_values(f: Field) -> list[Any]:
    """The values that the declaration knows, in its order; empty when the rows say which there are."""
    if f.kind == "bool":
        return [True, False]
    return [value for value, _label in f.choice_pairs()] if f.kind in _LISTED else []


def one_of(f: Field, value: Any) -> Tree:
    """The filter of the rows with one value."""
    return {"field": f.name, "op": "is", "value": value}


def without(f: Field, listed: Sequence[Any]) -> Tree:
    """The filter of the rows without a value, or with one that the declaration does not know."""
    if listed and not f.is_added:
        return {"not": {"or": [one_of(f, value) for value in listed]}}
    return {"field": f.name, "op": "is_empty"}


def others(f: Field, shown: Sequence[Any], listed: Sequence[Any]) -> Tree:
    """The filter of the rows whose value has no group of its own."""
    if not shown:
        return {"not": without(f, listed)}
    among = {"field": f.name, "op": "in", "value": list(shown)} if "in" in OPERATORS[f.kind] else {
        "or": [one_of(f, value) for value in shown]}  # fmt: skip
    return {"and": [{"not": without(f, listed)}, {"not": among}]}


def grouped(
    declared: ObjectType, actor: Actor, query: ListQuery, f: Field, *, first: int = 0, sums: Sequence[Field] = ()
) -> list[Group]:
    """The groups of a list with their first rows. Raises Forbidden, FilterError."""
    base = rows_for(declared, actor, query)
    found = _counted(declared, actor, base, f, sums)
    return _with_rows(declared, actor, query, base, found, f, first) if first else found


def frequent_values(declared: ObjectType, actor: Actor, f: Field, most: int = 50) -> list[str]:
    """The most frequent values of a text field among the records that `actor` may see, in the order of the alphabet."""
    rows = _by_value(declared, rows_for(declared, actor, ListQuery()), f, (), most)
    return sorted(row[0] for row in rows if row[0])


# ---- Counting ------------------------------------------------------------------------------------------------------


def _counted(declared: ObjectType, actor: Actor, base: Any, f: Field, sums: Sequence[Field]) -> list[Group]:
    listed = listed_values(f)
    if f.is_added and f.is_sortable and f.kind == "choice" and len(listed) <= AT_MOST and not sums:
        found = _by_index(declared, actor, base, f, listed)
        if found is not None:
            return found
    is_small = expected_rows(declared.model) <= SAMPLE
    tally = _Tally(_by_value(declared, base, f, sums, len(listed) + 50, is_whole=is_small), len(sums))
    values = list(tally.by_value)
    if len(listed) > AT_MOST:
        kept = sorted(listed, key=lambda v: -tally.number(v))[:AT_MOST]
        shown = [v for v in listed if v in kept]
    else:
        shown = listed or values[:AT_MOST]
    names = references(f, actor, {int(v) for v in shown}) if f.kind in _NAMED else {}
    shown = [v for v in shown if v not in names or not names[v].is_hidden]
    known = [v for v in listed if v in tally.by_value or v in shown] if listed else []
    groups = [Group(f"={_text(v)}", one_of(f, v), v, names.get(v), *tally.of([v])) for v in shown]
    groups.append(Group(OTHER, others(f, shown, listed), None, None, *tally.rest(shown, known, bool(listed))))
    groups.append(Group(NONE, without(f, listed), None, None, *tally.lacking(known, bool(listed))))
    groups = [g for g in groups if g.count.number or g.value is not None]
    return groups if is_small or tally.total <= SAMPLE else _estimated(declared, actor, base, groups)


def _by_index(declared: ObjectType, actor: Actor, base: Any, f: Field, listed: Sequence[Any]) -> list[Group] | None:
    """The groups of a field whose index stands, where there are more rows than are looked at otherwise: small ones
    counted by the index, large ones as the planner sees them, all at once. None for fewer rows."""
    whole = estimate(base)
    if whole <= SAMPLE:
        return None
    groups = [Group(f"={_text(v)}", one_of(f, v), v) for v in listed] + [Group(NONE, without(f, listed))]
    seen: dict[str, int] = {}
    if whole >= NEARLY_ALL * expected_rows(declared.model):  # then what is known of the column holds of these rows too
        seen = {k: n for k, n in _seen(declared, actor, base, groups).items() if n >= SURELY_LARGE}
    counted = _count_each(declared, actor, base, [g for g in groups if g.key not in seen])
    seen |= _seen(declared, actor, base, [g for g in groups if counted.get(g.key, 0) > EXACT_UP_TO])
    result = []
    for group in groups:
        is_exact = group.key not in seen
        count = Count(counted.get(group.key, 0) if is_exact else max(EXACT_UP_TO, seen[group.key]), is_exact)
        result.append(replace(group, count=count))
    return [g for g in result if g.count.number or g.value is not None]


def _seen(declared: ObjectType, actor: Actor, base: Any, groups: list[Group]) -> dict[str, int]:
    """How many rows of each group the planner expects. One statement, or none."""
    parts = [base.filter(compile_filter(declared, actor, g.tree)).order_by().values("pk") for g in groups]
    return dict(zip((g.key for g in groups), estimates(parts), strict=True))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _by_value(
    declared: ObjectType, base: Any, f: Field, sums: Sequence[Field], most: int, *, is_whole: bool = False
) -> list[tuple[Any, ...]]:
    """Value, number, then total and number of each sum; first of each value, then of all rows and of those without.

    Of the first rows, or of all: the database shares the work among its cores only where it need not stop somewhere.
    """
    value: Any = F(path_of(declared, f))
    if f.kind in TEXT_LIKE:
        value = NullIf(value, Value(""), output_field=TextField())
    figures = {f"figure_{n}": F(path_of(declared, s)) for n, s in enumerate(sums)}
    rows = base.order_by().annotate(group_value=value, **figures).values("group_value", *figures)
    try:
        inner, params = (rows if is_whole else rows[: SAMPLE + 1]).query.sql_with_params()
    except EmptyResultSet:  # the filter finds nothing, whatever the rows are
        return []
    parts = ["count(*)", *(part for name in figures for part in (f"sum({name})", f"count({name})"))]
    asked = [
        "group_value",
        *parts,
        *(f"sum({part}) OVER ()" for part in parts),
        *(f"sum({part}) FILTER (WHERE group_value IS NULL) OVER ()" for part in parts),
    ]
    sql = (
        f"SELECT {', '.join(asked)} FROM ({inner}) AS rows GROUP BY group_value "
        "ORDER BY group_value IS NULL, count(*) DESC, group_value LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, (*params, most))
        return list(cursor.fetchall())


class _Tally:
    """What was counted: per value, of all rows, and of those without a value."""

    def __init__(self, rows: list[tuple[Any, ...]], sums: int) -> None:
        width = 1 + 2 * sums
        blank = (0,) * width
        self.by_value = {row[0]: row[1 : width + 1] for row in rows if row[0] is not None}
        self.all = self._plain(rows[0][width + 1 : 2 * width + 1]) if rows else blank
        self.none = self._plain(rows[0][2 * width + 1 :]) if rows else blank

    @staticmethod
    def _plain(figures: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(figure or 0 for figure in figures)

    @property
    def total(self) -> int:
        return int(self.all[0])

    def number(self, value: Any) -> int:
        return int(self.by_value.get(value, (0,))[0])

    def of(self, values: Sequence[Any]) -> tuple[Count, tuple[Added, ...]]:
        return self._said(self._together(values))

    def _together(self, values: Sequence[Any]) -> tuple[Any, ...]:
        rows = [self._plain(self.by_value[v]) for v in values if v in self.by_value]
        return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * len(self.all)

    def rest(self, shown: Sequence[Any], known: Sequence[Any], is_listed: bool) -> tuple[Count, tuple[Added, ...]]:
        """Those with a value that has no group: among listed values the known ones, else all that were counted."""
        if is_listed:
            return self._said(self._together([v for v in known if v not in shown]))
        return self._said(self._less(self._less(self.all, self.none), self._together(shown)))

    def lacking(self, known: Sequence[Any], is_listed: bool) -> tuple[Count, tuple[Added, ...]]:
        return self._said(self._less(self.all, self._together(known)) if is_listed else self.none)

    @staticmethod
    def _less(whole: Sequence[Any], part: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(a - b for a, b in zip(whole, part, strict=True))

    @staticmethod
    def _said(figures: Sequence[Any]) -> tuple[Count, tuple[Added, ...]]:
        pairs = zip(figures[1::2], figures[2::2], strict=True)
        return Count(int(figures[0]), True), tuple(Added(total, int(number)) for total, number in pairs)


def _estimated(declared: ObjectType, actor: Actor, base: Any, groups: list[Group]) -> list[Group]:
    """Groups of more rows than were counted: small ones counted one by one, large ones by their share."""
    small = [g for g in groups if g.count.number <= EXACT_UP_TO]
    counted = _count_each(declared, actor, base, small)
    whole = max(estimate(base), SAMPLE)
    result = []
    for group in groups:
        number = counted.get(group.key, 0) if group in small else EXACT_UP_TO + 1
        count = Count(number, True)
        if number > EXACT_UP_TO:
            count = Count(max(EXACT_UP_TO, round(whole * group.count.number / SAMPLE)), False)
        result.append(replace(group, count=count, sums=()))
    return result


def _count_each(declared: ObjectType, actor: Actor, base: Any, groups: list[Group]) -> dict[str, int]:
    parts: list[str] = []
    params: list[Any] = []
    for group in groups:
        rows = base.filter(compile_filter(declared, actor, group.tree)).order_by().values("pk")[: EXACT_UP_TO + 1]
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s, (SELECT count(*) FROM ({sql}) AS rows)")
        params += [group.key, *given]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {key: int(number) for key, number in cursor.fetchall()}


# ---- First rows ----------------------------------------------------------------------------------------------------


def _with_rows(
    declared: ObjectType, actor: Actor, query: ListQuery, base: Any, groups: list[Group], f: Field, first: int
) -> list[Group]:
    fields = fields_for(declared, actor)
    order = order_of(declared, fields, sort_of(declared, fields, query.sort))
    blank = _blank(declared, f)
    parts = {
        at: base.filter(blank[0] if blank and group.key == NONE else compile_filter(declared, actor, group.tree))
        for at, group in enumerate(groups)
        if group.count.number
    }
    found = _together({at: order.valued(rows) for at, rows in parts.items()}, first + 1)
    lacking = {
        at: order.rest(base.filter(blank[1]) if blank and groups[at].key == NONE else rows)
        for at, rows in parts.items()
        if order.may_lack and len(found.get(at, [])) < min(first + 1, groups[at].count.number)
    }  # fmt: skip
    rest = _together(lacking, first + 1)
    cuts = {at: cut(found.get(at, []), rest.get(at, []), first) for at in parts}
    shown = [fields[name] for name in query.columns if name in fields]
    drawn = iter(rows_with_values(declared, actor, [r for kept, _next in cuts.values() for r in kept], shown))
    rows_of = {at: [next(drawn) for _record in kept] for at, (kept, _next) in cuts.items()}
    return [replace(g, rows=rows_of[at], next=cuts[at][1]) if at in parts else g for at, g in enumerate(groups)]


def _blank(declared: ObjectType, f: Field) -> tuple[Q, Q] | None:
    """The filter `without`, said so that an index of a score answers it: among the rows that have a row of the score,
    and among those whose sort value is missing. None for other fields, which stand in the table itself."""
    score, listed = score_of(declared, f.name), listed_values(f)
    leads = {i.fields[0] for i in score.model._meta.indexes if i.fields and not i.condition} if score else set()
    if score is None or not listed or f.orm_path not in leads:
        return None
    path, column = f"{score.name}__{f.orm_path}", score.model._meta.get_field(f.orm_path)
    strange = [value for value in _stored(score.model, column) if value not in listed]
    unknown = Q(**{f"{path}__in": strange}) if strange else Q()
    valued = Q(**{f"{path}__isnull": True}) | unknown if strange else Q(**{f"{path}__isnull": True})
    lacking = Order.lacks(score, column)
    return valued, lacking | unknown if strange else lacking


def _stored(model: Any, column: Any) -> list[Any]:
    """The values that a column with an index of its own holds at all, each found by one step into the index."""
    quote = connection.ops.quote_name
    name, table = quote(column.column), quote(model._meta.db_table)
    sql = (
        f"WITH RECURSIVE known (value) AS ((SELECT {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY 1 LIMIT 1)"
        f" UNION ALL SELECT (SELECT t.{name} FROM {table} t WHERE t.{name} > known.value ORDER BY 1 LIMIT 1)"
        " FROM known WHERE known.value IS NOT NULL) SELECT value FROM known WHERE value IS NOT NULL LIMIT 1000"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def _together(parts: Mapping[int, Any], most: int) -> dict[int, list[Any]]:
    """The first rows of each part, in one query."""
    asked = [rows.annotate(group_at=Value(at, IntegerField()))[:most] for at, rows in parts.items()]
    found: dict[int, list[Any]] = {}
    if asked:
        for record in asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]:
            found.setdefault(record.group_at, []).append(record)
    return found
