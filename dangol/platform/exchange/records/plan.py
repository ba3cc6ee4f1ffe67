"""What an import of records is to do: which column is read how into which field, and how known records are found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.exchange.errors import BadMapping, BadOption
from dangol.platform.exchange.records.habits import Habits, habits_of
from dangol.platform.exchange.records.manners import Manners
from dangol.platform.exchange.records.meanings import given, with_meanings
from dangol.platform.exchange.records.outside_names import OUTSIDE_ID, system_of
from dangol.platform.exchange.records.reading import Reader, reader_for
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.writing import RecordWriter, writer_of

BOTH, NEW, CHANGE = "both", "new", "change"
ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Choices:
    """What was decided beside the columns.

    `match` are fields by which known records are found, strongest first: by `any` of them, or by `all` together.
    `mode` says whether only new records, only changes or both are wanted; with `fills` only blanks are filled in; with
    `blanks` a cell that cannot be read is left blank in place of putting its row aside.
    """

    match: tuple[str, ...] = ()
    how: str = ANY
    mode: str = BOTH
    fills: bool = False
    blanks: bool = False
    makes_related: bool = True

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Choices:
        """Read them from a run's options. Raises `BadOption`."""
        match = options.get("match") or ()
        found = cls(
            match=tuple([match] if isinstance(match, str) else match), how=str(options.get("match_how") or ANY),
            mode=str(options.get("mode") or BOTH), fills=options.get("fill") in (True, "fill"),
            makes_related=options.get("related", True) is not False, blanks=options.get("unreadable") == "blank",
        )  # fmt: skip
        if found.how not in (ANY, ALL) or found.mode not in (BOTH, NEW, CHANGE):
            raise BadOption(_("A choice is none of those that are offered."), _("Choose it anew."))
        return found


@dataclass(frozen=True)
class Plan:
    """An import of one object, ready to read rows. `columns` are (place, field name, reader).

    `system` is the one whose ids stand in the column at `outside_at` (-1: none does).
    """

    declared: ObjectType
    writer: RecordWriter
    fields: Mapping[str, Field]
    columns: tuple[tuple[int, str, Reader], ...]
    joined: Mapping[int, str]
    readers: Mapping[str, Reader]
    choices: Choices
    habits: Habits = field(default_factory=Habits)
    phones: frozenset[str] = frozenset()
    region: str = ""
    country: str = ""
    system: str = ""
    outside_at: int = -1
    leaves_blank: bool = False

    @property
    def relations(self) -> list[Field]:
        """The mapped fields whose cells name other records or members of staff."""
        return [f for f in self.fields.values() if f.kind in ("relation", "relations", "user")]


def importable(declared: ObjectType) -> dict[str, Field]:
    """The fields of an object that a file can hold; empty for an object whose records are not made many."""
    writer = writer_of(declared.name)
    if writer is None or declared.create_many is None:
        return {}
    return {f.name: f for f in declared.fields if f.name in writer.writable and f.kind not in ("custom", "file")}


def open_fields(declared: ObjectType, actor: Actor) -> dict[str, Field]:
    """Those of them that `actor` may write."""
    return {n: f for n, f in importable(declared).items() if actor.field_right(declared.name, n) == "edit"}


def refuse_closed(declared: ObjectType, actor: Actor, names: Mapping[str, int]) -> None:
    """Raise Forbidden with a sentence for mapped fields that `actor` may not write."""
    known, opened = importable(declared), open_fields(declared, actor)
    closed = [str(known[n].label) for n in names if n in known and n not in opened]
    if closed:
        raise Forbidden("change", declared.name, _(
            "You may not write these fields: %(names)s. Set their columns to “not used”."
        ) % {"names": ", ".join(closed)})  # fmt: skip


def check(declared: ObjectType, mapping: Mapping[str, int], options: Mapping[str, Any]) -> None:
    """Make sure that columns and choices can work together. Raises `BadMapping`, `BadOption`."""
    known = importable(declared)
    if OUTSIDE_ID in mapping:
        system_of(options)
    if not mapping.keys() - {OUTSIDE_ID}:
        raise BadMapping(_("No column was chosen."), _("Choose at least one column and the field that it holds."))
    choices = Choices.from_options(options)
    made = known.keys() & (mapping.keys() | _made_by_joining(declared, mapping))
    if choices.mode == NEW:
        _refuse_without_needed(known, made)
    missing = [str(known[n].label) for n in choices.match if n in known and n not in made]
    if choices.mode == CHANGE and not [n for n in choices.match if n in made or n in mapping]:
        raise BadMapping(
            _("Nothing was chosen by which known records are found."), _("Choose at least one field to match on.")
        )
    if choices.how == ALL and missing:
        raise BadMapping(
            _("The file has no column for: %(names)s.") % {"names": ", ".join(missing)},
            _("Choose a column for it, or do not match on it."),
        )


