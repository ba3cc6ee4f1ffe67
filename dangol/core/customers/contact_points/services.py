from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.customers.contact_points import events
from dangol.core.customers.contact_points.models import FIELDS, ContactPoint
from dangol.core.customers.contact_points.rules import clean_email, clean_phone
from dangol.core.customers.contact_points.rules.addresses import address_of, read_address, written
from dangol.core.customers.contact_points.rules.points import MOST_POINTS, MOST_VALUE, clean_handle, providers
from dangol.core.customers.ends.models import hidden_kinds
from dangol.core.customers.ends.queries import record_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound, RecordWriter, writer_of
from dangol.platform.search.services import remember_many

_WRITABLE = ("provider", "value", "label", "source", "verified_at", "reachable", "unreachable_why")
_STAMPED = ("parts", "reachable_at")


def clean_value(kind: str, value: str, country: str = "", parts: Mapping[str, object] | None = None) -> tuple[str, Any]:
    """A value as it is kept, and the parts of an address. Raises ValidationError on `value`."""
    text = value.replace("\x00", "").strip()
    try:
        if kind == "email" and text:
            return clean_email(text), {}
        if kind == "phone" and text:
            return clean_phone(text, country or workspace().country), {}
        if kind == "address" and (text or parts):
            found = address_of(parts) if parts else read_address(text, country)
            kept = written(found) or text
            if len(kept) <= MOST_VALUE:
                return kept, found.known()
        if kind in ("messenger", "social"):
            return clean_handle(text), {}
    except ValueError:
        pass
    raise ValidationError({"value": _WRONG.get(kind, _WRONG["address"])()})


_WRONG: dict[str, Any] = {
    "email": lambda: _("This is not an e-mail address. Example: jiwoo@example.com."),
    "phone": lambda: _("This is not a phone number. Example: 010-1234-5678 or +44 20 7946 0000."),
    "address": lambda: _("Write an address of at most %(most)s letters.") % {"most": MOST_VALUE},
    "messenger": lambda: _("Write the name under which the person is found there."),
    "social": lambda: _("Write the name under which the person is found there."),
}


def _clean(values: dict[str, Any], point: Any) -> dict[str, Any]:
    if "value" in values:
        values["value"], point.parts = clean_value(point.kind, str(values["value"] or ""), _country(point))
    if "provider" in values:
        values["provider"] = _provider(point.kind, str(values["provider"] or ""))
    if "reachable" in values:
        point.reachable_at = timezone.now() if values["reachable"] is not None else None
        if values["reachable"] is not False:
            values["unreachable_why"] = ""
    return values


def _country(point: Any) -> str:
    model: Any = ContactPoint._meta.get_field(point.object_name).related_model
    rows = model.objects.for_system("the country as dialled in which a number is read")
    return str(rows.filter(pk=point.record_id).values_list("country", flat=True).first() or "")


def _provider(kind: str, provider: str) -> str:
    known = providers(kind)
    folded = provider.strip().casefold()
    if not known:
        return ""
    if not folded:
        raise ValidationError({"provider": _("Choose the service.")})
    found = next((key for key, name in known.items() if folded in (key, name.casefold())), "")
    return found or provider.strip()[:50]


POINTS = RecordWriter(
    model=ContactPoint,
    writable=_WRITABLE,
    created=events.ContactPointAdded,
    changed=events.ContactPointChanged,
    trashed=events.ContactPointTrashed,
    restored=events.ContactPointRestored,
    clean=_clean,
    about=lambda point: point.person_id,
    search=lambda point: ("", ()),
)


@transaction.atomic
def add_point(
    *, actor: Actor, object_name: str, record_id: int, kind: str, values: Mapping[str, Any],
    parts: Mapping[str, object] | None = None,
) -> Any:  # fmt: skip
    """Add a way to reach a person or a company; `values` are those of `_WRITABLE`, `parts` those of an address.

    What stands there already is returned as it is, changed where `values` say more. Raises NotFound, Forbidden (the
    record or the field of this kind may not be changed), InTrash, ValidationError by field.
    """
    record = record_of(actor, object_name, record_id, is_locked=True)
    if kind not in FIELDS:
        raise ValidationError({"kind": _("Choose one from the list.")})
    _require_kind(actor, object_name, kind)
    POINTS.judge(actor, values)
    value, found = clean_value(kind, str(values.get("value") or ""), record.country, parts)
    provider = _provider(kind, str(values.get("provider") or ""))
    rows = ContactPoint.objects.visible_to(actor).filter(**{f"{object_name}_id": record_id, "deleted_at": None})
    known = rows.filter(kind=kind, value=value, provider=provider).first()
    if known is not None:
        more = {n: v for n, v in values.items() if n not in ("value", "provider") and v not in ("", None)}
        return change_point(actor=actor, record_id=known.pk, values=more) if more else known
    if rows.count() >= MOST_POINTS:
        raise ValidationError({"value": _("A record has at most %(most)s of these.") % {"most": MOST_POINTS}})
    point: Any = ContactPoint(kind=kind, parts=found, **{f"{object_name}_id": record_id})
    given = {**values, "value": value, "provider": provider}
    if "source" not in values:
        given["source"] = _source(actor)
    _set(point, given, found)
    point.save(force_insert=True)
    changes = {n: [None, v] for n, v in POINTS.standing(point).items() if v not in ("", None)}
    told = events.ContactPointAdded(
        subject_id=point.pk, about_id=point.person_id, changes={"kind": [None, kind], **changes}
    )
    point.told_by = emit(told, actor=actor).id
    found_again(object_name, [record_id])
    return point


