"""The board and the grouped table: what they show of the groups of a list, and where each thing leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells, inputs
from dangol.platform.objects.address import Tree, with_condition
from dangol.platform.objects.grouping import NONE, OTHER, Group, grouped, listed_values
from dangol.platform.objects.inputs import expected
from dangol.platform.objects.list_rows import Line, ListRows
from dangol.platform.objects.listing import ListQuery, Row
from dangol.platform.objects.new_record import column_of
from dangol.platform.objects.registry import score_of
from dangol.platform.objects.sums import Sum, said, summed_fields
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.veil import veiled
from dangol.platform.ui import marks
from dangol.platform.ui.markup import escaped
from dangol.platform.ui.viewer import Viewer

CARDS, ROWS = 20, 5
_NAMES = ("relation", "user")


@dataclass(frozen=True)
class Lane:
    """One group as drawn: a column of the board, or a stretch of the table."""

    group: Group
    label: str
    sums: list[tuple[str, str]]
    list_url: str
    more_url: str
    target: str | None
    cards: list[SafeString]
    lines: list[tuple[str, SafeString]]


class Lanes:
    """The groups of a list page. `by` is the field they are made by."""

    def __init__(self, page: ListRows, by: Field) -> None:
        self.page, self.by = page, by
        self.is_board = page.address.shape == "board"

    @cached_property
    def asked_sums(self) -> list[Sum]:
        """The sums that were asked for and may be seen."""
        return summed_fields(self.page.declared, self.page.actor, self.page.address.asked_sums)

    @cached_property
    def card_fields(self) -> list[Field]:
        """What a card shows under its title: three columns, of which two may cost a query for names or figures."""
        kept: list[Field] = []
        costs = {"by"} if self.by.kind in _NAMES else set()
        for f in self.page.wanted_columns:
            if f.name in (self.by.name, self.page.title_field.name) or f.kind in ("rhythm", "custom", "long_text"):
                continue
            score = score_of(self.page.declared, f.name)
            cost = {score.name} if score else {"user" if f.kind == "user" else f.name} if f.kind in _NAMES else set()
            if len(costs | cost) <= 2:
                costs |= cost
                kept.append(f)
        return kept[:3]

    @cached_property
    def groups(self) -> list[Group]:
        """The groups with their first rows. Raises Forbidden, FilterError."""
        page = self.page
        shown = self.card_fields if self.is_board else page.wanted_columns
        query = replace(page.address.query, after="", columns=[f.name for f in shown])
        plain = [s.field for s in self.asked_sums if not s.field.currency]
        first = CARDS if self.is_board else ROWS
        return grouped(page.declared, page.actor, query, self.by, first=first, sums=plain)

    @cached_property
    def lanes(self) -> list[Lane]:
        """The groups as drawn."""
        return [self._lane(group) for group in self.groups]

    def _lane(self, group: Group) -> Lane:
        page, label = self.page, label_of(self.by, group, self.page.viewer)
        tree: Tree = with_condition(page.address.filter, group.tree)
        more = page.address.url("/cards", tree=tree, after=group.next)
        return Lane(
            group=group,
            label=label,
            sums=self._sums(group),
            list_url=page.address.url(tree=tree, by="-", layout="table"),
            more_url=more if group.next else "",
            target=self._target(group),
            cards=self.cards(group.rows) if self.is_board else [],
            lines=[] if self.is_board else self._lines(group.rows),
        )

    def cards(self, rows: Sequence[Row]) -> list[SafeString]:
        """Rows as cards. Joined here: a template would take most of the time of a page on them."""
        drawings = [cells.Drawing(f, self.page.viewer) for f in self.card_fields]
        pairs = [(drawing, escaped(drawing.field.label)) for drawing in drawings]
        move_words = _("Move %(name)s")
        return [self._card(row, pairs, move_words) for row in rows]

    def _card(self, row: Row, drawings: Sequence[tuple[cells.Drawing, str]], move_words: str) -> SafeString:
        page, name = self.page, self.page.declared.title(row.record)
        url, title = f"/{page.declared.slug}/{row.id}", escaped(name)
        face = marks.face(str(veiled(page.declared, row.record)), kind=page.face) if page.face else ""  # type: ignore[arg-type]
        move = held = ""
        if self.may_move:
            was = escaped(expected(standing(row.record, self.by)))
            move = (
                f'<a class="btn btn-icon to" href="{url}/move?by={self.by.name}"'
                f' aria-label="{escaped(move_words % {"name": name})}" title="m">{marks.icon("arrows-right-left")}</a>'
            )
            held = f' data-was="{was}" draggable="true"'
        shown = [(label, d.shown(row.values.get(d.field.name), row.record)) for d, label in drawings]
        facts = "".join(f'<span class="cut" title="{label}">{html}</span>' for label, html in shown if html)
        return SafeString(
            f'<article class="deal" tabindex="-1" data-id="{row.id}" data-href="{url}" data-panel="{url}/panel"{held}>'
            f'<div class="r1">{face}<a class="name cut mid" href="{url}" draggable="false">{title}</a>{move}</div>'
            f'<div class="r3">{facts}</div></article>'
        )

    def _lines(self, rows: Sequence[Row]) -> list[tuple[str, SafeString]]:
        places = [column.css for column in self.page.columns]
        found: list[Line] = [self.page.line(row, places) for row in rows]
        return self.page.drawn(found)

    def _sums(self, group: Group) -> list[tuple[str, str]]:
        plain = [s for s in self.asked_sums if not s.field.currency]
        pairs = zip(plain, group.sums, strict=False)
        return [(str(s.label), said(s, [added], self.page.viewer)) for s, added in pairs if added.number]

    @cached_property
    def may_move(self) -> bool:
        """Whether a record may be given another value here; whether this very one, the server says on trying."""
        return self.by.name in self.page.editable

    def _target(self, group: Group) -> str | None:
        """What is written when a card is put here; None where it cannot be."""
        if not self.may_move or group.key == OTHER:
            return None
        if group.key == NONE:
            return "" if may_be_empty(self.page.declared, self.by) else None
        if self.by.kind == "bool":
            return "true" if group.value else ""
        return inputs.written(self.by, group.value)

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Where a card may be moved: value and word."""
        return [(lane.target, lane.label) for lane in self.lanes if lane.target is not None]


def label_of(by: Field, group: Group, viewer: Viewer) -> str:
    """What a group is called."""
    if group.key == NONE:
        return _("Without")
    if group.key == OTHER:
        return _("Others")
    return group.reference.title if group.reference is not None else cells.plain(by, group.value, viewer)


def may_be_empty(declared: Any, f: Field) -> bool:
    """Whether a record may stand without a value."""
    column = column_of(declared, f)
    return f.kind != "bool" and not f.is_required and column is not None and (column.blank or column.null)


def standing(record: Any, by: Field) -> Any:
    """The raw value of a field of the record itself."""
    return getattr(record, f"{by.orm_path}_id" if by.kind in _NAMES else by.orm_path, None)


def move_targets(declared: ObjectType, actor: Actor, viewer: Viewer, f: Field) -> list[tuple[str, str]]:
    """Where a record may be moved, as (value, word): listed values, else those that are most frequent in the list."""
    listed = listed_values(f)
    if listed:
        found = [("true" if v is True else "" if v is False else str(v), cells.plain(f, v, viewer)) for v in listed]
    else:
        groups = [g for g in grouped(declared, actor, ListQuery(), f) if g.value is not None]
        found = [(inputs.written(f, g.value), label_of(f, g, viewer)) for g in groups]
    return [*found, ("", _("Without"))] if may_be_empty(declared, f) else found
