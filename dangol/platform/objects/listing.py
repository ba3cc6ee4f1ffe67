"""Lists: one page of an object's rows for somebody, filtered, sorted and fetched with few queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import User
from dangol.platform.objects.added.columns import roll_up
from dangol.platform.objects.beside import has, once
from dangol.platform.objects.estimating import estimate
from dangol.platform.objects.files import file_keeper
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.keyset import Beyond, Cursor
from dangol.platform.objects.registry import default_columns, fields_for, object_type, score_of, scores
from dangol.platform.objects.types import Field, ObjectType, Score
from dangol.platform.search.listed import IsAmong, first_that_hold
from dangol.platform.search.queries import matching, matching_ids

EXACT_UP_TO = 10_000
PAGE = 50
LEADING = ("relation", "relations", "user", "file")
"""Kinds whose values lead to others."""


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
    is_in_trash: bool = False


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
    columns = columns_of(declared, fields, query)
    sort = sort_of(declared, fields, query.sort)
    if query.search.strip():
        found, cursor = _searched_slice(declared, actor, fields, sort, query)
    else:
        found, cursor = _sorted_slice(declared, fields, rows_for(declared, actor, query), sort, query)
    return Page(rows_with_values(declared, actor, found, columns), cursor, columns, sort)


def sort_of(declared: ObjectType, fields: Mapping[str, Field], asked: str = "") -> str:
    """What a list is sorted by: as asked, else as the object says, else (where that is hidden) by another field."""
    first = declared.default_sort
    if asked or first.lstrip("-") in fields:
        return asked or first
    return next((f.name for f in fields.values() if f.is_sortable), first)


def columns_of(declared: ObjectType, fields: Mapping[str, Field], query: ListQuery) -> list[Field]:
    """The columns asked for, else those of the object; fields that are not known are left out."""
    return [fields[n] for n in (query.columns or default_columns(declared)) if n in fields]


@dataclass(frozen=True)
class Order:
    """How a list is sorted. `id_path` is taken from the score's own table, so that its index (value, link) answers
    order and place alike. Where a row may lack a value (`may_lack`), those without come last, by id."""

    path: str
    id_path: str
    column: Any
    may_lack: bool
    is_down: bool
    score: Score | None = None

    def valued(self, rows: Any, after: Cursor | None = None) -> Any:
        """The rows that have a value, sorted, from a place on; each carries it as `sort_value`."""
        found = rows.filter(**{f"{self.path}__isnull": False}) if self.may_lack else rows
        if after:
            found = found.filter(Beyond(self.path, self.id_path, after, self.column, down=self.is_down))
        sign = "-" if self.is_down else ""
        return found.order_by(f"{sign}{self.path}", f"{sign}{self.id_path}").annotate(sort_value=F(self.path))

    @staticmethod
    def lacks(score: Score, column: Any) -> Q:
        """That a record has no value of a score, as an anti-join: the planner knows how many rows that leaves, which
        it does not of the empty side of an outer join."""
        rows: Any = score.model.objects.for_system("whether a record has a figure, judged around it")
        return ~Q(Exists(rows.filter(**{f"{score.link}_id": OuterRef("pk"), f"{column.name}__isnull": False})))

    def rest(self, rows: Any, after: Cursor | None = None) -> Any:
        """The rows without a value, from a place on."""
        found = rows.filter(self.lacks(self.score, self.column) if self.score else Q(**{f"{self.path}__isnull": True}))
        if after and after.in_rest:
            found = found.filter(pk__gt=after.pk)
        return found.order_by("pk")


def order_of(declared: ObjectType, fields: Mapping[str, Field], sort: str) -> Order:
    """What `sort` ("name", "-value") means. Raises FilterError for a field that does not sort."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    asked = fields.get(name)
    if asked is None or not asked.is_sortable:
        known = ", ".join(f.name for f in fields.values() if f.is_sortable)
        raise FilterError("sort", _("Lists cannot be sorted by “%(name)s”. Possible: %(known)s.") % {
            "name": name, "known": known})  # fmt: skip
    score = score_of(declared, name)
    column = (score.model if score else declared.model)._meta.get_field(asked.orm_path)
    if score:
        return Order(f"{score.name}__{asked.orm_path}", f"{score.name}__{score.link}_id", column, True, down, score)
    return Order(asked.orm_path, "pk", column, column.null, down)


