"""The importer of an object, made from its declaration alone."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.exchange.columns import ImportField, Looks
from dangol.platform.exchange.put_aside import OWN_COLUMNS
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.records import outside_names, plan
from dangol.platform.exchange.records.answers import REASONS
from dangol.platform.exchange.records.habits import habits_of
from dangol.platform.exchange.records.importing import import_records
from dangol.platform.exchange.records.manners import DAYS, NUMBERS, Manners
from dangol.platform.exchange.records.names import BY_FIELD
from dangol.platform.exchange.records.reading import reader_for, share
from dangol.platform.exchange.records.unknown import unknown_values
from dangol.platform.exchange.registry import Choice, Figure, Importer, page_of
from dangol.platform.objects.registry import object_type, object_types
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.navigation import Command

TELLING = ("email", "phone", "country", "url")


@dataclass(frozen=True)
class _Made:
    """An importer with the declaration and the fields that it was made from."""

    declared: ObjectType
    fields: tuple[Field, ...]
    importer: Importer

    def fits(self, declared: ObjectType, fields: Sequence[Field]) -> bool:
        """Whether nothing of the object changed since: custom fields come and go while the house runs."""
        same = len(fields) == len(self.fields) and all(map(operator.is_, fields, self.fields))
        return same and declared is self.declared


_MADE: dict[str, _Made] = {}


def importers_of_objects() -> Iterable[Importer]:
    """An importer for each object of which many can be added at once; made anew only when its fields change."""
    return [_importer(declared, fields) for declared in object_types() if (fields := plan.importable(declared))]


def _importer(declared: ObjectType, importable: Mapping[str, Field]) -> Importer:
    fields = tuple(importable.values())
    made = _MADE.get(declared.name)
    if made is None or not made.fits(declared, fields):
        made = _MADE[declared.name] = _Made(declared, fields, importer_of(declared))
    return made.importer


def commands() -> Iterable[Command]:
    """What the command menu offers for them."""
    for known in importers_of_objects():
        url = page_of(object_type(known.object_name))
        yield Command(known.command, url, "file-import", _("CSV Excel file upload"), ("create", known.object_name))


def importer_of(declared: ObjectType) -> Importer:
    """The importer of an object."""
    fields = fields_of(declared, list(plan.importable(declared).values()))
    habits = habits_of(declared.name)
    return Importer(
        name=declared.slug,
        label=declared.plural,
        command=format_lazy(_("Import: {what}"), what=declared.plural),
        intro=_("One row for each record. Known ones are found by what you choose and brought up to date."),
        object_name=declared.name,
        fields=fields,
        open_fields=partial(_open_fields, declared, fields),
        run=partial(import_records, declared.name),
        choices=_choices(declared),
        ignored=OWN_COLUMNS,
        suggest=partial(suggest, declared),
        check=lambda mapping, options, header: plan.check(declared, mapping, options),
        figures=(Figure("related_new", _("Related records added"), is_hidden_at_zero=True),),
        reasons=REASONS,
        result_url=lambda: f"/{declared.slug}",
        result_label=_("Look at them"),
        is_whole=False,
        accepts=habits.accepts,
        values_of=partial(values_of, declared),
        unknown_of=partial(_unknown_of, declared),
    )


def _open_fields(declared: ObjectType, fields: Sequence[ImportField], actor: Actor) -> Sequence[ImportField]:
    """Those that `actor` may fill; extra columns only beside one that is."""
    opened, known = plan.open_fields(declared, actor), plan.importable(declared)
    return [f for f in fields if f.name in opened or (f.name not in known and opened)]


def values_of(declared: ObjectType, name: str) -> list[tuple[str, Any]]:
    """(value, label) of what cells of a field can say: its choices, yes and no, members of staff; else empty."""
    field = plan.importable(declared).get(name)
    if field is None:
        return []
    if field.kind == "bool":
        return [("yes", _("Yes")), ("no", _("No"))]
    if field.kind == "user":
        staff = User.objects.filter(is_active=True).order_by("name", "email")
        return [(user.email, user.name or user.email) for user in staff]
    return [(str(value), label) for value, label in field.choice_pairs()]


def _unknown_of(declared: ObjectType, table: Table, mapping: Mapping[str, int]) -> dict[str, list[str]]:
    return unknown_values(declared, plan.importable(declared), table, mapping)


def fields_of(declared: ObjectType, fields: Sequence[Field]) -> tuple[ImportField, ...]:
    """What columns can hold: the given fields, the object's extra columns, and what another system calls the record."""
    habits = habits_of(declared.name)
    own = [
        ImportField(f.name, f.label, names_of(declared, f), _looks(declared, f), f.is_required, f.help) for f in fields
    ]
    return (*own, *(habits.extra if own else ()), *(outside_names.FIELDS if own else ()))


