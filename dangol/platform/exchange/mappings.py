"""Mappings that were saved under a name: which columns of some system's files are what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.exchange.errors import BadOption
from dangol.platform.exchange.models import ImportRun, SavedMapping
from dangol.platform.exchange.registry import importer
from dangol.platform.objects.pick_lists.places import Named
from dangol.platform.objects.pick_lists.rules import Target

LONGEST_NAME = 80
OF_THE_FILE = (
    "encoding",
    "separator",
    "has_header",
    "hidden",
    "header",
    "saved",
    "sheet",
    "digest",
    "sheets",
    "preset",
)


def save_mapping(*, actor: Actor, run: ImportRun, header: Sequence[str], name: str) -> SavedMapping:
    """Keep the columns and choices of a run under a name; one that has it already is replaced. Raises `BadOption`."""
    require(actor, "create", importer(run.kind).object_name)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadOption(_("The name is missing, or longer than 80 characters."), _("Write a shorter one."))
    options = {key: value for key, value in run.options.items() if key not in OF_THE_FILE}
    columns = {field: header[place] for field, place in run.mapping.items() if place < len(header)}
    values = {"columns": columns, "options": options, "header": list(header), "user_id": actor.user_id,
              "saved_at": timezone.now()}  # fmt: skip
    saved, _is_new = SavedMapping.objects.update_or_create(kind=run.kind, name=name, defaults=values)
    return saved


def forget_mapping(*, actor: Actor, kind: str, name: str) -> None:
    """Forget a saved mapping."""
    require(actor, "create", importer(kind).object_name)
    SavedMapping.objects.filter(kind=kind, name=name).delete()


def mappings_of(kind: str) -> list[SavedMapping]:
    """The saved mappings of an importer, by name."""
    return list(SavedMapping.objects.filter(kind=kind).order_by("name"))


def fitting_mapping(kind: str, header: Sequence[str]) -> SavedMapping | None:
    """The mapping saved last for files with these very columns."""
    return SavedMapping.objects.filter(kind=kind, header=list(header)).order_by("-saved_at").first()


def usable_columns(columns: Mapping[str, Any], header: Sequence[str], fields: Collection[str]) -> dict[str, int]:
    """{field: place} of a saved mapping as far as the file has its columns and the reader its fields."""
    places = {name: place for place, name in reversed(list(enumerate(header)))}
    return {field: places[name] for field, name in columns.items() if field in fields and name in places}


def mappings_naming(target: Target) -> list[Named]:
    """The saved mappings that say of a value in a file that it means this one."""
    found = []
    for saved in SavedMapping.objects.order_by("id"):
        before = (saved.options.get("meanings") or {}).get(target.field) or {}
        after = {text: target.new if value == target.old else value for text, value in before.items()}
        if after != before and _object_of(saved) == target.object_name:
            meanings = {**saved.options["meanings"], target.field: after}
            options = {**saved.options, "meanings": meanings}
            found.append(Named(saved.pk, saved.name, "/imports", saved.options, options))
    return found


def _object_of(saved: SavedMapping) -> str:
    try:
        return importer(saved.kind).object_name
    except LookupError:
        return ""


def options_of(saved_id: int) -> Any:
    """The choices kept with a mapping; None where it is gone."""
    return SavedMapping.objects.filter(pk=saved_id).values_list("options", flat=True).first()


def write_options(saved_id: int, options: Any) -> None:
    """Keep other choices with a mapping."""
    SavedMapping.objects.filter(pk=saved_id).update(options=options)
