"""Writing one record: judged, cleaned, saved, told and found again by search, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.access.guard import GuardedModel
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit
from dangol.platform.objects.added.columns import InDocument, check_unique, is_custom, is_link, leads_to_several, stored
from dangol.platform.objects.added.merged import merged_values, now_called
from dangol.platform.objects.added.rules import PREFIX
from dangol.platform.objects.extended import added, let_grow
from dangol.platform.objects.former import why_not_restored
from dangol.platform.objects.linking import ids_asked, linked, seen_targets, target_among, target_id
from dangol.platform.search.services import Texts, forget, remember

Values = Mapping[str, Any]


class NotFound(Http404):
    """There is no such record, or none that this actor may know of."""


class Conflict(Exception):
    """Somebody else changed the same field since it was read. `current` {field: what stands there now}."""

    def __init__(self, current: dict[str, Any], sentence: str = "") -> None:
        self.current = current
        super().__init__(
            sentence or _("Somebody changed this in the meantime. Look at the new value, then save again.")
        )


class InTrash(Conflict):
    """Somebody put the record in the trash since it was read; what lies there is not changed."""

    def __init__(self) -> None:
        super().__init__({}, _("This lies in the trash. Take it out to change it."))


@dataclass(frozen=True)
class Parts:
    """Rows that belong to a record and change with it (lines of an order), for undo.

    They stand under `key` in before and after of the record's row. `standing({id: (before, after)})` returns the
    records whose parts still stand as they were left; `put_back` sets those of such records to what they were.
    """

    key: str
    standing: Callable[[Mapping[int, tuple[Any, Any]]], set[int]]
    put_back: Callable[[Mapping[int, tuple[Any, Any]]], None]


@dataclass(frozen=True)
class RecordWriter:
    """The write side of a slice with ordinary records; its services are thin names over it.

    `writable` are the fields that may be written at all; the company's own follow those that the slice names.
    `clean(values, record)` normalises what was given (phone numbers, e-mails) and raises ValidationError by field.
    `about(record)` is the person whose timeline shows it. `search(record)` returns (title, texts) for the search
    index. `fixed` are the writable fields that are written once, with the record. `check_trash(record)` raises
    Forbidden or ValidationError where a record must not go to the trash now. `together` are fields that follow from
    each other (and from `parts`): undo takes them back all at once or not.

    What a service returns carries the id of the event that told it as `told_by`, where something was written.
    The writer of an object is known by its model's name in rights: bulk writes and undo find it there (`writer_of`).
    """

    model: type[GuardedModel]
    writable: tuple[str, ...]
    created: type[Event]
    changed: type[Event]
    trashed: type[Event]
    restored: type[Event]
    clean: Callable[[dict[str, Any], Any], dict[str, Any]] = lambda values, record: values
    about: Callable[[Any], int | None] = lambda record: None
    search: Callable[[Any], tuple[str, Texts]] = lambda record: (str(record), ())
    fixed: tuple[str, ...] = ()
    check_trash: Callable[[Any], None] = lambda record: None
    together: tuple[str, ...] = ()
    parts: Parts | None = None

    def __post_init__(self) -> None:
        own = self.search
        object.__setattr__(self, "search", lambda record: _with_added(own, self.model, record))
        _WRITERS[self.name] = self

    @property
    def name(self) -> str:
        """The object's name in rights."""
        return self.model.access_name

    @transaction.atomic
    def create(self, *, actor: Actor, values: Values) -> Any:
        """Add a record. Raises Forbidden, ValidationError by field."""
        require(actor, "create", self.name)
        record = self.model()
        if "owner" in self.writable and "owner" not in values and actor.user_id is not None:
            values = {**values, "owner": actor.user_id}
        self._apply(actor, record, values)
        proposed = self.propose(record, values)
        self._validate(record)
        record.save(force_insert=True)
        self._tell(self.created, record, _first(record, {**values, **proposed}), actor)
        self._remember(record)
        return record

    @transaction.atomic
    def change(self, *, actor: Actor, record_id: int, values: Values, expected: Values | None = None) -> Any:
        """Change some fields. `expected` {field: value as read} guards against overwriting somebody else's change.

        A field given as it was read is not touched: whoever changed it in the meantime keeps the last word on it.
        Raises NotFound, Forbidden, Conflict (InTrash: it lies there), ValidationError by field. Writes and tells
        nothing when nothing differs.
        """
        record = self.locked(actor, record_id, "change")
        self.refuse_fixed(values)
        before = self.standing(record)
        self._apply(actor, record, self._touched(values, expected or {}))
        changes = self.differences(before, record)
        if changes and getattr(record, "deleted_at", None) is not None:
            raise InTrash
        self._check_expected(self._as_seen(actor, before, expected), changes, expected)
        if changes:
            self._validate(record, changes)
            record.save(update_fields=[c.name for c in stored(self.column(n) for n in changes)])
            self._tell(self.changed, record, changes, actor)
            self._remember(record)
        return record

    @transaction.atomic
    def trash(self, *, actor: Actor, record_id: int) -> Any:
        """Put a record in the trash, from where `restore` brings it back. Raises NotFound, Forbidden."""
        record = self.locked(actor, record_id, "delete")
        if record.deleted_at is None:
            self.check_trash(record)
            changes = self._mark(record, timezone.now())
            forget(self.name, record.pk)
            self._tell(self.trashed, record, changes, actor)
        return record

    @transaction.atomic
    def restore(self, *, actor: Actor, record_id: int) -> Any:
        """Take a record out of the trash. Raises NotFound, Forbidden, Conflict for one that went up in another."""
        record = self.locked(actor, record_id, "delete")
        if record.deleted_at is not None:
            if sentence := why_not_restored(self.name, [record.pk]).get(record.pk):
                raise Conflict({}, sentence)
            changes = self._mark(record, None)
            self._remember(record)
            self._tell(self.restored, record, changes, actor)
        return record

    def locked(self, actor: Actor, record_id: int, action: str) -> Any:
        """The record, locked till the end of the transaction. Raises NotFound when unseen, Forbidden when only seen."""
        found = self.model.objects.visible_to(actor, action).select_for_update().filter(pk=record_id).first()
        if found is not None:
            return found
        if self.model.objects.visible_to(actor).filter(pk=record_id).exists():
            raise Forbidden(action, self.name)
        raise NotFound(_("There is no such record, or you may not see it."))

    def standing(self, record: Any) -> dict[str, Any]:
        """What stands in each writable field of a record; ids where it leads to others."""
        return {n: getattr(record, self.column(n).attname) for n in self.writable}

    def differences(self, before: Values, record: Any) -> dict[str, list[Any]]:
        """{field: [old, new]} of the writable fields that differ from what stood `before`."""
        return {n: [before[n], after] for n, after in self.standing(record).items() if after != before[n]}

    def refuse_fixed(self, values: Values) -> None:
        """Raise ValidationError by field for those that are written once."""
        closed = [n for n in values if n in self.fixed]
        if closed:
            raise ValidationError({n: _("This is fixed once the record is written.") for n in closed})

    def judge(self, actor: Actor, names: Iterable[str]) -> None:
        """Raise ValidationError for fields that cannot be written, Forbidden for those that `actor` may not write."""
        for name in names:
            if name not in self.writable:
                raise ValidationError({name: _("This field cannot be written.")})
            if actor.field_right(self.name, name) != "edit":
                raise Forbidden("change", self.name, _("You may not change the field “%(name)s”.") % {"name": name})

    def put(self, record: Any, values: Values, target: Callable[[Any, Any], int | None]) -> None:
        """Clean `values` and set them on a record in memory. `target(column, value)` finds the id behind a relation.

        Raises ValidationError by field.
        """
        errors: dict[str, Any] = {}
        merged = merged_values(self.name)
        for name, value in self.clean(dict(values), record).items():
            try:
                value = now_called(merged[name], value) if name in merged else value
                self._set(record, self.column(name), value, target)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)

    def propose(self, record: Any, values: Values) -> dict[str, Any]:
        """Give a new record the defaults of the company's own fields that were not named; returns them."""
        found = {}
        for column in self.model._meta.private_fields:
            if isinstance(column, InDocument) and column.name not in values and column.default not in (None, False):
                found[column.name] = column.default
                setattr(record, column.attname, column.default)
        return found

    def column(self, name: str) -> Any:
        """The model's field called `name`. Raises FieldDoesNotExist."""
        if name.startswith(PREFIX):
            _ = self.writable  # which brings the company's own fields up to date, in a process that never asked yet
        return self.model._meta.get_field(name)

    def _tell(self, kind: type[Event], record: Any, changes: dict[str, list[Any]], actor: Actor) -> None:
        """Emit the event; the record carries its id, for who offers to undo it."""
        event = kind(subject_id=record.pk, about_id=self.about(record), changes=changes)
        record.told_by = emit(event, actor=actor).id

    def _mark(self, record: Any, deleted_at: Any) -> dict[str, list[Any]]:
        changes = {"deleted_at": [record.deleted_at, deleted_at]}
        record.deleted_at = deleted_at
        record.save(update_fields=["deleted_at"])
        return changes

    def _touched(self, values: Values, expected: Values) -> dict[str, Any]:
        return {
            n: v
            for n, v in values.items()
            if n not in expected or n not in self.writable or not _is_same(self.column(n), v, expected[n])
        }

    def _apply(self, actor: Actor, record: Any, values: Values) -> None:
        self.judge(actor, values)
        several = {n: v for n, v in values.items() if leads_to_several(self.column(n))}
        asked = {n: ids_asked(self.column(n), v, [record]) for n, v in several.items()}
        among = target_among({n: seen_targets(actor, self.column(n), ids) for n, ids in asked.items()})

        def find(column: Any, value: Any) -> int | None:
            return among(column, value) if column.name in asked else target_id(actor, column, value)

        self.put(record, values, find)

    def _set(self, record: Any, column: Any, value: Any, target: Callable[[Any, Any], int | None]) -> None:
        if isinstance(value, str):
            value = value.replace("\x00", "").strip()
        if is_link(column):
            setattr(record, column.attname, target(column, value))
        elif leads_to_several(column):
            setattr(record, column.attname, linked(column, value, getattr(record, column.attname) or [], target))
        elif value in ("", None):
            setattr(record, column.name, None if column.null else "")
        else:
            setattr(record, column.name, column.to_python(value))

    def _as_seen(self, actor: Actor, before: Values, expected: Values | None) -> Values:
        """What stood, as `actor` read it: of several records only those that they may see."""
        found = dict(before)
        for name in expected or ():
            if name in self.writable and leads_to_several(self.column(name)) and before[name]:
                seen = seen_targets(actor, self.column(name), set(before[name]))
                found[name] = [pk for pk in before[name] if pk in seen]
        return found

    def _check_expected(self, before: Values, changes: Values, expected: Values | None) -> None:
        stale = {
            n: before[n]
            for n in changes
            if expected and n in expected and not _is_same(self.column(n), before[n], expected[n])
        }
        if stale:
            raise Conflict(stale)

    def _validate(self, record: Any, changes: Values | None = None) -> None:
        """Of a record that changes, the company's own fields count only where they change: one that is required now
        may be empty in older records, and must not keep anybody from changing something else."""
        writable = set(self.writable)
        record.full_clean(
            exclude=[
                f.name for f in self.model._meta.fields
                if f.name not in writable or (changes is not None and is_custom(f) and f.name not in changes)
            ]
        )  # fmt: skip
        check_unique(record, self.writable if changes is None else changes)

    def _remember(self, record: Any) -> None:
        title, texts = self.search(record)
        remember(self.name, record.pk, title, texts)