def _refuse_without_needed(known: Mapping[str, Field], made: Collection[str]) -> None:
    if needed := [str(f.label) for n, f in known.items() if f.is_required and n not in made]:
        raise BadMapping(
            _("The file has no column for: %(names)s.") % {"names": ", ".join(needed)},
            _("Every new record needs it. Choose a column for it."),
        )


def _made_by_joining(declared: ObjectType, mapping: Mapping[str, int]) -> set[str]:
    """The fields that the mapped extra columns are joined to."""
    habits = habits_of(declared.name)
    texts = {f.name: "x" for f in habits.extra if f.name in mapping}
    habits.join(texts)
    return set(texts)


def make_plan(
    declared: ObjectType, mapping: Mapping[str, int], options: Mapping[str, Any], manners: Manners, actor: Actor
) -> Plan:
    """Judge and make ready. Raises Forbidden, `BadMapping`, `BadOption`."""
    writer = writer_of(declared.name)
    assert writer is not None
    choices = Choices.from_options(options)
    _judge(declared, actor, choices)
    refuse_closed(declared, actor, mapping)
    known, habits = importable(declared), habits_of(declared.name)
    extra = {f.name for f in habits.extra}
    made = known.keys() & (mapping.keys() | _made_by_joining(declared, mapping))
    readers = {n: _reader(known[n], writer.column(n), manners, options) for n in made}
    phones = frozenset(n for n in made if known[n].kind == "phone")
    country = next((n for n in made if known[n].kind == "country"), "")
    # Phones come last: they are read as dialled in the row's own country.
    ordered = sorted((n for n in mapping if n in known), key=lambda n: n in phones)
    columns = tuple((mapping[n], n, readers[n]) for n in ordered)
    joined = {place: n for n, place in mapping.items() if n in extra}
    if joined:  # then every text is needed before it is read
        joined |= {place: n for place, n, _reader in columns}
    match = tuple(n for n in choices.match if n in made or (n == OUTSIDE_ID and n in mapping))
    return Plan(
        declared, writer, {n: known[n] for n in made}, columns, joined, readers,
        replace(choices, match=match), habits, phones,
        manners.region, country, system_of(options) if OUTSIDE_ID in mapping else "", mapping.get(OUTSIDE_ID, -1),
        bool(options.get("meanings")),
    )  # fmt: skip


def _reader(f: Field, column: Any, manners: Manners, options: Mapping[str, Any]) -> Reader:
    return with_meanings(reader_for(f, column, manners), given(options, f.name), is_several=f.kind == "choices")


def _judge(declared: ObjectType, actor: Actor, choices: Choices) -> None:
    if choices.mode != CHANGE:
        require(actor, "create", declared.name)
    if choices.mode != NEW and choices.match:
        require(actor, "change" if choices.mode == CHANGE else "create", declared.name)


def default_match(declared: ObjectType, mapping: Mapping[str, int]) -> list[str]:
    """The fields by which known records are found unless somebody chooses others."""
    habits = habits_of(declared.name)
    made = mapping.keys() | _made_by_joining(declared, mapping)
    outside = [OUTSIDE_ID] if OUTSIDE_ID in mapping else []
    if habits.match:
        return outside + [n for n in habits.match if n in made]
    model = declared.model
    unique = [n for n in importable(declared) if n in made and getattr(model._meta.get_field(n), "unique", False)]
    usual: tuple[str, ...] = ("email", "name")
    return outside + (unique or [n for n in usual if n in made and n in importable(declared)][:1])


def match_fields(declared: ObjectType) -> list[Field]:
    """The fields by which records can be found: texts, numbers and days, strongest first."""
    first = habits_of(declared.name).match
    found = [f for f in importable(declared).values() if f.kind in (
        "text", "email", "phone", "url", "number", "date", "datetime") and not _is_long(declared, f)]  # fmt: skip
    return sorted(found, key=lambda f: first.index(f.name) if f.name in first else len(first))


def _is_long(declared: ObjectType, f: Field) -> bool:
    return f.kind == "long_text" or isinstance(declared.model._meta.get_field(f.name), models.JSONField)
