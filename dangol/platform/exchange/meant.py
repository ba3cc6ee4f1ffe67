"""Saying in the wizard what values of a file mean that a field does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.records.meanings import LEFT_BLANK
from dangol.platform.exchange.registry import Importer

MOST_VALUES, LONGEST = 200, 200


@dataclass(frozen=True)
class ShownValue:
    """A value of the file, in how many rows the dry run met it, and what it means (empty: nobody said)."""

    text: str
    count: int
    chosen: str


@dataclass(frozen=True)
class ShownField:
    """A field with the values that it does not know, and those that it does."""

    name: str
    label: Any
    values: Sequence[ShownValue]
    pairs: Sequence[tuple[str, Any]]


def shown_meanings(chosen: Importer, run: ImportRun, table: Table, mapping: Mapping[str, int]) -> list[ShownField]:
    """The fields in the mapping whose columns hold unknown values: as met by a dry run, else by a look at the file."""
    met: Mapping[str, Mapping[str, int]] = run.result.get("unknown_values", {})
    seen = chosen.unknown_of(table, mapping)
    said: Mapping[str, Mapping[str, str]] = run.options.get("meanings") or {}
    found = []
    for field in chosen.fields:
        if field.name not in mapping or not (pairs := chosen.values_of(field.name)):
            continue
        own = said.get(field.name, {})
        counts = dict.fromkeys((*own, *seen.get(field.name, ())), 0)
        if values := _values({**counts, **met.get(field.name, {})}, own):
            found.append(ShownField(field.name, field.label, values, pairs))
    return found


def _values(counts: Mapping[str, int], said: Mapping[str, str]) -> list[ShownValue]:
    """Each value once, however it is written."""
    chosen = {text.casefold(): meaning for text, meaning in said.items()}
    found: dict[str, ShownValue] = {}
    for text, count in counts.items():
        key = text.casefold()
        before = found.get(key)
        found[key] = ShownValue(before.text if before else text, count + (before.count if before else 0),
                                chosen.get(key, ""))  # fmt: skip
    return list(found.values())[:MOST_VALUES]


def read_meanings(chosen: Importer, post: QueryDict, old: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """{field: {value of the file: what it means}} as a person chose; fields that the page did not show stay."""
    found = {name: dict(values) for name, values in (old or {}).items()}
    for field in chosen.fields:
        texts, meant = post.getlist(f"value-{field.name}"), post.getlist(f"means-{field.name}")
        if not texts or len(texts) != len(meant):
            continue
        known = {value for value, _label in chosen.values_of(field.name)} | {LEFT_BLANK}
        said = zip(texts[:MOST_VALUES], meant, strict=False)
        found[field.name] = {text[:LONGEST]: value for text, value in said if value in known}
    return {name: values for name, values in found.items() if values}
