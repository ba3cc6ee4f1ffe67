"""The filter language over the warehouse: the same filter that `filters` makes into Django's Q, as an Ibis expression.

It reads the datasets that slices offered to the engine and the tables that scores publish. What is not there (names
and addresses of people stay in the database) is refused with a sentence. Conditions are two-valued as in `filters`: a
value that is not known fulfils nothing but "is empty".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import models
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Through
from dangol.platform.engine.datasets import Dataset, registered
from dangol.platform.objects.added.columns import DOCUMENT, is_custom
from dangol.platform.objects.added.lake import in_lake, json_holds, json_ids
from dangol.platform.objects.filter_language import TEXT_LIKE, Group, Leaf, Test, column_of, understand, without_not
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.registry import object_type, score_of
from dangol.platform.objects.types import Clock, Field, ObjectType, Tables


class DatabaseOnly(FilterError):
    """A condition that only the database can answer."""

    def __init__(self, where: str, label: Any) -> None:
        sentence = _("“%(label)s” can only be asked of the database: the warehouse does not hold it.")
        super().__init__(where, sentence % {"label": label})


def compile_to_ibis(
    declared: ObjectType, actor: Actor, tree: Mapping[str, Any], tables: Tables, clock: Clock
) -> ir.Table:
    """The ids (column `id`) of the records of `declared` that fulfil a filter as `actor` may ask it and see them.

    `tables(name)` gives a dataset or a published table of the lake. Raises FilterError; DatabaseOnly where the
    warehouse holds no answer.
    """
    return _ids(declared, actor, without_not(understand(declared, actor, tree, clock)), tables)


def _ids(declared: ObjectType, actor: Actor, node: Group | Leaf, tables: Tables) -> ir.Table:
    compiler = _Compiler(declared, actor, tables)
    rows = rows_of(declared.model, actor, tables)
    for name in {score.name for leaf in _leaves(node) if (score := score_of(declared, leaf.field.name))}:
        rows = compiler.with_score(rows, name)
    return rows.filter(compiler.node(node, rows)).select(id=rows[compiler.dataset.key])


def dataset_of(model: type[models.Model]) -> Dataset:
    """The dataset that holds a model's rows. Raises DatabaseOnly."""
    for dataset in registered():
        if dataset.table == model._meta.db_table:
            return dataset
    raise DatabaseOnly("filter", model._meta.verbose_name)


def rows_of(model: type[GuardedModel], actor: Actor, tables: Tables) -> ir.Table:
    """The rows of a dataset that `actor` may see: the row policy in the words of the warehouse."""
    return _reached(model, actor, actor.scope("see", model.access_name), tables)


def _reached(model: type[GuardedModel], actor: Actor, scope: Scope, tables: Tables) -> ir.Table:
    dataset = dataset_of(model)
    rows = tables(dataset.name)
    policy = model.row_policy
    rules = policy.rules(model, actor, scope, "see")
    if any(rule.name == "all" for rule in rules):
        return rows
    if isinstance(policy, Through):
        target = policy.target(model)
        reached = _reached(target, actor, scope, tables)
        return rows.filter(_known(rows[f"{policy.link}_id"].isin(reached[dataset_of(target).key])))
    found: ir.BooleanValue = ibis.literal(False)
    for rule in rules:
        column = dataset.key if rule.column == "pk" else rule.column
        found = found | _known(rows[column].isin(rule.values))
    return rows.filter(found)


def _leaves(node: Any) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
        return
    for part in node.parts:
        yield from _leaves(part)


