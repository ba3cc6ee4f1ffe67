"""What the list page shows: tabs, chips, columns with their sorts, rows with their cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.objects import menus, words
from dangol.platform.objects.address import Address, packed
from dangol.platform.objects.board import Lanes
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.grouping import groupable
from dangol.platform.objects.list_rows import ListRows
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import ListDoor, import_page, list_doors, views
from dangol.platform.objects.saved_views import default_of, may_change
from dangol.platform.objects.sums import Sum, summable, summed_fields
from dangol.platform.objects.types import Field


@dataclass(frozen=True)
class Tab:
    """A view as a tab."""

    label: Any
    url: str
    is_current: bool
    count_url: str = ""


class ListPage(ListRows):
    """The context of the list; each part is worked out once, when a template asks for it."""

    def fetch(self) -> ListPage:
        """Ask for the rows now, while errors can still be said. Raises Forbidden, FilterError, CursorError."""
        self.has_rows = bool(self.page.rows if self.lanes is None else self.lanes.groups)
        return self

    @cached_property
    def groupable(self) -> dict[str, Field]:
        """The fields by which the list may be grouped."""
        return groupable(self.declared, self.actor)

    @cached_property
    def lanes(self) -> Lanes | None:
        """The groups, where the list stands in groups. Raises FilterError for a field that makes none."""
        name = self.address.grouped_by
        if not name and self.address.shape == "board":
            name = self.board_field
        if not name:
            return None
        if name not in self.groupable:
            known = ", ".join(self.groupable) or "–"
            raise FilterError("by", _("Lists cannot be grouped by “%(name)s”. Possible: %(known)s.") % {
                "name": name, "known": known})  # fmt: skip
        return Lanes(self, self.groupable[name])

    @cached_property
    def summable(self) -> list[Sum]:
        """What may be added up."""
        return summable(self.declared, self.actor)

    @cached_property
    def sums_url(self) -> str:
        """Where the sums are asked; empty when none are wanted."""
        wanted = summed_fields(self.declared, self.actor, self.address.asked_sums)
        return self.address.url("/sums") if wanted else ""

    @property
    def board_field(self) -> str:
        """The field by which a board stands until one chooses: the first of few listed values, else the first."""
        few = (n for n, f in self.groupable.items() if f.kind in ("choice", "tier"))
        return next(few, next(iter(self.groupable), ""))

    @cached_property
    def is_board(self) -> bool:
        """Whether cards are shown."""
        return self.address.shape == "board" and self.lanes is not None

    @cached_property
    def tabs(self) -> list[Tab]:
        """All, the views that come with the object, the saved ones."""
        known, view = self.address.known_views, self.address.view
        blank = Address(self.declared)
        everything = replace(blank, is_all=default_of(known, self.declared.name) is not None)
        found = [Tab("", everything.url(), not (view or self.address.in_trash))]
        for declared in views(self.declared):
            found.append(Tab(declared.label, blank.url(view=declared), declared is view))
        for saved in known:
            found.append(Tab(saved.name, blank.url(view=saved), isinstance(view, SavedView) and saved.pk == view.pk))
        return found

    @cached_property
    def current_tab(self) -> Tab | None:
        """The tab one stands on."""
        return next((tab for tab in self.tabs if tab.is_current), None)

    @cached_property
    def count_url(self) -> str:
        """Where the number of rows is asked."""
        return self.address.url("/count")

    @property
    def may_add_quickly(self) -> bool:
        """Whether a record may be added in a line over the table."""
        is_table = not self.is_board and not self.address.in_trash and self.has_rows
        return is_table and self.may["create"] and not self.declared.parts

    @property
    def quick_url(self) -> str:
        """Where that line is."""
        return self.address.url("/quick")

    @property
    def builder_url(self) -> str:
        """Where the filter is built in groups."""
        return self.address.url("/filter")

    @property
    def export_url(self) -> str:
        """Where the list is taken out of the house; empty for who may not."""
        return self.address.url("/export") if self.actor.may("export", self.declared.name) else ""

    @cached_property
    def import_url(self) -> str:
        """Where files of such records are taken in; empty for who may not."""
        return import_page(self.declared) if self.may["create"] else ""

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
    def sorts(self) -> list[tuple[Any, str, str]]:
        """Every field that sorts: word, address, direction now."""
        return [(f.label, *self._sort(f)) for f in self.fields.values() if f.is_sortable]

    @property
    def sort_menu(self) -> SafeString:
        """The same as drawn."""
        return menus.sorts(self.sorts)

    @property
    def column_menu(self) -> SafeString:
        """Boxes for all columns."""
        return menus.columns(self.all_columns)

    @property
    def group_menu(self) -> SafeString:
        """The fields by which the list may be grouped, as options."""
        by = self.lanes.by.name if self.lanes else ""
        return menus.options(((name, f.label) for name, f in self.groupable.items()), by)

    @property
    def sum_menu(self) -> SafeString:
        """Boxes for what may be added up."""
        asked = self.address.asked_sums
        return menus.checks("sums", ((each.name, each.label, each.name in asked) for each in self.summable))

    @cached_property
    def sort_words(self) -> Any:
        """The field that sorts now."""
        f = self.fields.get(self.sort.lstrip("-"))
        return f.label if f else ""

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

    @property
    def packed_filter(self) -> str:
        """The filter in force as JSON."""
        return packed(self.address.filter)

    @property
    def saved(self) -> SavedView | None:
        """The saved view that the list began with."""
        return self.address.view if isinstance(self.address.view, SavedView) else None

    @property
    def may_change_view(self) -> bool:
        """Whether the changes may be kept in that view."""
        return self.saved is not None and may_change(self.actor, self.saved)

    @property
    def own_view_name(self) -> str:
        """The name of the viewer's own view that was changed, so that saving replaces it."""
        view = self.address.view
        return view.name if isinstance(view, SavedView) and view.user_id == self.actor.user_id else ""