def names_of(declared: ObjectType, field: Field) -> tuple[str, ...]:
    """Usual names of a field's column: its labels, what files of this object call it, what all files do."""
    labels = []
    for language in ("en", "ko"):
        with translation.override(language):
            labels.append(str(field.label))
    habits = habits_of(declared.name).names.get(field.name, ())
    return tuple(dict.fromkeys([field.name.replace("_", " "), *labels, *habits, *BY_FIELD.get(field.name, ())]))


def _looks(declared: ObjectType, field: Field) -> Looks | None:
    """How a column of the field's kind is told by its cells; None for kinds that many columns look like."""
    if field.kind == "url":
        return _share_of_addresses
    if field.kind not in TELLING and not (field.kind == "choice" and len(field.choice_pairs()) > 1):
        return None
    return partial(_readable, declared, field)


def _readable(declared: ObjectType, field: Field, cells: Sequence[str]) -> float:
    reader = reader_for(field, declared.model._meta.get_field(field.name), Manners())
    return share([c if len(c) > 7 else "" for c in cells] if field.kind == "phone" else cells, reader)


def _share_of_addresses(cells: Sequence[str]) -> float:
    return sum(c.startswith(("http://", "https://", "www.")) for c in cells) / max(1, len(cells))


def suggest(declared: ObjectType, table: Table, mapping: Mapping[str, int], actor: Actor) -> dict[str, Any]:
    """Starting values for the choices, and which of them have no point for this file."""
    ours = workspace()
    known = plan.importable(declared)
    kinds = {known[n].kind for n in mapping if n in known}
    hidden = {
        "day_order": not kinds & set(DAYS), "time_zone": "datetime" not in kinds,
        "decimal_mark": not kinds & set(NUMBERS), "region": "phone" not in kinds,
    }  # fmt: skip
    return {
        "match": plan.default_match(declared, mapping), "match_how": plan.ANY, "mode": plan.BOTH, "fill": "",
        "related": True, "system": "", "time_zone": ours.time_zone, "region": ours.country,
        "hidden": [n for n, is_hidden in hidden.items() if is_hidden],
    }  # fmt: skip


def _choices(declared: ObjectType) -> tuple[Choice, ...]:
    fields = [(f.name, f.label) for f in plan.match_fields(declared)]
    fields += [(f.name, f.label) for f in outside_names.FIELDS]
    found = [
        Choice("match", _("Known records are found by"), "many",
               _("In this order. Without any, every row becomes a new record."), lambda: fields),
        Choice("match_how", _("When several are chosen"), "select", choices=lambda: (
            (plan.ANY, _("any one of them is enough")), (plan.ALL, _("all of them together")))),
        Choice("mode", _("What is written"), "select", choices=lambda: (
            (plan.BOTH, _("new records and changes")), (plan.NEW, _("new records only")),
            (plan.CHANGE, _("changes only")))),
        Choice("fill", _("Fields that are filled here already"), "select",
               _("What the file leaves blank never erases anything."), lambda: (
                   ("", _("take what the file says")), ("fill", _("stay as they are")))),
        Choice("unreadable", _("A cell that cannot be read"), "select",
               _("A phone number with too few digits, a choice that is not known."), lambda: (
                   ("", _("puts its row aside, to mend")), ("blank", _("is left blank, and counted")))),
    ]  # fmt: skip
    if any(f.kind == "relation" for f in plan.importable(declared).values()):
        found.append(Choice(
            "related", _("Add related records that are not known yet (a person's company), each once"), "flag"
        ))  # fmt: skip
    return (*found, *_ADVANCED, _SYSTEM)


_SYSTEM = Choice(
    outside_names.SYSTEM, _("System that the ids of another system are of"), "text",
    _("As programs name it to the API: shop, erp-2. Empty: the one whose file this is."), is_advanced=True,
)  # fmt: skip


_ADVANCED = (
    Choice("day_order", _("Order of day and month"), "select", choices=lambda: (
        ("", _("as found in the file")), ("dmy", _("day/month/year")), ("mdy", _("month/day/year"))), is_advanced=True),
    Choice("decimal_mark", _("Decimal mark"), "select", choices=lambda: (
        ("", _("as found in the file")), (".", _("point (1,234.50)")), (",", _("comma (1.234,50)"))), is_advanced=True),
    Choice("time_zone", _("Time zone of the file"), "time_zone", is_advanced=True),
    Choice("region", _("Phone numbers without a country are of"), "country", is_advanced=True),
)  # fmt: skip
