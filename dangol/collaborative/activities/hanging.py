"""What hangs on a record of any object: seen by those who see the record, and only while it is not in the trash."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.policies import NOBODY, RowPolicy, owners_in
from dangol.platform.objects.registry import UnknownObject, object_type, object_type_at, object_types
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound


class Hanging(RowPolicy):
    """Rows with `object_name` and `record_id`: the record must be seen, and the scope reaches by the author."""

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        if scope == "none":
            return NOBODY
        seen = _on_seen_records(actor)
        return seen if scope == "all" else seen & Q(author_id__in=sorted(owners_in(actor, scope)))


def _on_seen_records(actor: Actor) -> Q:
    """Rows on a record which `actor` sees: one correlated subquery an object, so that few rows cost little."""
    found = NOBODY
    for declared in object_types():
        if actor.may("see", declared.name):
            rows = untrashed(declared, declared.model.objects.visible_to(actor)).filter(pk=OuterRef("record_id"))
            found |= Q(object_name=declared.name) & Q(Exists(rows))  # asked only where the name fits
    return found


def on_record(model: Any, actor: Actor, record: Any) -> Any:
    """Rows on one record in hand, those in the trash too: what `Hanging` says, put for this record's object alone."""
    scope, name = actor.scope("see", model.access_name), type(record).access_name
    rows = model.objects.for_system("rows on a record that is judged with them")
    if scope == "none" or not actor.may("see", name):
        return rows.none()
    declared = object_type(name)
    seen = untrashed(declared, declared.model.objects.visible_to(actor)).filter(pk=record.pk)
    rows = rows.filter(Exists(seen), object_name=name, record_id=record.pk)
    return rows if scope == "all" else rows.filter(author_id__in=sorted(owners_in(actor, scope)))


def untrashed(declared: ObjectType, rows: Any) -> Any:
    """Those of `rows` that are not in the trash."""
    has_trash = any(f.name == "deleted_at" for f in declared.model._meta.fields)
    return rows.filter(deleted_at=None) if has_trash else rows


def record_of(actor: Actor, object_name: str, record_id: int) -> Any:
    """The record on which something is to hang. Raises NotFound when unknown, unseen or in the trash."""
    try:
        declared = object_type(object_name)
    except UnknownObject as error:
        raise NotFound(_("There is no such record, or you may not see it.")) from error
    rows = untrashed(declared, declared.model.objects.visible_to(actor))
    record = rows.filter(pk=record_id).first() if 0 < record_id < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record


def declared_at(slug: str) -> ObjectType:
    """The object at an address. Raises Http404."""
    try:
        return object_type_at(slug)
    except UnknownObject as error:
        raise Http404(_("There is no such record, or you may not see it.")) from error


def about_of(row: Any) -> int | None:
    """The person whose timeline shows what happens to a row that hangs somewhere."""
    return int(row.record_id) if row.object_name == "person" else None


def url_of(object_name: str, record_id: int) -> str:
    """The address of the record."""
    return f"/{object_type(object_name).slug}/{record_id}"


def reaches(actor: Actor, action: str, object_name: str, author_id: int | None) -> bool:
    """Whether `actor` may do `action` to a row of `author_id` that they see. No query."""
    scope = actor.scope(action, object_name)
    return scope == "all" or (scope != "none" and author_id in owners_in(actor, scope))


class HangsOnRecord(models.Model):
    """Where a row hangs: the name of the object, and the record's number."""

    object_name = models.TextField(editable=False)
    record_id = models.BigIntegerField(editable=False)

    class Meta:
        abstract = True
