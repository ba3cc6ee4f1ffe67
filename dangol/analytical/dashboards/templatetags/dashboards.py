"""Doors and cells: numbers that lead to the list behind them, written for the viewer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.analytical.dashboards.figures.rules import Delta
from dangol.analytical.dashboards.pictures.rules import Cell, Column, Table
from dangol.platform.objects.registry import object_type
from dangol.platform.ui import format

register = template.Library()
ARROWS = {"up": "arrow-up-right", "down": "arrow-down-right", "same": "minus"}


def _language() -> str:
    return (get_language() or "en")[:2]


def _currency(context: Context) -> str:
    return str(context.get("currency") or context["ui"].viewer.currency)


@register.simple_tag
def door(address: str, text: Any, extra: str = "") -> SafeString:
    """A number that leads to its list; without an address, the number alone."""
    if not address:
        return format_html('<span class="num {}">{}</span>', extra, text)
    return format_html('<a class="fig num {}" href="{}">{}</a>', extra, address, text)


@register.simple_tag(takes_context=True)
def written(context: Context, value: Any, unit: str) -> str:
    """A key figure in its unit, short enough for a tile."""
    if value is None:
        return "–"
    if unit == "money":
        return format.money(value, _currency(context), _language(), short=True)
    if unit == "percent":
        return format.percent(value, _language())
    return format.number(value, _language(), digits=1 if unit == "days" and value % 1 else 0)


@register.simple_tag
def change(delta: Delta, unit: str) -> str:
    """How much a key figure moved, without the direction: that is the arrow's."""
    if delta.direction == "same":
        return _("same as before")
    if unit == "percent":
        return _("%(points)s pt") % {"points": format.number(delta.amount * 100, _language(), digits=1)}
    if unit == "days":
        return _("%(days)s days") % {"days": format.number(delta.amount, _language(), digits=1)}
    return format.percent(delta.amount, _language())


@register.filter
def arrow(delta: Delta) -> str:
    """The icon of a direction."""
    return ARROWS[delta.direction]


@register.filter
def direction_word(delta: Delta) -> str:
    """The direction for ears."""
    return {"up": _("up"), "down": _("down"), "same": ""}[delta.direction]


@register.simple_tag(takes_context=True)
def cell(context: Context, column: Column, found: Cell) -> SafeString | str:
    """One cell of a picture's table, with its door."""
    text = cell_text(found.value, column.kind, _currency(context), _language())
    return door(found.door, text) if found.door and text else text


def cell_text(value: Any, kind: str, currency: str, language: str) -> str:
    """What a cell says; empty for None."""
    if value is None:
        return ""
    if kind == "money":
        return format.money(value, currency, language)
    if kind == "percent":
        return format.percent(value, language)
    if kind == "month":
        return format.month(value, language, short=True)
    return format.number(value, language) if isinstance(value, int | float | Decimal) else str(value)


@register.filter
def width(share: float | Decimal | None, whole: float = 100) -> str:
    """A share as a width in a drawing that is `whole` wide, at least a hair."""
    return f"{max(float(share or 0) * float(whole), 0.5 if share else 0):.1f}"


@register.filter
def label_of(labels: dict[str, str], key: str) -> str:
    """The label of a key."""
    return labels[key]


@register.filter
def whole_percent(share: float) -> str:
    """46 for .4571: in the map there is no room for more."""
    return str(round(share * 100))


@register.filter
def paired(table: Table, row: tuple[Cell, ...]) -> list[tuple[Column, Cell]]:
    """Each column of a table with its cell of one row."""
    return list(zip(table.columns, row, strict=True))


@register.simple_tag
def concat(*parts: object) -> str:
    """Pieces of text put together."""
    return "".join(map(str, parts))


@register.simple_tag
def title_of(person: Any) -> str:
    """How a person is called by a reader of the running language."""
    return object_type("person").title(person)
