"""The importer of an object, made from its declaration alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.exchange.columns import ImportField, Looks
from dangol.platform.exchange.put_aside import OWN_COLUMNS
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.records import plan
from dangol.platform.exchange.records.answers import REASONS
from dangol.platform.exchange.records.habits import habits_of
from dangol.platform.exchange.records.importing import import_records
from dangol.platform.exchange.records.manners import DAYS, NUMBERS, Manners
from dangol.platform.exchange.records.names import BY_FIELD
from dangol.platform.exchange.records.reading import reader_for, share
from dangol.platform.exchange.registry import Choice, Figure, Importer
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.navigation import Command

TELLING = ("email", "phone", "country", "url")


def importers_of_objects() -> Iterable[Importer]:
    """An importer for each object of which many can be added at once."""
    return [importer_of(declared) for declared in object_types() if plan.importable(declared)]


def commands() -> Iterable[Command]:
    """What the command menu offers for them."""
    for known in importers_of_objects():
        url = f"{reverse('exchange:import')}?{urlencode({'kind': known.name})}"
        words = _("CSV Excel file upload")
        yield Command(known.command, url, "file-import", words, ("create", known.object_name))


def importer_of(declared: ObjectType) -> Importer:
    """The importer of an object."""
    return Importer(
        name=declared.slug,
        label=declared.plural,
        command=format_lazy(_("Import: {what}"), what=declared.plural),
        intro=_("One row for each record. Known ones are found by what you choose and brought up to date."),
        object_name=declared.name,
        fields=fields_of(declared, list(plan.importable(declared).values())),
        open_fields=lambda actor: fields_of(declared, list(plan.open_fields(declared, actor).values())),
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
    )


def fields_of(declared: ObjectType, fields: Sequence[Field]) -> tuple[ImportField, ...]:
    """What columns can hold: the given fields, and the object's extra columns."""
    habits = habits_of(declared.name)
    own = [ImportField(f.name, f.label, names_of(declared, f), _looks(declared, f), help=f.help) for f in fields]
    return (*own, *(habits.extra if own else ()))


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
    if field.kind not in TELLING and not (field.kind == "choice" and len(field.choice_pairs()) > 1):
        return None
    reader = reader_for(field, declared.model._meta.get_field(field.name), Manners())
    if field.kind == "phone":
        return lambda cells: share([c if len(c) > 7 else "" for c in cells], reader)
    if field.kind == "url":
        return _share_of_addresses
    return lambda cells: share(cells, reader)


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
        "related": True, "time_zone": ours.time_zone, "region": ours.country,
        "hidden": [n for n, is_hidden in hidden.items() if is_hidden],
    }  # fmt: skip


def _choices(declared: ObjectType) -> tuple[Choice, ...]:
    fields = [(f.name, f.label) for f in plan.match_fields(declared)]
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
    ]  # fmt: skip
    if any(f.kind == "relation" for f in plan.importable(declared).values()):
        found.append(Choice(
            "related", _("Add related records that are not known yet (a person's company), each once"), "flag"
        ))  # fmt: skip
    return (*found, *_ADVANCED)


_ADVANCED = (
    Choice("day_order", _("Order of day and month"), "select", choices=lambda: (
        ("", _("as found in the file")), ("dmy", _("day/month/year")), ("mdy", _("month/day/year"))), is_advanced=True),
    Choice("decimal_mark", _("Decimal mark"), "select", choices=lambda: (
        ("", _("as found in the file")), (".", _("point (1,234.50)")), (",", _("comma (1.234,50)"))), is_advanced=True),
    Choice("time_zone", _("Time zone of the file"), "time_zone", is_advanced=True),
    Choice("region", _("Phone numbers without a country are of"), "country", is_advanced=True),
)  # fmt: skip
