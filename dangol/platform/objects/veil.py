"""A record as its reader may see it: what a role hides is empty, so that no title, subtitle or letter can tell it.

Titles fall back on e-mail or phone, subtitles show the city. The guard notes on each record for whom it was fetched;
here that reader's hidden columns are emptied before the record is called anything.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import READER
from dangol.platform.objects.added.columns import is_custom
from dangol.platform.objects.types import ObjectType


def with_veil(declared: ObjectType) -> ObjectType:
    """The same object, whose `title` and `subtitle` are made from what the record's reader may see."""

    def behind(words: Callable[[Any], str]) -> Callable[[Any], str]:
        return lambda record: words(veiled(declared, record))

    return replace(declared, title=behind(declared.title), subtitle=behind(declared.subtitle))


def veiled(declared: ObjectType, record: Any) -> Any:
    """The record itself where nothing is hidden from its reader, else a copy for showing. Never save that."""
    reader: Actor | None = record.__dict__.get(READER)
    if reader is None:
        return record
    shown = copy.copy(record)
    for f in declared.fields:
        if reader.field_right(declared.name, f.name) != "hidden":
            continue
        try:
            column = shown._meta.get_field(f.orm_path)
        except FieldDoesNotExist:
            continue
        if is_custom(column):
            setattr(shown, column.attname, None)
            continue
        shown.__dict__[column.attname] = None if column.null else column.get_default() if column.has_default() else ""
    return shown
