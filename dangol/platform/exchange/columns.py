"""Which column of a file holds what: guessed by its name in many shops' words, then by what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_NOT_WORD = re.compile(r"[\W_]+")
LEAST_LIKENESS = 0.7

Looks = Callable[[Sequence[str]], float]


@dataclass(frozen=True)
class ImportField:
    """Something an importer can take from a column.

    `names` are usual names of such a column, best first, in any language; `looks(cells)` says from 0 to 1 how much a
    column's cells look like it. `is_required` fields must have a column.
    """

    name: str
    label: Any
    names: tuple[str, ...] = ()
    looks: Looks | None = None
    is_required: bool = False
    help: Any = ""


def fold(name: str) -> str:
    """A column name without case, blanks, signs and remarks in brackets: `Order No. (*)` becomes `orderno`."""
    bare = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_WORD.sub("", _BRACKETS.sub("", bare)) or _NOT_WORD.sub("", bare)


def guess_columns(
    fields: Sequence[ImportField], header: Sequence[str], rows: Sequence[Sequence[str]], ignored: Sequence[str] = ()
) -> dict[str, int]:
    """Return {field name: column index} for what can be told; each column serves one field, `ignored` ones none."""
    found = _by_name(fields, header)
    taken = set(found.values()) | {place for place, name in enumerate(header) if name in ignored}
    for field in fields:
        if field.name in found or field.looks is None:
            continue
        scores = {
            place: field.looks([row[place].strip() for row in rows if place < len(row) and row[place].strip()])
            for place in range(len(header))
            if place not in taken
        }
        best = max(scores, key=lambda place: scores[place], default=None)
        if best is not None and scores[best] >= LEAST_LIKENESS:
            found[field.name] = best
            taken.add(best)
    return found


def _by_name(fields: Sequence[ImportField], header: Sequence[str]) -> dict[str, int]:
    """Best names first over all fields, so that a second-rate name never takes a column from its rightful owner."""
    folded = [fold(name) for name in header]
    raw = [_NOT_WORD.sub("", name.casefold()) for name in header]
    wishes = []
    for order, field in enumerate(fields):
        for rank, name in enumerate(field.names):
            key = _NOT_WORD.sub("", name.casefold())
            for place, column in enumerate(folded):
                if key in (column, raw[place]):
                    wishes.append((0 if key == raw[place] else 1, rank, order, place, field.name))
                elif len(key) > 4 and column.endswith(key):
                    wishes.append((2, rank, order, place, field.name))
    found: dict[str, int] = {}
    for _exact, _rank, _order, place, name in sorted(wishes):
        if name not in found and place not in found.values():
            found[name] = place
    return found


def columns_by_name(given: Mapping[str, str], header: Sequence[str]) -> dict[str, int]:
    """Turn {field: column name or number} into {field: index}; names that the file does not have raise KeyError."""
    places = {name: place for place, name in enumerate(header)}
    folded = {fold(name): place for place, name in reversed(list(enumerate(header)))}
    result = {}
    for field, column in given.items():
        if column in places:
            result[field] = places[column]
        elif fold(column) in folded:
            result[field] = folded[fold(column)]
        elif column.isdecimal() and 1 <= int(column) <= len(header):
            result[field] = int(column) - 1
        else:
            raise KeyError(column)
    return result
