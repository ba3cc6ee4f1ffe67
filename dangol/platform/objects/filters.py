"""The filter language: JSON that chips, addresses, saved views, segments and programs share; here made into Django's Q.

A condition is {"field": ..., "op": ..., "value": ...}; {"and": [...]}, {"or": [...]} and {"not": ...} join them, to any
depth up to 8. Through a relation: {"field": "company", "op": "where", "value": <filter of companies>}. What a person
may not see can be neither read nor asked for. `filters_ibis` compiles the same to the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.objects.added.kinds import IsAmongThese, who_leads_to
from dangol.platform.objects.filter_language import (
    OPERATORS,
    TEXT_LIKE,
    Group,
    Leaf,
    Test,
    column_of,
    parse,
    understand,
    without_not,
)
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.registry import object_type, score_of
from dangol.platform.objects.types import Clock, Field, ObjectType

__all__ = ["OPERATORS", "FilterError", "compile_filter", "compile_node", "parse", "reader_clock"]


def reader_clock() -> Clock:
    """Today where the reader is; what lists go by."""
    return Clock(timezone.localdate(), timezone.get_current_timezone())


def compile_filter(declared: ObjectType, actor: Actor, tree: Mapping[str, Any], clock: Clock | None = None) -> Q:
    """Turn a filter into a condition on `declared.model`, as `actor` may ask it; days are those of `clock`.

    Raises FilterError.
    """
    if not tree:
        return Q()
    return compile_node(declared, actor, without_not(understand(declared, actor, tree, clock or reader_clock())))


def compile_node(declared: ObjectType, actor: Actor, node: Any) -> Q:
    """The condition of a filter that was understood and has its "not" in its leaves only."""
    if isinstance(node, Leaf):
        return _leaf(declared, actor, node)
    assert isinstance(node, Group)
    found = [compile_node(declared, actor, part) for part in node.parts]
    if not found:
        return ~Q(pk__in=[]) if node.join == "and" else Q(pk__in=[])
    whole = found[0]
    for part in found[1:]:
        whole = whole & part if node.join == "and" else whole | part
    return whole


def _leaf(declared: ObjectType, actor: Actor, leaf: Leaf) -> Q:
    if leaf.asked is not None:
        return _custom(declared, leaf)
    path = _path(declared, leaf.field)
    if leaf.field.kind == "relations":
        found = _several(declared, leaf, actor, path)
        return ~found if leaf.is_not else found
    if leaf.inside is not None:
        return _through(leaf, actor, path)
    assert leaf.test is not None
    if leaf.test.kind == "empty":
        return _empty(leaf.field, path, is_not=leaf.is_not)
    if leaf.test.kind == "never":
        return ~Q(pk__in=[]) if leaf.is_not else Q(pk__in=[])
    met = _met(path, leaf.test)
    if leaf.field.kind == "relation" and actor.scope("see", leaf.field.relation) != "all":
        met &= _leads_to_seen(leaf.field, actor, path, leaf.test.value)
    if not leaf.is_not:
        return met
    column = column_of(declared, leaf.field)
    may_lack = column is None or column.null or score_of(declared, leaf.field.name) is not None
    return Q(**{f"{path}__isnull": True}) | ~met if may_lack else ~met


def _path(declared: ObjectType, field: Field) -> str:
    score = score_of(declared, field.name)
    return f"{score.name}__{field.orm_path}" if score else field.orm_path


def _empty(field: Field, path: str, *, is_not: bool) -> Q:
    unknown = Q(**{f"{path}__isnull": not is_not})
    if field.kind not in TEXT_LIKE or field.is_added:  # of the company's own fields none keeps an empty text
        return unknown
    return unknown & ~Q(**{path: ""}) if is_not else unknown | Q(**{path: ""})


def _met(path: str, test: Test) -> Q:
    if test.kind == "holds":
        found = Q(pk__in=[])
        for value in test.value:
            found |= Q(**{f"{path}__contains": [value]})
        return found
    lookups = {"equals": "", "one_of": "__in", "contains": "__icontains", "starts": "__istartswith"}
    if test.kind in lookups:
        return Q(**{path + lookups[test.kind]: test.value})
    ends = {}
    if test.low is not None:
        ends[f"{path}__{'gt' if test.is_low_open else 'gte'}"] = test.low
    if test.high is not None:
        ends[f"{path}__{'lt' if test.is_high_open else 'lte'}"] = test.high
    return Q(**ends)


def _through(leaf: Leaf, actor: Actor, path: str) -> Q:
    """Through a relation only what one may see counts, and nothing that lies in the trash."""
    other = object_type(leaf.field.relation)
    assert leaf.inside is not None
    rows: Any = other.model.objects.visible_to(actor)
    rows = rows.filter(compile_node(other, actor, without_not(leaf.inside)), deleted_at=None)
    if leaf.is_not:
        return ~Q(Exists(rows.filter(pk=OuterRef(f"{path}_id"))))
    return Q(**{f"{path}__in": rows.values("pk")})


def _several(declared: ObjectType, leaf: Leaf, actor: Actor, path: str) -> Q:
    """Of several records only those count that one may see; "where" passes over the trash too. Never unknown."""
    other = object_type(leaf.field.relation)
    rows: Any = other.model.objects.visible_to(actor)
    known, among = Q(**{f"{path}__isnull": False}), IsAmongThese(F("pk"), OuterRef(path))
    sees_all = actor.scope("see", leaf.field.relation) == "all"
    if leaf.inside is not None:
        rows = rows.filter(compile_node(other, actor, without_not(leaf.inside)), deleted_at=None)
        return who_leads_to(column_of(declared, leaf.field), rows)
    assert leaf.test is not None
    if leaf.test.kind == "empty":
        return ~known if sees_all else ~(known & Q(Exists(rows.filter(among))))
    asked = leaf.test.value
    seen = asked if sees_all else rows.filter(pk__in=asked).values_list("pk", flat=True)
    found = Q(pk__in=[])
    for pk in seen:
        found |= Q(**{f"{path}__contains": [pk]})
    return known & found


def _leads_to_seen(field: Field, actor: Actor, path: str, value: Any) -> Q:
    """A number that belongs to a record one may not see finds nothing: it must not tell that there is such a record."""
    rows: Any = object_type(field.relation).model.objects.visible_to(actor)
    asked = value if isinstance(value, list) else [value]
    return Q(**{f"{path}__in": rows.filter(pk__in=asked).values("pk")})


def _custom(declared: ObjectType, leaf: Leaf) -> Q:
    assert leaf.asked is not None
    if leaf.field.custom is not None:
        ids, is_in = leaf.field.custom.ids(leaf.asked)
        if is_in is not leaf.is_not:
            return Q(pk__in=ids)
        if ids.query.group_by is None:  # rows can be asked one by one: a plain anti-join
            return ~Q(Exists(ids.filter(**{ids.query.values_select[0]: OuterRef("pk")})))
        return ~_row_itself(declared, Q(pk__in=ids))
    assert leaf.field.to_q is not None
    met = leaf.field.to_q(leaf.asked.actor, leaf.asked.op, leaf.asked.value)
    return ~_row_itself(declared, met) if leaf.is_not else met


def _row_itself(declared: ObjectType, met: Q) -> Q:
    """A condition asked of the row itself in a subquery: yes or no, never unknown, and "not" of it is an anti-join."""
    rows = declared.model.objects.for_system("a filter asks a row that was judged by the query around it")
    return Q(Exists(rows.filter(met, pk=OuterRef("pk"))))
