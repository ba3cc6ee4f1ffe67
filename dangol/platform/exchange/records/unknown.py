"""Values that a field does not know, gathered so that somebody can say what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.records.manners import Manners
from dangol.platform.exchange.records.reading import SEVERAL, Reader, Unreadable, plain, reader_for
from dangol.platform.exchange.records.rows import Aside
from dangol.platform.objects.types import Field, ObjectType

MENDABLE = ("bad_choice", "bad_bool", "nobody")
LOOKED_AT = 2_000
MOST_VALUES, LONGEST = 100, 200
Unknown = dict[str, Counter[str]]


def collect(unknown: Unknown, asides: Iterable[Aside], mapping: Mapping[str, int], fields: Mapping[str, Field]) -> None:
    """Count the values because of which rows were put aside and of which somebody could say what they mean."""
    for aside in asides:
        place = mapping.get(aside.field, -1)
        if aside.reason in MENDABLE and 0 <= place < len(aside.cells):
            here = unknown.setdefault(aside.field, Counter())
            for text in _parts(fields[aside.field], aside.cells[place].strip()):
                if text in here or len(here) < MOST_VALUES:
                    here[text] += 1


def _parts(field: Field, cell: str) -> list[str]:
    if field.kind != "choices":
        return [cell[:LONGEST]] if cell else []
    reader = reader_for(field, None, Manners())
    return [part[:LONGEST] for part in SEVERAL.split(cell) if part and not _knows(reader, part)]


def unknown_values(
    declared: ObjectType, fields: Mapping[str, Field], table: Table, mapping: Mapping[str, int]
) -> dict[str, list[str]]:
    """{field: values among a file's first rows that it does not know}. Staff are looked up by the dry run only."""
    places = {n: place for n, place in mapping.items() if n in fields and _has_values(fields[n])}
    found: dict[str, dict[str, None]] = {n: {} for n in places}
    readers = {n: reader_for(fields[n], declared.model._meta.get_field(n), Manners()) for n in places}
    for row in table.sample(LOOKED_AT) if places else ():
        for name, place in places.items():
            cell = row[place].strip()
            if cell and len(found[name]) < MOST_VALUES and not _knows(readers[name], cell):
                found[name].update(dict.fromkeys(_parts(fields[name], cell)))
    return {name: list(values) for name, values in found.items() if values}


def _has_values(field: Field) -> bool:
    return field.kind in ("choice", "choices", "bool") or bool(field.choice_pairs())


def _knows(reader: Reader, text: str) -> bool:
    try:
        reader(plain(text))
    except Unreadable as error:
        return error.reason not in MENDABLE
    return True
