"""Why a record is found by a filter, or not: each condition in words, whether it is fulfilled, and what is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells, words
from dangol.platform.objects.filter_language import Group, Leaf, Node, Not, understand, without_not
from dangol.platform.objects.filters import compile_node, reader_clock
from dangol.platform.objects.listing import Reference, rows_with_values
from dangol.platform.objects.types import Clock, ObjectType
from dangol.platform.ui.viewer import Viewer


@dataclass(frozen=True)
class Reason:
    """One part of a filter about one record. `what`, `op`, `value` are the condition in words, `actual` what is true;
    groups have `parts` and a `join`, and their own `is_met` follows from those of the parts."""

    is_met: bool
    what: str = ""
    op: str = ""
    value: str = ""
    actual: str = ""
    join: Literal["", "and", "or", "not", "none", "not_all"] = ""
    parts: tuple[Reason, ...] = ()

    @property
    def join_words(self) -> str:
        """How the parts belong together."""
        heads = {
            "and": _("All of these"), "or": _("At least one of these"), "not": _("Not this"),
            "none": _("None of these"), "not_all": _("Not all of these"),
        }  # fmt: skip
        return heads.get(self.join, "")


def explain(
    declared: ObjectType, actor: Actor, viewer: Viewer, tree: Mapping[str, Any], record: Any, clock: Clock | None = None
) -> Reason:
    """Why `record` (visible to the actor) is found by a filter or not, part by part.

    The database answers every condition by the same compiler that lists use, all of them in one query; what is true
    takes one more for each table of figures and each custom condition. Raises FilterError.
    """
    clock = clock or reader_clock()
    node = understand(declared, actor, tree, clock)
    leaves = list(_leaves(node))
    met = _answers(declared, actor, record, leaves)
    actual = _actual(declared, actor, viewer, record, leaves)
    answers = {id(leaf): (is_met, said) for leaf, is_met, said in zip(leaves, met, actual, strict=True)}
    return _Teller(declared, actor, viewer, answers).reason(node)


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Not):
        yield from _leaves(node.part)
    else:
        for part in node.parts:
            yield from _leaves(part)


def _answers(declared: ObjectType, actor: Actor, record: Any, leaves: Sequence[Leaf]) -> list[bool]:
    if not leaves:
        return []
    yes, no = Value(True), Value(False)
    asked = {
        f"met_{n}": Case(
            When(compile_node(declared, actor, without_not(leaf)), then=yes), default=no, output_field=BooleanField()
        )
        for n, leaf in enumerate(leaves)
    }
    rows: Any = declared.model.objects.visible_to(actor)
    found = rows.filter(pk=record.pk).annotate(**asked).values_list(*asked).first()
    return list(found) if found else [False] * len(leaves)


def _actual(declared: ObjectType, actor: Actor, viewer: Viewer, record: Any, leaves: Sequence[Leaf]) -> list[str]:
    columns = list({leaf.field.name: leaf.field for leaf in leaves if leaf.field.kind != "custom"}.values())
    values = rows_with_values(declared, actor, [record], columns)[0].values
    return [_said(leaf, values, viewer, record) for leaf in leaves]


def _said(leaf: Leaf, values: Mapping[str, Any], viewer: Viewer, record: Any) -> str:
    if leaf.asked is not None:
        return leaf.field.custom.explain(leaf.asked, record.pk) if leaf.field.custom else ""
    value = values.get(leaf.field.name)
    if value in (None, ""):
        return _("not known")
    return value.title if isinstance(value, Reference) else cells.plain(leaf.field, value, viewer)


@dataclass(frozen=True)
class _Teller:
    declared: ObjectType
    actor: Actor
    viewer: Viewer
    answers: Mapping[int, tuple[bool, str]]

    def reason(self, node: Node) -> Reason:
        if isinstance(node, Leaf):
            is_met, actual = self.answers[id(node)]
            return Reason(is_met, *words.describe(self.declared, self.actor, self.viewer, node.said), actual)
        if isinstance(node, Not):
            inside = self.reason(node.part)
            joins: Any = {"and": "not_all", "or": "none"}
            if inside.join in joins:
                return replace(inside, is_met=not inside.is_met, join=joins[inside.join])
            return Reason(not inside.is_met, join="not", parts=(inside,))
        assert isinstance(node, Group)
        parts = tuple(self.reason(part) for part in node.parts)
        every = all(part.is_met for part in parts)
        return Reason(every if node.join == "and" else any(p.is_met for p in parts), join=node.join, parts=parts)