def _sorted_slice(
    declared: ObjectType, fields: Mapping[str, Field], rows: Any, sort: str, query: ListQuery
) -> tuple[list[Any], str]:
    """The records of one page and the cursor of the next."""
    order = order_of(declared, fields, sort)
    after = Cursor.unpack(query.after, order.column) if query.after else None
    found: list[Any] = []
    if not (after and after.in_rest):
        found = list(order.valued(rows, after)[: query.limit + 1])
    more: list[Any] = []
    if order.may_lack and len(found) <= query.limit:
        more = list(order.rest(rows, after)[: query.limit + 1 - len(found)])
    return cut(found, more, query.limit)


def _searched_slice(
    declared: ObjectType, actor: Actor, fields: Mapping[str, Field], sort: str, query: ListQuery
) -> tuple[list[Any], str]:
    """The records of one page that hold a text, and the cursor of the next.

    A text that many hold is looked for near the place in the sort first: most pages are full there. Where it lies
    elsewhere, all that hold it are gathered by the index before they are sorted, so that no page walks through the
    whole table.
    """
    rows = rows_for(declared, actor, replace(query, search=""))
    hidden = hidden_texts(declared, actor)
    sought = matching(declared.name, query.search, hidden=hidden)
    if sought.is_rare:
        return _sorted_slice(declared, fields, rows.filter(pk__in=sought.ids), sort, query)
    order = order_of(declared, fields, sort)
    after = Cursor.unpack(query.after, order.column) if query.after else None
    if not (after and after.in_rest):
        near = order.valued(rows, after)
        ids, are_all = first_that_hold(declared.name, query.search, near, query.limit + 1, hidden=hidden)
        if len(ids) > query.limit or (are_all and not order.may_lack):
            return cut(list(near.filter(pk__in=ids)) if ids else [], [], query.limit)
    return _sorted_slice(declared, fields, rows.filter(IsAmong(sought.gathered)), sort, query)


def cut(found: list[Any], rest: list[Any], limit: int) -> tuple[list[Any], str]:
    """The first `limit` records of those with a value and those without, and the cursor of the next page if any."""
    if len(found) + len(rest) <= limit:
        return found + rest, ""
    kept = (found + rest)[:limit]
    if len(found) >= limit:
        return kept, Cursor(kept[-1].sort_value, kept[-1].pk).pack()
    return kept, Cursor(None, kept[-1].pk, in_rest=True).pack()


def rows_with_values(declared: ObjectType, actor: Actor, records: list[Any], columns: Sequence[Field]) -> list[Row]:
    """Fetch what the columns show: one query for each score table, related object and the staff. Never one a row."""
    roll_up(declared.model, records, [f.name for f in columns if f.counts])
    figures = _scores_of(declared, records, columns)
    names = _references(declared, actor, records, columns)
    ways = [(f.name, _way_to(declared, f, figures, names)) for f in columns if f.kind != "custom"]
    return [Row(record, {name: way(record) for name, way in ways}) for record in records]


def _way_to(
    declared: ObjectType,
    f: Field,
    figures: Mapping[str, Mapping[int, Any]],
    names: Mapping[str, Mapping[int, Reference]],
) -> Callable[[Any], Any]:
    """How the value of a field is had from a record; worked out once for all rows of a page."""
    if f.kind in ("relation", "user", "file"):
        target, known = attrgetter(f"{f.orm_path}_id"), names[f.name]
        return lambda record: known.get(target(record))
    value = attrgetter(f.orm_path)
    if f.kind == "relations":
        several = names[f.name]
        return lambda record: [several[i] for i in value(record) or () if i in several] or None
    if score := score_of(declared, f.name):
        rows = figures[score.name]
        return lambda record: value(rows[record.pk]) if record.pk in rows else None
    return value


def _scores_of(declared: ObjectType, records: list[Any], columns: Sequence[Field]) -> dict[str, dict[int, Any]]:
    asked = {f.name for f in columns}
    found = {}
    for score in scores(declared):
        if asked & {f.name for f in score.fields}:
            if len(records) == 1:
                row = figures_beside(declared, score.name, records[0])
                found[score.name] = {records[0].pk: row} if row is not None else {}
                continue
            link = f"{score.link}_id"
            rows = score.model.objects.for_system("figures of rows already judged")
            found[score.name] = {getattr(r, link): r for r in rows.filter(**{f"{link}__in": [r.pk for r in records]})}
    return found