def _set(point: Any, values: Mapping[str, Any], parts: Any) -> None:
    POINTS.put(point, values, lambda column, value: None)
    point.parts = parts
    point.full_clean(exclude=["person", "company"])


def _source(actor: Actor) -> str:
    return {"api": "API", "import": _("Import")}.get(actor.source, "")


@transaction.atomic
def change_point(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Change what is known of a way to reach somebody. `record_id` is the row's number.

    Raises NotFound, Forbidden, Conflict, ValidationError by field.
    """
    changed = POINTS.change(actor=actor, record_id=record_id, values=values, expected=expected)
    if getattr(changed, "told_by", None) is not None:
        changed.save(update_fields=list(_STAMPED))
        if "value" in values:
            found_again(changed.object_name, [changed.record_id])
    return changed


@transaction.atomic
def trash_point(*, actor: Actor, record_id: int) -> Any:
    """Take a way to reach somebody away; undo brings it back. Raises NotFound, Forbidden."""
    gone = POINTS.trash(actor=actor, record_id=record_id)
    found_again(gone.object_name, [gone.record_id])
    return gone


@transaction.atomic
def restore_point(*, actor: Actor, record_id: int) -> Any:
    """Bring it back. Raises NotFound, Forbidden."""
    back = POINTS.restore(actor=actor, record_id=record_id)
    found_again(back.object_name, [back.record_id])
    return back


@transaction.atomic
def make_primary(*, actor: Actor, record_id: int) -> Any:
    """Make a further address the record's own one; the one that stood there stays as a further one.

    `record_id` is the row's number. Returns the person or company, with the event that told it. Raises NotFound,
    Forbidden, ValidationError (nothing of this kind can be the record's own).
    """
    point = POINTS.locked(actor, record_id, "change")
    record = record_of(actor, point.object_name, point.record_id, is_locked=True)
    writer = writer_of(point.object_name)
    if point.deleted_at is not None:
        raise NotFound(_("There is no such record, or you may not see it."))
    if writer is None or point.kind not in writer.writable:
        raise ValidationError({"kind": _("A record has no main one of this kind.")})
    _keep(actor, record, point.kind)
    return writer.change(actor=actor, record_id=record.pk, values={point.kind: point.value})


def _keep(actor: Actor, record: Any, kind: str) -> None:
    """See to it that the record's own value has a row, so that it stays when another takes its place."""
    own, name = str(getattr(record, kind) or ""), type(record).access_name
    rows = ContactPoint.objects.visible_to(actor).filter(**{f"{name}_id": record.pk, "deleted_at": None})
    if own and not rows.filter(kind=kind, value=own).exists():
        add_point(actor=actor, object_name=name, record_id=record.pk, kind=kind, values={"value": own})


def _require_kind(actor: Actor, object_name: str, kind: str) -> None:
    if kind in hidden_kinds(actor, object_name, FIELDS, "edit"):
        raise Forbidden("change", object_name)


def found_again(object_name: str, record_ids: Iterable[int]) -> None:
    """Make people or companies findable by what stands now in their rows, after these were moved or changed.

    For whoever writes contact points by statements of their own (a merge, an import, an undo). In the running
    transaction.
    """
    writer = writer_of(object_name)
    if writer is None:
        return
    rows: Any = writer.model.objects.for_system("what a record is found by has changed")
    records = rows.filter(pk__in=list(record_ids), deleted_at=None)
    remember_many(object_name, ((record.pk, *writer.search(record)) for record in records))


_KNOWN = """
UPDATE customers_contactpoint SET reachable = %(is)s, reachable_at = %(at)s, unreachable_why = %(why)s
WHERE kind = %(kind)s AND value = %(value)s AND deleted_at IS NULL AND reachable IS DISTINCT FROM %(is)s
"""
_OWN = """
INSERT INTO customers_contactpoint ({link}_id, kind, value, source, reachable, reachable_at, unreachable_why)
SELECT r.id, %(kind)s, r.{field}, '', %(is)s, %(at)s, %(why)s FROM {table} r
WHERE r.{field} = %(value)s AND r.{field} <> '' AND r.deleted_at IS NULL AND NOT EXISTS (
  SELECT FROM customers_contactpoint c WHERE c.{link}_id = r.id AND c.kind = %(kind)s AND c.value = r.{field}
    AND c.deleted_at IS NULL)
"""


@transaction.atomic
def note_reachability(
    *, actor: Actor, kind: str, value: str, is_reachable: bool, why: str = "", at: datetime | None = None
) -> int:
    """Note of an address (as it is kept) whether anything arrives there, for everybody who has it.

    `why` is what the other side said. Returns of how many records it was news. Raises ValueError for a kind that is
    neither `email` nor `phone`.
    """
    if kind not in ("email", "phone"):
        raise ValueError(kind)
    asked: dict[str, Any] = {
        "kind": kind, "value": value, "is": is_reachable, "why": "" if is_reachable else why[:MOST_VALUE],
        "at": at or timezone.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        count = int(cursor.rowcount)
        for link, table in (("person", "customers_person"), ("company", "customers_company")):
            if (kind, link) != ("email", "company") and not is_reachable:
                cursor.execute(_OWN.format(link=link, field=kind, table=table), asked)
                count += cursor.rowcount
    if count:
        emit(events.ReachabilityNoted(kind=kind, is_reachable=is_reachable), actor=actor, figures={"rows": count})
    return count


def keep_imported(actor: Actor, pairs: Sequence[tuple[int, Mapping[str, str]]], object_name: str = "person") -> Any:
    """Add what a file says beside its records, to many at once: `pairs` (record id, {column of `COLUMNS`: text}).

    What cannot be read, what the record has already and what `actor` may not write is left out. Returns the event and
    the rows that tell it. In the running transaction; few statements.
    """
    link = f"{object_name}_id"
    closed = set(hidden_kinds(actor, object_name, FIELDS, "edit"))
    known, countries = _standing(object_name, sorted({pk for pk, _texts in pairs}))
    fresh: dict[tuple[int, str, str], Any] = {}
    for pk, texts in pairs:
        for name, text in texts.items():
            kind, label, provider = COLUMNS[name]
            try:
                value, parts = clean_value(kind, text, countries.get(pk, ""))
            except ValidationError:
                continue
            if kind not in closed and (pk, kind, value) not in known:
                fresh.setdefault((pk, kind, value), ContactPoint(
                    kind=kind, value=value, label=label, provider=provider, parts=parts, source=_source(actor),
                    **{link: pk}))  # fmt: skip
    made: list[Any] = _all().bulk_create(list(fresh.values()))
    found_again(object_name, {getattr(point, link) for point in made})
    return events.ContactPointAdded, [_row(point) for point in made]


def _standing(object_name: str, ids: Sequence[int]) -> tuple[set[tuple[int, str, str]], dict[int, str]]:
    """What many records have already, their own values too, and their countries. Two queries."""
    link = f"{object_name}_id"
    found = set(_all().filter(**{f"{link}__in": ids, "deleted_at": None}).values_list(link, "kind", "value"))
    model: Any = ContactPoint._meta.get_field(object_name).related_model
    own = [f.name for f in model._meta.fields if f.name in ("email", "phone", "address")]
    countries = {}
    rows = model.objects.for_system("records of an import, which judged them").filter(pk__in=ids)
    for pk, country, *values in rows.values_list("pk", "country", *own):
        countries[pk] = country
        found |= {(pk, kind, value) for kind, value in zip(own, values, strict=True)}
    return found, countries


def _all() -> Any:
    return ContactPoint.objects.for_system("further points of an import, judged with their records")


def _row(point: Any) -> RowChange:
    after = {n: v for n, v in POINTS.standing(point).items() if v not in ("", None)}
    return RowChange(POINTS.name, point.pk, None, {"kind": point.kind, **after}, point.person_id)


COLUMNS: dict[str, tuple[str, str, str]] = {
    "second_email": ("email", "", ""), "work_email": ("email", "work", ""), "private_email": ("email", "private", ""),
    "mobile": ("phone", "", ""), "work_phone": ("phone", "work", ""), "private_phone": ("phone", "private", ""),
    "second_phone": ("phone", "", ""), "second_address": ("address", "", ""),
    "billing_address": ("address", "billing", ""), "delivery_address": ("address", "delivery", ""),
    "kakaotalk": ("messenger", "", "kakaotalk"), "line_id": ("messenger", "", "line"),
    "whatsapp": ("messenger", "", "whatsapp"), "instagram": ("social", "", "instagram"),
    "facebook": ("social", "", "facebook"),
}  # fmt: skip
"""Columns of files that hold further points: (kind, label, service)."""
