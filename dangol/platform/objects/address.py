"""What the address bar says of a list, read and written. The whole state of a list stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from dangol.platform.objects import filters
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import views
from dangol.platform.objects.types import ObjectType, View

Tree = Mapping[str, Any]
LAYOUTS = ("table", "board")


@dataclass(frozen=True)
class Address:
    """The state of one list: which view it began with, and what was changed since.

    `is_all` says "every record" where a list would open with somebody's default view. `by` is the field of the groups
    or of the board's columns ("-": none, whatever the view says); `sums` are what is added up ("value", "value:avg").
    `left_out` counts the view's conditions that its reader may not ask.
    """

    declared: ObjectType
    view: View | SavedView | None = None
    tree: Tree | None = None
    sort: str = ""
    columns: tuple[str, ...] = ()
    search: str = ""
    after: str = ""
    in_trash: bool = False
    layout: str = ""
    by: str = ""
    sums: tuple[str, ...] = ()
    is_all: bool = False
    left_out: int = 0
    known_views: tuple[SavedView, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, declared: ObjectType, asked: QueryDict, saved: list[SavedView]) -> Address:
        """Read it from a query string. Raises FilterError for a filter that is no JSON object."""
        text = asked.get("filter", "")
        view = _view_called(declared, asked.get("view", ""), saved)
        layout, by, sums = asked.get("layout", ""), asked.get("by", ""), _several(asked, "sums")
        return cls(
            declared=declared,
            view=view,
            tree=filters.parse(text) if text else None,
            sort=asked.get("sort", ""),
            columns=_several(asked, "columns"),
            search=asked.get("q", "").strip()[:200],
            after=asked.get("after", ""),
            in_trash=asked.get("trash") == "1",
            layout=layout if layout in LAYOUTS and layout != (getattr(view, "layout", "") or "table") else "",
            by=by if by != (getattr(view, "group_by", "") or "-") else "",
            sums=sums if sums != ("-",) or getattr(view, "sums", None) else (),
            is_all=asked.get("view") == "all",
            known_views=tuple(saved),
        )

    @property
    def filter(self) -> Tree:
        """The filter in force: the one in the address, else the view's."""
        if self.tree is not None:
            return self.tree
        return self.view.filter if self.view else {}

    @cached_property
    def query(self) -> ListQuery:
        """What the listing is asked for."""
        return ListQuery(
            filter=self.filter,
            sort=self.sort or (self.view.sort if self.view else ""),
            after=self.after,
            search=self.search,
            columns=self.columns or tuple(self.view.columns if self.view else ()),
            in_trash=self.in_trash,
        )

    @property
    def is_changed(self) -> bool:
        """Whether the list differs from the view it began with."""
        return self.tree is not None or any((self.sort, self.columns, self.layout, self.by, self.sums))

    @property
    def shape(self) -> str:
        """The layout in force: table or board."""
        return self.layout or getattr(self.view, "layout", "") or "table"

    @property
    def grouped_by(self) -> str:
        """The field of the groups in force; empty for none."""
        return "" if self.by == "-" else self.by or getattr(self.view, "group_by", "")

    @property
    def asked_sums(self) -> tuple[str, ...]:
        """The sums in force."""
        return tuple(s for s in self.sums or getattr(self.view, "sums", ()) if s != "-")

    @property
    def view_key(self) -> str:
        """How the view is called in the address."""
        if isinstance(self.view, SavedView):
            return str(self.view.pk)
        return self.view.slug if self.view else "all" if self.is_all else ""

    def parameters(self) -> list[tuple[str, str]]:
        """Name and value of each part that differs from the plain list."""
        pairs = [
            ("view", self.view_key),
            ("filter", "" if self.tree is None else packed(self.tree)),
            ("sort", self.sort),
            ("columns", ",".join(self.columns)),
            ("layout", self.layout),
            ("by", self.by),
            ("sums", ",".join(self.sums)),
            ("q", self.search),
            ("trash", "1" if self.in_trash else ""),
            ("after", self.after),
        ]
        return [(name, value) for name, value in pairs if value]

    def url(self, ending: str = "", **changes: Any) -> str:
        """The address with some parts changed; the place in the list is kept only when named."""
        changed = replace(self, **{"after": "", **changes})
        path = f"/{self.declared.slug}{ending}"
        pairs = changed.parameters()
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def hidden_inputs(self, *without: str) -> list[tuple[str, str]]:
        """The parts as hidden fields of a form that sets `without` itself."""
        return [(n, v) for n, v in replace(self, after="").parameters() if n not in without]


def packed(tree: Tree) -> str:
    """A filter as short JSON for an address."""
    return json.dumps(tree, separators=(",", ":"), ensure_ascii=False)


def _several(asked: QueryDict, name: str) -> tuple[str, ...]:
    """Values that came each for itself (ticks) or joined by commas."""
    found = (one for part in asked.getlist(name) for one in part.split(",") if one)
    return tuple(dict.fromkeys(found))


def _view_called(declared: ObjectType, key: str, saved: list[SavedView]) -> View | SavedView | None:
    if key.isdigit():
        return next((v for v in saved if v.pk == int(key)), None)
    return next((v for v in views(declared) if v.slug == key), None) if key else None


def conditions(tree: Tree) -> tuple[str, list[Any]]:
    """The join and the parts of a filter's top level: ("and", [...]); one condition alone is a list of one."""
    if not tree:
        return "and", []
    if len(tree) == 1 and ("and" in tree or "or" in tree):
        ((join, parts),) = tree.items()
        if isinstance(parts, list) and (join == "and" or len(parts) > 1):
            return join, parts
    return "and", [tree]


def joined(join: str, parts: list[Any]) -> Tree:
    """The filter of several parts; {} for none."""
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {join: parts}


def with_condition(tree: Tree, condition: Tree) -> Tree:
    """The filter and one more condition."""
    join, parts = conditions(tree)
    return joined("and", [*parts, condition]) if join == "and" else {"and": [tree, condition]}


def without_part(tree: Tree, index: int) -> Tree:
    """The filter without the part at `index` of its top level."""
    join, parts = conditions(tree)
    return joined(join, [p for i, p in enumerate(parts) if i != index])
