"""The long menus of a list as markup: a template would take its time on their many entries, on every page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.objects.types import Field
from dangol.platform.ui.marks import icon
from dangol.platform.ui.markup import escaped


def options(pairs: Iterable[tuple[str, Any]], chosen: str = "") -> SafeString:
    """What a select offers: (value, word), one of them chosen."""
    return SafeString(
        "".join(
            f'<option value="{escaped(value)}"{" selected" if value == chosen else ""}>{escaped(word)}</option>'
            for value, word in pairs
        )
    )


def checks(name: str, entries: Iterable[tuple[str, Any, bool]]) -> SafeString:
    """Boxes to tick: (value, word, whether it is ticked)."""
    return SafeString("".join(f"<label>{_box(name, *entry)}</label>" for entry in entries))


def columns(fields: Iterable[tuple[Field, bool]]) -> SafeString:
    """Boxes for columns that can be moved further left and right."""
    left, right = escaped(_("further left")), escaped(_("further right"))
    drawn = []
    for f, is_chosen in fields:
        word = escaped(f.label)
        moves = "".join(
            f'<button type="button" class="btn btn-icon" data-move="{way}" aria-label="{word}: {label}">'
            f"{icon(f'chevron-{way}')}</button>"
            for way, label in (("up", left), ("down", right))
        )
        drawn.append(f'<label>{_box("columns", f.name, word, is_chosen)}<span class="handle">{moves}</span></label>')
    return SafeString("".join(drawn))


def sorts(entries: Iterable[tuple[Any, str, str]]) -> SafeString:
    """Ways to sort: (word, address, direction now)."""
    return SafeString("".join(_sort(*entry) for entry in entries))


def _box(name: str, value: str, word: Any, is_ticked: bool) -> str:
    ticked = " checked" if is_ticked else ""
    box = f'<input class="form-check-input" type="checkbox" name="{name}" value="{escaped(value)}"{ticked}>'
    return f"{box}{escaped(word)}"


def _sort(word: Any, url: str, direction: str) -> str:
    now = ' aria-current="true"' if direction else ""
    arrow = icon("arrow-up" if direction == "ascending" else "arrow-down")
    mark = f'<span class="end">{arrow}</span>' if direction else ""
    return f'<a class="item" href="{escaped(url)}"{now}>{escaped(word)}{mark}</a>'