@dataclass(frozen=True)
class _Compiler:
    declared: ObjectType
    actor: Actor
    tables: Tables

    @property
    def dataset(self) -> Dataset:
        return dataset_of(self.declared.model)

    def with_score(self, rows: ir.Table, name: str) -> ir.Table:
        """The rows, beside each the figures of a score as `<score>__<column>`."""
        score = next(s for s in _scores(self.declared) if s.name == name)
        if not score.lake:
            raise DatabaseOnly("filter", score.fields[0].label)
        figures = self.tables(score.lake)
        shown = {f"{name}__{f.orm_path}": figures[f.orm_path] for f in score.fields if f.orm_path in figures.columns}
        beside = figures.select(**{f"{name}__key": figures[f"{score.link}_id"]}, **shown)
        return rows.left_join(beside, rows[self.dataset.key] == beside[f"{name}__key"])

    def node(self, node: Any, rows: ir.Table) -> ir.BooleanValue:
        if isinstance(node, Leaf):
            met = self.met(node, rows)
            return ~met if node.is_not else met
        found: ir.BooleanValue = ibis.literal(node.join == "and")
        for part in node.parts:
            inside = self.node(part, rows)
            found = found & inside if node.join == "and" else found | inside
        return found

    def met(self, leaf: Leaf, rows: ir.Table) -> ir.BooleanValue:
        """Whether a condition is fulfilled: yes or no."""
        if leaf.asked is not None:
            return self.custom(leaf, rows)
        if leaf.field.kind == "relations":
            return self.several(leaf, rows)
        if leaf.test is not None and leaf.test.kind == "never":
            return ibis.literal(False)
        if leaf.test is not None and leaf.test.kind == "empty":
            return self.empty(leaf, rows)
        column = self.column(leaf, rows)
        if leaf.inside is not None:
            other = object_type(leaf.field.relation)
            inside = _ids(other, self.actor, without_not(leaf.inside), self.tables)
            return _known(column.isin(inside.id))
        assert leaf.test is not None
        met = _known(_TESTS[leaf.test.kind](column, leaf.test))
        if leaf.field.kind == "relation" and self.actor.scope("see", leaf.field.relation) != "all":
            led_to = object_type(leaf.field.relation).model
            met = met & _known(column.isin(rows_of(led_to, self.actor, self.tables)[dataset_of(led_to).key]))
        return met

    def several(self, leaf: Leaf, rows: ir.Table) -> ir.BooleanValue:
        """Of several records only those count that the actor may see."""
        column, led_to = self.column(leaf, rows), object_type(leaf.field.relation)
        sees_all = self.actor.scope("see", leaf.field.relation) == "all"
        if leaf.inside is None and leaf.test is not None and sees_all:
            return column.isnull() if leaf.test.kind == "empty" else _known(_TESTS["holds"](column, leaf.test))
        if leaf.inside is not None:
            ids = _ids(led_to, self.actor, without_not(leaf.inside), self.tables).id
        else:
            ids = rows_of(led_to.model, self.actor, self.tables)[dataset_of(led_to.model).key]
        key = self.dataset.key
        links = rows.filter(column.notnull()).select(key=rows[key], one=json_ids(column).unnest())
        if leaf.test is not None and leaf.test.kind != "empty":
            links = links.filter(links.one.isin(leaf.test.value))
        met = _known(rows[key].isin(links.filter(links.one.isin(ids)).key))
        return ~met if leaf.test is not None and leaf.test.kind == "empty" else met

    def column(self, leaf: Leaf, rows: ir.Table) -> Any:
        if leaf.field.is_added:
            return self.added(leaf, rows)
        name = self.column_name(leaf.field)
        if name not in rows.columns:
            raise DatabaseOnly(leaf.where, leaf.field.label)
        column: Any = rows[name]
        held = column_of(self.declared, leaf.field)
        if isinstance(held, models.DecimalField) and column.type().is_floating():
            column = column.cast(f"decimal({held.max_digits}, {held.decimal_places})")
        return column

    def added(self, leaf: Leaf, rows: ir.Table) -> Any:
        """A field of the company's own, read from the record's document."""
        held = column_of(self.declared, leaf.field)
        if DOCUMENT not in rows.columns or not is_custom(held) or held.is_worked_out:
            raise DatabaseOnly(leaf.where, leaf.field.label)
        return in_lake(held.definition, rows)

    def column_name(self, field: Field) -> str:
        score = score_of(self.declared, field.name)
        if score:
            return f"{score.name}__{field.orm_path}"
        held = column_of(self.declared, field)
        return field.orm_path if held is None else str(held.attname)

    def empty(self, leaf: Leaf, rows: ir.Table) -> ir.BooleanValue:
        """`has_<field>` answers for what the warehouse must not hold itself."""
        flag = f"has_{leaf.field.name}"
        is_told = flag in rows.columns and not leaf.field.is_added
        if is_told and self.column_name(leaf.field) not in rows.columns:
            return ~_known(rows[flag])
        column = self.column(leaf, rows)
        unknown = column.isnull()
        is_text = leaf.field.kind in TEXT_LIKE and not leaf.field.is_added
        return unknown | _known(column == "") if is_text else unknown

    def custom(self, leaf: Leaf, rows: ir.Table) -> ir.BooleanValue:
        if leaf.field.custom is None or leaf.asked is None:
            raise DatabaseOnly(leaf.where, leaf.field.label)
        found, is_in = leaf.field.custom.lake_ids(leaf.asked, self.tables)
        inside = _known(rows[self.dataset.key].isin(found[found.columns[0]]))
        return inside if is_in else ~inside


def _scores(declared: ObjectType) -> Any:
    from dangol.platform.objects.registry import scores

    return scores(declared)


def _known(met: Any) -> ir.BooleanValue:
    """Not known is no."""
    return met.fill_null(False)


def _literal(column: Any, value: Any) -> Any:
    """A value as the column holds it, so that nothing is compared as floating point."""
    if isinstance(value, Decimal):
        held = column.type()
        return ibis.literal(value, f"decimal(38, {held.scale if held.is_decimal() else 0})")
    if isinstance(value, datetime):
        return ibis.literal(value, "timestamp('UTC')")
    return ibis.literal(value)


def _any(tests: Iterator[Any]) -> Any:
    found: Any = ibis.literal(False)
    for test in tests:
        found = found | _known(test)
    return found


def _span(column: Any, test: Test) -> Any:
    found: Any = ibis.literal(True)
    if test.low is not None:
        low = _literal(column, test.low)
        found = (column > low) if test.is_low_open else (column >= low)
    if test.high is not None:
        high = _literal(column, test.high)
        found = found & ((column < high) if test.is_high_open else (column <= high))
    return found


_TESTS: dict[str, Callable[[Any, Test], Any]] = {
    "equals": lambda column, test: column == _literal(column, test.value),
    "one_of": lambda column, test: column.isin([_literal(column, v) for v in test.value]),
    "contains": lambda column, test: column.upper().contains(ibis.literal(test.value).upper()),
    "starts": lambda column, test: column.upper().startswith(ibis.literal(test.value).upper()),
    "span": _span,
    "holds": lambda column, test: _any(json_holds(column, json.dumps(v, ensure_ascii=False)) for v in test.value),
}
