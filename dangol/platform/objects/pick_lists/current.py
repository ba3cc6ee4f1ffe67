"""The pick lists of this house at hand in every process, laid over what slices declared, by the statement that keeps
custom fields so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from dangol.platform.objects.added.merged import Merged, keep_merged
from dangol.platform.objects.added.rules import Choice
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.extended import lay_over
from dangol.platform.objects.types import Field

TABLE = "objects_pick_list"


@dataclass(frozen=True)
class Kept:
    """A list as the company has it."""

    values: tuple[Choice, ...]
    default: str = ""


_kept: dict[str, dict[str, Kept]] = {}
_laid: dict[str, tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], Merged]] = {}


def kept_list(object_name: str, field_name: str) -> Kept | None:
    """The company's list for a field that a slice declared, or for a custom text; None where it has none."""
    current.look()
    return _kept.get(object_name, {}).get(field_name)


def _merged_values(object_name: str) -> Merged:
    """{field: {value: what it is now}} of the values that were made others."""
    current.fields_of(object_name)  # which brings all that is kept up to date
    laid = _laid.get(object_name)
    return laid[3] if laid is not None and laid[1] is _added(object_name) else _merged_anew(object_name)


def _added(object_name: str) -> tuple[Any, ...]:
    return current.fields_of(object_name)


def _merged_anew(object_name: str) -> Merged:
    from dangol.platform.objects.registry import UnknownObject, object_type

    try:
        _ = object_type(object_name).fields
    except UnknownObject:
        return {}
    laid = _laid.get(object_name)
    return laid[3] if laid is not None else {}


def _lay(object_name: str, own: tuple[Any, ...], more: tuple[Any, ...]) -> tuple[Any, ...]:
    """The fields of an object with the company's lists over them; made once, until one of them changes."""
    laid = _laid.get(object_name)
    if laid is None or laid[0] is not own or laid[1] is not more:
        lists = _kept.get(object_name, {})
        fields = tuple(_over(f, lists[f.name]) if f.name in lists else f for f in own + more)
        merged = {f.name: f.now_called for f in fields if f.now_called}
        laid = _laid[object_name] = (own, more, fields, merged)
    return laid[2]


def _over(f: Field, kept: Kept) -> Field:
    """A field with a list: a select relabelled, or a free text with names, colours and what is offered."""
    values = kept.values
    more: dict[str, Any] = {
        "tones": {**f.tones, **{c.value: c.tone for c in values if c.tone}},
        "off": f.off | {c.value for c in values if c.off or c.into},
        "now_called": {**f.now_called, **{c.value: c.into for c in values if c.into}},
        "proposed": kept.default or f.proposed,
    }
    if f.kind == "choice":
        return replace(f, choices=lambda: _relabelled(f, values), **more)
    named = [c for c in values if not c.into]
    return replace(f, listed=(lambda: [(c.value, said(c)) for c in named]) if named else (), **more)


def _relabelled(f: Field, values: tuple[Choice, ...]) -> list[tuple[Any, Any]]:
    """The slice's own choices in the company's order and words; one that the company's list does not know, behind."""
    own = dict(f.choice_pairs())
    known = {c.value: c for c in values}
    found = [(value, said(c) or own[value]) for value, c in known.items() if value in own]
    return found + [(value, label) for value, label in own.items() if value not in known]


def said(choice: Choice) -> str:
    """How a value is called for the reader; empty where the company says nothing."""
    is_korean = (get_language() or "en").startswith("ko")
    return choice.ko or choice.en if is_korean else choice.en or choice.ko


def _read() -> None:
    from dangol.platform.objects.pick_lists.models import PickList

    found: dict[str, dict[str, Kept]] = {}
    for row in PickList.objects.all():
        kept = Kept(tuple(Choice(**c) for c in row.values), row.default)
        found.setdefault(row.object_name, {})[row.field_name] = kept
    _clear()
    _kept.update(found)


def _clear() -> None:
    _kept.clear()
    _laid.clear()


current.keep_beside(TABLE, read=_read, clear=_clear)
lay_over("fields", _lay)
keep_merged(_merged_values)
