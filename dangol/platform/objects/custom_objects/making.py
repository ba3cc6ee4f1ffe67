"""From a definition to what the rest of the house works with: a guarded model, a writer, a declaration.

The model lives in a registry of its own, so that no migration, content type or check of Django's takes it for one of
the house; everything else treats it as any other guarded model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import models
from django.db.models.base import model_unpickle
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Owned
from dangol.platform.accounts.unhidden import register_naming
from dangol.platform.db.models import Tracked
from dangol.platform.events.event import Event
from dangol.platform.events.titles import TITLES, EventTitle, register_title
from dangol.platform.objects.added.columns import HasCustom
from dangol.platform.objects.custom_fields.current import said
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.rules import to_class_name
from dangol.platform.objects.events import name_for_all
from dangol.platform.objects.making_many import create_many
from dangol.platform.objects.types import ObjectType, fields_of
from dangol.platform.objects.veil import with_veil
from dangol.platform.objects.writing import RecordWriter

WITH_US = _("With us")
VERBS = {
    "created": EventTitle(_("Added"), "plus"), "changed": EventTitle(_("Changed"), "edit", is_quiet=True),
    "trashed": EventTitle(_("Put in the trash"), "trash"),
    "restored": EventTitle(_("Taken out of the trash"), "restore"),
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """An object of the company's own as the house has it now."""

    number: int
    model: Any
    writer: RecordWriter
    declared: ObjectType


def make(row: CustomObject) -> Made:
    """All that an object is, of its definition."""
    model = model_of(row.name)
    writer = _writer(model)
    _name_events(row.name)
    declared = with_veil(_declared(row, model, writer))
    register_naming(row.name, "name")
    return Made(row.pk, model, writer, declared)


@cache
def model_of(name: str) -> Any:
    """The model of an object; always the same one in a process."""
    apart = Apps()
    apart.register_model("accounts", _user())

    class Meta(GuardedModel.Meta):
        abstract = False
        app_label = "objects"
        db_table = name
        verbose_name = name
        indexes = [models.Index(fields=columns, name=index) for index, columns in indexes(name).items()]

    Meta.apps = apart
    user = settings.AUTH_USER_MODEL
    return type(to_class_name(name), (GuardedModel, Tracked, HasCustom), {
        "__module__": __name__, "__doc__": f"Records of {name}.", "__str__": lambda record: record.name, "Meta": Meta,
        "__reduce__": _copied,
        "access_name": name, "row_policy": Owned(), "name": models.TextField(_("Name")),
        "owner": models.ForeignKey(
            user, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
        ),
        "is_demo": models.BooleanField(default=False, db_default=False, editable=False),
        "deleted_at": models.DateTimeField(null=True, editable=False),
    })  # fmt: skip


def _copied(record: Any) -> Any:
    """How a record is copied: by its model itself, which Django's registry does not know by name."""
    state = models.Model.__reduce__(record)[-1]
    return model_unpickle, (type(record),), state


def indexes(name: str) -> dict[str, list[str]]:
    """The indexes that each table has from the start: those that the lists of every object need."""
    return {
        f"{name}_by_name": ["name", "id"],
        f"{name}_by_owner": ["owner", "name", "id"],
        f"{name}_by_change": ["changed_at", "id"],
    }


def _user() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model()


def _writer(model: Any) -> RecordWriter:
    name = model.access_name
    return RecordWriter(
        model=model, writable=("name", "owner"), search=lambda record: (record.name, {"name": record.name}),
        created=event_of(name, "created"), changed=event_of(name, "changed"),
        trashed=event_of(name, "trashed"), restored=event_of(name, "restored"),
    )  # fmt: skip


@cache
def event_of(name: str, verb: str) -> type[Event]:
    """What tells that such a record was created, changed, trashed or restored."""
    names = {"NAME": f"{name}.{verb}", "SUBJECT": name, "__module__": __name__}
    return type(f"{to_class_name(name)}{verb.capitalize()}", (Event,), names)


def _name_events(name: str) -> None:
    if f"{name}.created" in TITLES:
        return
    name_for_all(name)
    for verb, title in VERBS.items():
        register_title(f"{name}.{verb}", title)


def _declared(row: CustomObject, model: Any, writer: RecordWriter) -> ObjectType:
    label = said(row.label_en, row.label_ko)
    naming = said(row.naming_en, row.naming_ko) if row.naming_en or row.naming_ko else _("Name")
    fields = fields_of(
        model, ("name", "owner", "created_at", "changed_at"),
        name={"label": naming, "group": label, "is_required": True},
        owner={"group": WITH_US},
        created_at={"group": WITH_US, "label": _("Known since"), "is_sortable": False},
        changed_at={"group": WITH_US, "label": _("Last change")},
    )  # fmt: skip
    return ObjectType(
        name=row.name, model=model, label=label, plural=said(row.plural_en, row.plural_ko), slug=row.slug,
        icon=row.icon, section=row.section, order=row.order, face="rounded", fields=fields,
        columns=("name", "owner"), default_sort="name", title=lambda record: record.name, search=("name",),
        create=writer.create, create_many=partial(create_many, writer), change=writer.change, trash=writer.trash,
        restore=writer.restore, new_label=format_lazy(_("New: {what}"), what=label),
        empty_hint=_("Add the first one, or import a file."),
    )  # fmt: skip
