"""The rows of a list as drawn: columns with their sorts, lines with their cells, and what may be done there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells
from dangol.platform.objects.address import Address
from dangol.platform.objects.listing import Page, Row, columns_of, page, sort_of
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.veil import veiled
from dangol.platform.ui import marks
from dangol.platform.ui.markup import escaped
from dangol.platform.ui.viewer import Viewer

_FACES = {"round": "person", "rounded": "firm", "square": "staff"}


@dataclass(frozen=True)
class Column:
    """A column's head: its word, and where sorting by it leads."""

    field: Field
    css: str
    width: str
    sort_url: str = ""
    direction: str = ""

    @property
    def label(self) -> Any:
        """Its word."""
        return self.field.label


@dataclass(frozen=True)
class Cell:
    """A cell with its class; `edit` is an address made of names and numbers of the house, as markup."""

    html: SafeString
    css: str
    edit: str = ""

    def markup(self) -> str:
        """The cell; one that may be edited says where."""
        edit = f' data-edit="{self.edit}"' if self.edit else ""
        return f'<td class="{self.css}"{edit}>{self.html}</td>'


@dataclass(frozen=True)
class Line:
    """One row as drawn; `own_name` is what the record calls itself, from which its face takes the letter."""

    id: int
    title: str
    url: str
    face: str
    own_name: str
    cells: list[Cell]

    def html(self, *, has_pick: bool, pick_words: str) -> SafeString:
        """The row's cells. Joined here: a template would take most of the time of a page on it."""
        title, url = escaped(self.title), escaped(self.url)
        face = marks.face(self.own_name, kind=self.face) if self.face else ""  # type: ignore[arg-type]
        pick = ""
        if has_pick:
            label = escaped(pick_words % {"name": self.title})
            box = f'<input class="form-check-input" type="checkbox" name="id" value="{self.id}" aria-label="{label}">'
            pick = f'<td class="pick">{box}</td>'
        first = (
            f'<td class="first"><span class="row-flex">{face}<a class="name cut" href="{url}">{title}</a></span></td>'
        )
        rest = "".join(cell.markup() for cell in self.cells)
        return SafeString(f"{pick}{first}{rest}")


class ListRows:
    """What a table, a board and a group draw of a list; each part is worked out once, when a template asks for it."""

    def __init__(self, address: Address, actor: Actor, viewer: Viewer) -> None:
        self.address, self.actor, self.viewer = address, actor, viewer
        self.declared: ObjectType = address.declared

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields that the viewer may see."""
        return fields_for(self.declared, self.actor)

    @cached_property
    def title_field(self) -> Field:
        """The field that names a record: the first declared one."""
        return self.declared.fields[0]

    @cached_property
    def page(self) -> Page:
        """The rows. Raises Forbidden, FilterError, CursorError."""
        return page(self.declared, self.actor, self.address.query)

    @cached_property
    def wanted_columns(self) -> list[Field]:
        """The columns asked for, the title among them."""
        return columns_of(self.declared, self.fields, self.address.query)

    @property
    def sort(self) -> str:
        """How the rows are sorted."""
        return sort_of(self.declared, self.fields, self.address.query.sort)

    @cached_property
    def shown_fields(self) -> list[Field]:
        """The columns besides the title."""
        return [f for f in self.wanted_columns if f.name != self.title_field.name]

    @cached_property
    def title_column(self) -> Column:
        """The column that stays: the record's name."""
        return self._column(self.title_field, "")

    @cached_property
    def columns(self) -> list[Column]:
        """The other columns' heads."""
        places = phone_places(self.shown_fields)
        return [self._column(f, places.get(f.name, "")) for f in self.shown_fields]

    def _column(self, f: Field, place: str) -> Column:
        css = " ".join(part for part in (place, "right" if f.kind in cells.RIGHT else "") if part)
        return Column(f, css, cells.width_class(f), *self._sort(f))

    def _sort(self, f: Field) -> tuple[str, str]:
        if not f.is_sortable:
            return "", ""
        now = self.sort
        direction = {f.name: "ascending", f"-{f.name}": "descending"}.get(now, "")
        starts_down = f.kind in cells.RIGHT | {"date", "datetime"}
        other = f.name if now == f"-{f.name}" or (not direction and not starts_down) else f"-{f.name}"
        return self.address.url(sort=other), direction

    @cached_property
    def lines(self) -> list[Line]:
        """The rows as drawn."""
        places = [column.css for column in self.columns]
        return [self.line(row, places) for row in self.page.rows]

    @cached_property
    def drawings(self) -> list[cells.Drawing]:
        """How the columns' values are drawn."""
        return [cells.Drawing(f, self.viewer) for f in self.shown_fields]

    @property
    def face(self) -> str:
        """How a record's mark is drawn."""
        return _FACES.get(self.declared.face, "")

    def line(self, row: Row, places: Sequence[str]) -> Line:
        """One row as drawn."""
        url = f"/{self.declared.slug}/{row.id}"
        drawn = []
        for drawing, css in zip(self.drawings, places, strict=True):
            name = drawing.field.name
            edit = f"{url}/edit?field={name}&amp;cell=1" if name in self.editable else ""
            drawn.append(Cell(drawing.shown(row.values.get(name), row.record), css, edit))
        own_name = str(veiled(self.declared, row.record))
        return Line(row.id, self.declared.title(row.record), url, self.face, own_name, drawn)

    @cached_property
    def editable(self) -> frozenset[str]:
        """Fields that may be edited where they stand; whether in this very row, the server says on trying."""
        name = self.declared.name
        if self.declared.change is None or self.address.in_trash or not self.actor.may("change", name):
            return frozenset()
        own = (f.name for f in self.declared.fields if f.is_editable)
        return frozenset(n for n in own if self.actor.field_right(name, n) == "edit")

    @cached_property
    def drawn_lines(self) -> list[tuple[str, SafeString]]:
        """Address and markup of each row."""
        return self.drawn(self.lines)

    def drawn(self, lines: Sequence[Line]) -> list[tuple[str, SafeString]]:
        """Address and markup of rows."""
        words, has_pick = _("Select %(name)s"), self.has_pick
        return [(line.url, line.html(has_pick=has_pick, pick_words=words)) for line in lines]

    @property
    def has_pick(self) -> bool:
        """Whether rows may be selected."""
        return self.may["bulk"] or self.may["delete"]

    @cached_property
    def may(self) -> dict[str, bool]:
        """What the viewer may do here."""
        name = self.declared.name
        return {
            "create": self.declared.create is not None and self.actor.may("create", name),
            "bulk": self.declared.change is not None and self.actor.may("bulk", name),
            "delete": self.declared.trash is not None and self.actor.may("delete", name),
            "share_view": self.actor.scope("see", name) == "all",
        }

    @cached_property
    def column_count(self) -> int:
        """How many columns a row spans."""
        return len(self.columns) + 1 + int(self.may["bulk"] or self.may["delete"])


def phone_places(fields: Sequence[Field]) -> dict[str, str]:
    """Which columns a phone's row keeps, and where: at the top, left or right of the second line."""
    wishes = (
        ("p-top", ("tier", "choice", "bool", "country")),
        ("p-right", ("money", "number", "percent", "date", "datetime", "rhythm", "user")),
        ("p-left", ("rhythm", "relation", "choice", "text", "email", "phone", "country", "datetime", "user")),
    )
    found: dict[str, str] = {}
    for place, kinds in wishes:
        best = next((f for kind in kinds for f in fields if f.kind == kind and f.name not in found), None)
        if best:
            found[best.name] = place
    return found
