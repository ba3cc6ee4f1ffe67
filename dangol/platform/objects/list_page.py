"""What the list page shows: tabs, chips, columns with their sorts, rows with their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells, words
from dangol.platform.objects.address import Address, packed
from dangol.platform.objects.listing import Page, Row, page
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import ListDoor, fields_for, list_doors, views
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui import marks
from dangol.platform.ui.viewer import Viewer

_FACES = {"round": "person", "rounded": "firm", "square": "staff"}


@dataclass(frozen=True)
class Tab:
    """A view as a tab; `delete` is where one's own is removed."""

    label: Any
    url: str
    is_current: bool
    count_url: str = ""
    delete: str = ""


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
    """A cell with its class."""

    html: SafeString
    css: str
    edit: str = ""

    def markup(self) -> str:
        """The cell; one that may be edited says where."""
        edit = f' data-edit="{escape(self.edit)}"' if self.edit else ""
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
        title, url = escape(self.title), escape(self.url)
        face = marks.face(self.own_name, kind=self.face) if self.face else ""  # type: ignore[arg-type]
        pick = ""
        if has_pick:
            label = escape(pick_words % {"name": self.title})
            box = f'<input class="form-check-input" type="checkbox" name="id" value="{self.id}" aria-label="{label}">'
            pick = f'<td class="pick">{box}</td>'
        first = (
            f'<td class="first"><span class="row-flex">{face}<a class="name cut" href="{url}">{title}</a></span></td>'
        )
        rest = "".join(cell.markup() for cell in self.cells)
        return SafeString(f"{pick}{first}{rest}")


class ListPage:
    """The context of the list; each part is worked out once, when a template asks for it."""

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
    def tabs(self) -> list[Tab]:
        """All, the views that come with the object, the saved ones."""
        blank = Address(self.declared)
        plain = not (self.address.view or self.address.in_trash)
        found = [Tab("", blank.url(), plain)]
        for view in views(self.declared):
            found.append(Tab(view.label, blank.url(view=view), view is self.address.view))
        for saved in self.address.known_views:
            is_current = isinstance(self.address.view, SavedView) and saved.pk == self.address.view.pk
            own = saved.user_id == self.actor.user_id
            delete = f"/{self.declared.slug}/views/{saved.pk}/delete" if own else ""
            found.append(Tab(saved.name, blank.url(view=saved), is_current, delete=delete))
        return found

    @cached_property
    def current_tab(self) -> Tab | None:
        """The tab one stands on."""
        return next((tab for tab in self.tabs if tab.is_current), None)

    @cached_property
    def count_url(self) -> str:
        """Where the number of rows is asked."""
        return self.address.url("/count")

    @cached_property
    def doors(self) -> list[tuple[ListDoor, str]]:
        """Ways to other pages that take the list's filter along; none while there is nothing to take, or more."""
        tree = self.address.filter
        if not tree or self.address.search or self.address.in_trash:
            return []
        return [(d, f"{d.url}?{urlencode({'filter': packed(tree)})}") for d in list_doors(self.declared, self.actor)]

    @cached_property
    def chips(self) -> tuple[str, list[words.Chip]]:
        """The filter in words."""
        return words.chips(self.address, self.actor, self.viewer)

    @cached_property
    def shown_fields(self) -> list[Field]:
        """The columns besides the title."""
        return [f for f in self.page.columns if f.name != self.title_field.name]

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
        now = self.page.sort
        direction = {f.name: "ascending", f"-{f.name}": "descending"}.get(now, "")
        starts_down = f.kind in cells.RIGHT | {"date", "datetime"}
        other = f.name if now == f"-{f.name}" or (not direction and not starts_down) else f"-{f.name}"
        return self.address.url(sort=other), direction

    @cached_property
    def sorts(self) -> list[tuple[Any, str, str]]:
        """Every field that sorts: word, address, direction now."""
        return [(f.label, *self._sort(f)) for f in self.fields.values() if f.is_sortable]

    @cached_property
    def sort_words(self) -> Any:
        """The field that sorts now."""
        f = self.fields.get(self.page.sort.lstrip("-"))
        return f.label if f else ""

    @cached_property
    def lines(self) -> list[Line]:
        """The rows as drawn."""
        places = [column.css for column in self.columns]
        return [self._line(row, places) for row in self.page.rows]

    def _line(self, row: Row, places: Sequence[str]) -> Line:
        url = f"/{self.declared.slug}/{row.id}"
        drawn = []
        for f, css in zip(self.shown_fields, places, strict=True):
            edit = f"{url}/edit?field={f.name}&cell=1" if f.name in self.editable else ""
            drawn.append(Cell(cells.shown(f, row.values.get(f.name), row.record, self.viewer), css, edit))
        face, own_name = _FACES.get(self.declared.face, ""), str(row.record)
        return Line(row.id, self.declared.title(row.record), url, face, own_name, drawn)

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
        words, has_pick = _("Select %(name)s"), self.has_pick
        return [(line.url, line.html(has_pick=has_pick, pick_words=words)) for line in self.lines]

    @property
    def has_pick(self) -> bool:
        """Whether rows may be selected."""
        return self.may["bulk"] or self.may["delete"]

    @cached_property
    def next_url(self) -> str:
        """Where the rows after these are."""
        return self.address.url(after=self.page.next) if self.page.next else ""

    @cached_property
    def all_columns(self) -> list[tuple[Field, bool]]:
        """Every field that may be a column, the chosen ones first and in their order."""
        chosen = [f.name for f in self.shown_fields]
        rest = [
            n for n, f in self.fields.items() if n not in chosen and n != self.title_field.name and f.kind != "custom"
        ]
        return [(self.fields[n], n in chosen) for n in [*chosen, *rest]]

    @cached_property
    def filterable(self) -> list[Field]:
        """Fields that the filter builder offers."""
        return [f for f in self.fields.values() if words.can_be_built(f)]

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

    @property
    def packed_filter(self) -> str:
        """The filter in force as JSON."""
        return packed(self.address.filter)

    @property
    def own_view_name(self) -> str:
        """The name of the viewer's own view that was changed, so that saving replaces it."""
        view = self.address.view
        return view.name if isinstance(view, SavedView) and view.user_id == self.actor.user_id else ""

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