def figures_beside(declared: ObjectType, name: str, record: Any) -> Any:
    """The row of a score about a record in hand that was judged, None without one; asked once for all that show it.

    Whoever shows it leaves out the fields that are hidden from the reader.
    """
    if not has(record, f"score {name}"):
        return None
    score = next(s for s in scores(declared) if s.name == name)
    rows: Any = score.model.objects.for_system("figures of a record already judged")
    return once(record, ("score", name), lambda: rows.filter(**{f"{score.link}_id": record.pk}).first())


def _references(
    declared: ObjectType, actor: Actor, records: list[Any], columns: Sequence[Field]
) -> dict[str, dict[int, Reference]]:
    found: dict[str, dict[int, Reference]] = {}
    for f in columns:
        if f.kind not in LEADING:
            continue
        if f.kind == "relations":
            ids = {i for r in records for i in getattr(r, f.orm_path) or ()}
        else:
            ids = {i for r in records if (i := getattr(r, f"{f.orm_path}_id"))}
        found[f.name] = references(f, actor, ids)
    return found


def ids_in(value: Any) -> list[int]:
    """The ids in the value of a field that leads to others, of one or of several; what is no number is passed over."""
    several = value if isinstance(value, list | tuple) else [value]
    return [int(v) for v in several if isinstance(v, int | str) and str(v).isdecimal() and len(str(v)) < 19]


def called(f: Field, actor: Actor, value: Any) -> str:
    """The names of what a field leads to, given its kept value (an id, or several)."""
    ids = ids_in(value)
    names = references(f, actor, set(ids))
    return ", ".join(names[i].title for i in ids if i in names)


def references(f: Field, actor: Actor, ids: set[int]) -> dict[int, Reference]:
    """Name the records or staff that a field leads to, as far as `actor` may see them. One query.

    One that they may not see is called hidden where the field leads to it alone, and left out among several.
    """
    if not ids:
        return {}
    if f.kind == "user":
        return {u.pk: Reference(u.pk, u.name) for u in User.objects.filter(pk__in=ids)}
    if f.kind == "file":
        keeper = file_keeper()
        rows: Any = keeper.model.objects.visible_to(actor)
        return {
            r.pk: Reference(r.pk, str(r), keeper.url(r), is_in_trash=_is_in_trash(r)) for r in rows.filter(pk__in=ids)
        }
    other = object_type(f.relation)
    seen = {
        r.pk: Reference(r.pk, other.title(r), f"/{other.slug}/{r.pk}", is_in_trash=_is_in_trash(r))
        for r in other.model.objects.visible_to(actor).filter(pk__in=ids)
    }
    if f.kind == "relations":
        return seen
    return {i: seen.get(i) or Reference(i, _("Hidden"), is_hidden=True) for i in ids}


def _is_in_trash(record: Any) -> bool:
    return getattr(record, "deleted_at", None) is not None


def count(declared: ObjectType, actor: Actor, query: ListQuery) -> Count:
    """How many rows the list has: counted up to 10,000, beyond that estimated by the planner."""
    rows = rows_for(declared, actor, query)
    number = _counted(rows, leads_through=_leads_through(query.filter))
    if number <= EXACT_UP_TO:
        return Count(number, True)
    return Count(max(estimate(rows), EXACT_UP_TO), False)


def _leads_through(tree: Any) -> bool:
    """Whether a filter asks for something of a related record."""
    if isinstance(tree, Mapping):
        return tree.get("op") == "where" or any(map(_leads_through, tree.values()))
    return isinstance(tree, Sequence) and not isinstance(tree, str) and any(map(_leads_through, tree))


def _counted(rows: Any, *, leads_through: bool) -> int:
    """How many rows there are, at most one more than are counted exactly.

    Through a relation the planner likes to walk both tables in the order of the link, most of which does not match;
    from the matching records to those that lead there is a fifth of the way.
    """
    few = rows.order_by()[: EXACT_UP_TO + 1]
    if not leads_through:
        return int(few.count())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_mergejoin = off")
        return int(few.count())
