"""What the pages of the wizard show and take: columns, choices, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.exchange.errors import BadMapping
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.registry import Choice, Importer, importer

SAMPLES_SHOWN = 3
MOST_DIGITS = 20
ENCODINGS = ("utf-8", "cp949", "utf-16", "cp1252", "latin-1", "shift_jis", "gb18030")
SEPARATORS = {",": ",", ";": ";", "\t": "Tab", "|": "|", "^": "^"}


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file with examples, and the field that it is taken as."""

    place: int
    name: str
    samples: tuple[str, ...]
    field: str


def column_rows(table: Table, mapping: Mapping[str, int]) -> list[ColumnRow]:
    """The file's columns as the mapping page shows them."""
    rows = table.sample(60)
    fields = {place: field for field, place in mapping.items()}
    found = []
    for place, name in enumerate(table.header):
        filled = dict.fromkeys(row[place].strip() for row in rows if row[place].strip())
        found.append(ColumnRow(place, name, tuple(list(filled)[:SAMPLES_SHOWN]), fields.get(place, "")))
    return found


def read_mapping(chosen: Importer, post: QueryDict, header: Sequence[str]) -> dict[str, int]:
    """The columns as the person chose them. Raises `BadMapping` when one thing was chosen for two columns."""
    known = {field.name: field.label for field in chosen.fields}
    mapping: dict[str, int] = {}
    for place, column in enumerate(header):
        field = post.get(f"column-{place}", "")
        if field not in known:
            continue
        if field in mapping:
            raise BadMapping(
                _("“%(field)s” was chosen for two columns: %(first)s and %(second)s.")
                % {"field": known[field], "first": header[mapping[field]], "second": column},
                _("Choose it for one of them."),
            )
        mapping[field] = place
    return mapping


def read_options(chosen: Importer, post: QueryDict, old: Mapping[str, Any]) -> dict[str, Any]:
    """The choices beside the columns; what the page does not show stays."""
    options = dict(old)
    for choice in chosen.choices:
        if choice.name in options.get("hidden", []):
            continue
        if choice.kind == "flag":
            options[choice.name] = post.get(choice.name) == "on"
        elif choice.kind == "many":
            known = [value for value, _label in _pairs(choice)]
            options[choice.name] = [value for value in known if value in post.getlist(choice.name)]
        elif choice.name in post:
            options[choice.name] = str(post[choice.name]).strip()[:4000]
    return options


@dataclass(frozen=True)
class ShownChoice:
    """A choice as a page shows it."""

    choice: Choice
    value: Any
    pairs: tuple[tuple[str, Any], ...]

    @property
    def chosen(self) -> tuple[Any, ...]:
        """What was chosen of a choice of many."""
        return tuple(self.value or ())


def shown_choices(chosen: Importer, options: Mapping[str, Any]) -> list[ShownChoice]:
    """The choices with their values."""
    hidden = options.get("hidden", [])
    return [ShownChoice(c, options.get(c.name, ""), tuple(_pairs(c))) for c in chosen.choices if c.name not in hidden]


def _pairs(choice: Choice) -> Sequence[tuple[str, Any]]:
    if choice.kind == "currency":
        return [(code, code) for code in sorted(list_currencies())]
    if choice.kind == "country":
        return country_pairs(get_language() or "en")
    if choice.kind == "time_zone":
        return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone]
    return choice.choices() if choice.choices else ()


def country_pairs(language: str) -> list[tuple[str, str]]:
    """Every country as (code, name), by name."""
    names = Locale.parse(language[:2]).territories
    return sorted(((c, n) for c, n in names.items() if len(c) == 2 and c.isalpha()), key=lambda pair: pair[1])


@dataclass(frozen=True)
class ShownFigure:
    """A number of an answer as a page shows it."""

    label: Any
    value: int
    url: str


def figures(run: ImportRun) -> list[ShownFigure]:
    """The numbers of a run's answer; they lead to the records once these are there."""
    shown = []
    for figure in importer(run.kind).figures:
        value = int(run.result.get(figure.key) or 0)
        if figure.is_hidden_at_zero and not value:
            continue
        url = figure.url(run.result) if figure.url and run.state == ImportRun.State.DONE and value else ""
        shown.append(ShownFigure(figure.label, value, url))
    return shown


def reasons(run: ImportRun) -> list[tuple[Any, int]]:
    """Why rows were put aside, the most frequent first."""
    texts = importer(run.kind).reasons
    found = run.result.get("reasons", {})
    return [(texts.get(code, code), count) for code, count in sorted(found.items(), key=lambda item: -item[1])]


def amounts(run: ImportRun) -> dict[str, Decimal | None]:
    """The sums of a run's answer; None for one too large to be money."""
    found = {key: Decimal(run.result.get(key) or 0) for key in ("amount_imported", "amount_put_aside")}
    return {key: None if amount.adjusted() > MOST_DIGITS else amount for key, amount in found.items()}
