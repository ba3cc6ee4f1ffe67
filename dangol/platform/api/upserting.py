"""Create or change the record that another system calls so; two calls at once make one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.api.models import ExternalId
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import Conflict, NotFound


def found_id(declared: ObjectType, system: str, external_id: str) -> int:
    """The id of the record that `system` calls so. Raises NotFound."""
    record_id = _known(declared, system, external_id)
    if record_id is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record_id


def _known(declared: ObjectType, system: str, external_id: str) -> int | None:
    rows = ExternalId.objects.filter(object_name=declared.name, system=system, external_id=external_id)
    return rows.values_list("record_id", flat=True).first()


def record_ids(declared: ObjectType, called: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The records that other systems call so, as far as there are any. One query."""
    wanted = set(called)
    rows = ExternalId.objects.filter(
        object_name=declared.name, system__in={s for s, _id in wanted}, external_id__in={i for _s, i in wanted}
    )
    found = {(r.system, r.external_id): r.record_id for r in rows}
    return {name: found[name] for name in wanted if name in found}


def name_many(declared: ObjectType, records: Mapping[tuple[str, str], int]) -> None:
    """Note what other systems call new records. The caller holds `lock`."""
    ExternalId.objects.bulk_create(
        ExternalId(object_name=declared.name, record_id=pk, system=system, external_id=external_id)
        for (system, external_id), pk in records.items()
    )


def lock(declared: ObjectType, called: Iterable[tuple[str, str]]) -> None:
    """Hold these external ids till the end of the transaction; in one order, so that no two calls wait in a circle.

    A file that is being taken in holds all ids of its system for the time of a batch; first that is waited for.
    """
    called = set(called)
    systems = sorted({all_of(declared.name, system) for system, _id in called})
    names = sorted({f"{declared.name}:{system}:{external_id}" for system, external_id in called})
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH systems AS MATERIALIZED (SELECT count(pg_advisory_xact_lock_shared(hashtextextended(name, 5501)))"
            " FROM unnest(%s::text[]) AS name)"
            " SELECT pg_advisory_xact_lock(key) FROM systems, (SELECT DISTINCT hashtextextended(name, 5501) AS key"
            " FROM unnest(%s::text[]) AS name ORDER BY key) AS held",
            [systems, names],
        )


def all_of(object_name: str, system: str) -> str:
    """Stands for all ids of a system, in locks."""
    return f"{object_name}:{system}:*"


@transaction.atomic
def upsert(
    *, actor: Actor, declared: ObjectType, system: str, external_id: str, values: Mapping[str, Any]
) -> tuple[int, bool]:
    """Create or change; returns the record's id and whether it is new. The caller holds `lock`.

    A record that was deleted for good frees its external id. Raises what the object's services raise; Forbidden when
    the id belongs to a record that the actor may not see; Conflict when that lies in the trash.
    """
    assert declared.create is not None
    assert declared.change is not None
    record_id = _known(declared, system, external_id)
    if record_id is not None:
        record = declared.model.objects.visible_to(actor).filter(pk=record_id).first()
        if record is not None:
            _change(actor, declared, record, values)
            return record_id, False
        if declared.model.objects.for_system("is the record behind an external id gone?").filter(pk=record_id).exists():
            raise Forbidden("change", declared.name, _("This external id belongs to a record that you may not see."))
        ExternalId.objects.filter(object_name=declared.name, record_id=record_id).delete()
    made = declared.create(actor=actor, values=values)
    ExternalId.objects.create(object_name=declared.name, record_id=made.pk, system=system, external_id=external_id)
    return made.pk, True


def _change(actor: Actor, declared: ObjectType, record: Any, values: Mapping[str, Any]) -> None:
    if record.deleted_at is not None:
        raise Conflict({"external_id": _("in the trash")})
    editable = {f.name for f in declared.fields if f.is_editable}
    once = {n: v for n, v in values.items() if n not in editable and n not in declared.parts}
    for name in once:
        if actor.field_right(declared.name, name) == "hidden":  # else the answer would tell whether the value is right
            sentence = _("You may not change the field “%(name)s”.") % {"name": name}
            raise Forbidden("change", declared.name, sentence)
    errors = {n: [_("This was written once and stays.")] for n, v in once.items() if not _is_same(record, n, v)}
    if errors:
        raise ValidationError(errors)
    assert declared.change is not None
    declared.change(actor=actor, record_id=record.pk, values={n: v for n, v in values.items() if n in editable})


def _is_same(record: Any, name: str, value: Any) -> bool:
    column = record._meta.get_field(name)
    standing = getattr(record, column.attname)
    try:
        return bool(standing == column.to_python(value)) or str(standing) == str(value)
    except ValidationError:
        return False