def _with_added(search: Callable[[Any], tuple[str, Texts]], model: Any, record: Any) -> tuple[str, Texts]:
    """What the search knows of a record of `model`, or of what stands for one, the company's own texts among it."""
    title, texts = search(record)
    added = {
        c.name: str(getattr(record, c.attname, "") or "") for c in model._meta.private_fields
        if isinstance(c, InDocument) and c.definition.is_searched
    }  # fmt: skip
    return title, {**texts, **added} if added and isinstance(texts, Mapping) else texts


let_grow(RecordWriter, "writable", lambda name: name.startswith(PREFIX))
_WRITERS: dict[str, RecordWriter] = {}


def writer_of(object_name: str) -> RecordWriter | None:
    """The writer of an object, None for one whose records are not written this way."""
    added("types")  # which brings the company's own objects up to date, in a process that never asked yet
    return _WRITERS.get(object_name)


def forget_writer(object_name: str) -> None:
    """Know an object's writer no more: the company took the object away."""
    _WRITERS.pop(object_name, None)


def _text(value: Any) -> str:
    return "" if value is None or value is False else str(value).replace("\r\n", "\n").strip()


def _is_same(column: Any, value: Any, read: Any) -> bool:
    """Whether a value that was sent is the one that was read, however the two are written."""
    value = getattr(value, "pk", value)
    if _text(value) == _text(read):
        return True
    if value in ("", None) or read in ("", None) or is_link(column):
        return False
    try:
        return bool(column.to_python(value) == column.to_python(read))
    except (ValidationError, TypeError, ValueError):
        return False


def _first(record: Any, values: Values) -> dict[str, list[Any]]:
    found = {}
    for name in values:
        value = getattr(record, record._meta.get_field(name).attname)
        if value not in ("", None, []):
            found[name] = [None, value]
    return found
