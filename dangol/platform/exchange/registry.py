"""Importers: what a slice tells so that pages, jobs and command line can take in its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.reader import Table
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.navigation import register_command


@dataclass(frozen=True)
class Job:
    """What one run needs: the file, the columns, the choices, for whom, and where to tell how far it is."""

    table: Table
    mapping: Mapping[str, int]
    options: Mapping[str, Any]
    actor: Actor
    tracker: Tracker
    run_id: str


class Run(Protocol):
    """Do it, or with `is_dry` only say what would be done. Returns JSON."""

    def __call__(self, job: Job, *, is_dry: bool) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Figure:
    """One number of a result: `key` in the JSON, its words, and where it leads. `kind`: count or money."""

    key: str
    label: Any
    kind: str = "count"
    url: Callable[[Mapping[str, Any]], str] | None = None
    is_hidden_at_zero: bool = False


@dataclass(frozen=True)
class Choice:
    """A setting beside the columns; the importer's `suggest` fills it in.

    `kind`: text, select, many (a list), number, flag, currency, country or time_zone.
    """

    name: str
    label: Any
    kind: str = "text"
    help: Any = ""
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    is_advanced: bool = False


@dataclass(frozen=True)
class Importer:
    """How one kind of file is taken in.

    `object_name` is the object that an actor must have the right to create. `suggest(table, mapping, actor)` gives
    starting values for `choices` (and under `hidden` the names of those that have no point); `ignored` columns are
    never taken; `figures` say which numbers of the answer are shown; `reasons` turn codes into sentences.
    `open_fields(actor)` are the fields that an actor may fill, where that differs. With `is_whole` a file is written in
    one go or not at all; without it in batches, so that a run can be gone on with. `accepts` are further endings of
    files that it takes; `values_of(field)` the choices (value, label) that its cells may name, and
    `unknown_of(table, mapping)` those values among a file's first rows that are none of them.
    """

    name: str
    label: Any
    command: Any
    intro: Any
    object_name: str
    fields: Sequence[ImportField]
    run: Run
    choices: Sequence[Choice] = ()
    ignored: Sequence[str] = ()
    suggest: Callable[[Table, Mapping[str, int], Actor], dict[str, Any]] = lambda table, mapping, actor: {}
    check: Callable[[Mapping[str, int], Mapping[str, Any], Sequence[str]], None] = lambda mapping, options, header: None
    figures: Sequence[Figure] = ()
    reasons: Mapping[str, Any] = field(default_factory=dict)
    result_url: Callable[[], str] = lambda: ""
    result_label: Any = ""
    open_fields: Callable[[Actor], Sequence[ImportField]] | None = None
    is_whole: bool = True
    accepts: str = ""
    values_of: Callable[[str], Sequence[tuple[str, Any]]] = lambda name: ()
    unknown_of: Callable[[Table, Mapping[str, int]], Mapping[str, Sequence[str]]] = lambda table, mapping: {}

    def fields_for(self, actor: Actor) -> Sequence[ImportField]:
        """The fields that `actor` may fill."""
        return self.open_fields(actor) if self.open_fields else self.fields


_IMPORTERS: dict[str, Importer] = {}
_SOURCES: list[Callable[[], Iterable[Importer]]] = []


def register_importer(importer: Importer) -> None:
    """Make an importer known. Raises ValueError when its name is taken."""
    if importer.name in _IMPORTERS:
        raise ValueError(f"There is an importer called {importer.name} already.")
    _IMPORTERS[importer.name] = importer
    needs = ("create", importer.object_name)
    register_command(
        importer.command, partial(_start_url, importer.name), "file-import", _("CSV Excel file upload"), needs
    )


def _start_url(name: str) -> str:
    return f"{reverse('exchange:import')}?{urlencode({'kind': name})}"


def page_of(declared: ObjectType) -> str:
    """Where the wizard takes files of an object; empty where nothing takes them."""
    found = next((known.name for known in importers() if known.object_name == declared.name), "")
    return _start_url(found) if found else ""


def register_source(source: Callable[[], Iterable[Importer]]) -> None:
    """Add a function that lists importers each time they are asked for: those of objects, which are known late."""
    _SOURCES.append(source)


def importer(name: str) -> Importer:
    """Return the importer called `name`. Raises KeyError."""
    if name in _IMPORTERS:
        return _IMPORTERS[name]
    return {known.name: known for known in importers()}[name]


def importers() -> list[Importer]:
    """All importers: those that were registered, then those of sources. One object has one at most."""
    found = dict(_IMPORTERS)
    taken = {known.object_name for known in found.values()}
    for source in _SOURCES:
        found.update({known.name: known for known in source() if known.object_name not in taken})
    return list(found.values())
