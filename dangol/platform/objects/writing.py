"""Writing one record: judged, cleaned, saved, told and found again by search, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.access.guard import GuardedModel
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit
from dangol.platform.search.services import forget, remember

Values = Mapping[str, Any]


class NotFound(Http404):
    """There is no such record, or none that this actor may know of."""


class Conflict(Exception):
    """Somebody else changed the same field since it was read. `current` {field: what stands there now}."""

    def __init__(self, current: dict[str, Any]) -> None:
        self.current = current
        super().__init__(_("Somebody changed this in the meantime. Look at the new value, then save again."))


@dataclass(frozen=True)
class RecordWriter:
    """The write side of a slice with ordinary records; its services are thin names over it.

    `clean(values, record)` normalises what was given (phone numbers, e-mails) and raises ValidationError by field.
    `about(record)` is the person whose timeline shows it. `search(record)` returns (title, texts) for the search
    index. `writable` are the fields that may be written at all.
    """

    model: type[GuardedModel]
    writable: tuple[str, ...]
    created: type[Event]
    changed: type[Event]
    trashed: type[Event]
    restored: type[Event]
    clean: Callable[[dict[str, Any], Any], dict[str, Any]] = lambda values, record: values
    about: Callable[[Any], int | None] = lambda record: None
    search: Callable[[Any], tuple[str, Sequence[str]]] = lambda record: (str(record), ())

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
        self._validate(record)
        record.save(force_insert=True)
        emit(
            self.created(subject_id=record.pk, about_id=self.about(record), changes=_first(record, values)), actor=actor
        )
        self._remember(record)
        return record

    @transaction.atomic
    def change(self, *, actor: Actor, record_id: int, values: Values, expected: Values | None = None) -> Any:
        """Change some fields. `expected` {field: value as read} guards against overwriting somebody else's change.

        Raises NotFound, Forbidden, Conflict, ValidationError by field. Writes and tells nothing when nothing differs.
        """
        record = self.locked(actor, record_id, "change")
        before = {n: getattr(record, self._column(n).attname) for n in self.writable}
        self._apply(actor, record, values)
        changes = {
            n: [before[n], after]
            for n in self.writable
            if (after := getattr(record, self._column(n).attname)) != before[n]
        }
        self._check_expected(before, changes, expected)
        if changes:
            self._validate(record)
            record.save(update_fields=[self._column(n).name for n in changes])
            emit(self.changed(subject_id=record.pk, about_id=self.about(record), changes=changes), actor=actor)
            self._remember(record)
        return record

    @transaction.atomic
    def trash(self, *, actor: Actor, record_id: int) -> Any:
        """Put a record in the trash, from where `restore` brings it back. Raises NotFound, Forbidden."""
        record = self.locked(actor, record_id, "delete")
        if record.deleted_at is None:
            self._mark(record, timezone.now())
            forget(self.name, record.pk)
            emit(self.trashed(subject_id=record.pk, about_id=self.about(record)), actor=actor)
        return record

    @transaction.atomic
    def restore(self, *, actor: Actor, record_id: int) -> Any:
        """Take a record out of the trash. Raises NotFound, Forbidden."""
        record = self.locked(actor, record_id, "delete")
        if record.deleted_at is not None:
            self._mark(record, None)
            self._remember(record)
            emit(self.restored(subject_id=record.pk, about_id=self.about(record)), actor=actor)
        return record

    def locked(self, actor: Actor, record_id: int, action: str) -> Any:
        """The record, locked till the end of the transaction. Raises NotFound when unseen, Forbidden when only seen."""
        found = self.model.objects.visible_to(actor, action).select_for_update().filter(pk=record_id).first()
        if found is not None:
            return found
        if self.model.objects.visible_to(actor).filter(pk=record_id).exists():
            raise Forbidden(action, self.name)
        raise NotFound(_("There is no such record, or you may not see it."))

    def _mark(self, record: Any, deleted_at: Any) -> None:
        record.deleted_at = deleted_at
        record.save(update_fields=["deleted_at"])

    def _column(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def _apply(self, actor: Actor, record: Any, values: Values) -> None:
        for name in values:
            if name not in self.writable:
                raise ValidationError({name: _("This field cannot be written.")})
            if actor.field_right(self.name, name) != "edit":
                raise Forbidden("change", self.name, _("You may not change the field “%(name)s”.") % {"name": name})
        errors: dict[str, Any] = {}
        for name, value in self.clean(dict(values), record).items():
            try:
                self._set(actor, record, self._column(name), value)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)

    def _set(self, actor: Actor, record: Any, column: Any, value: Any) -> None:
        if isinstance(value, str):
            value = value.replace("\x00", "").strip()
        if isinstance(column, models.ForeignKey):
            setattr(record, column.attname, _target(actor, column, value))
        elif value in ("", None):
            setattr(record, column.name, None if column.null else "")
        else:
            setattr(record, column.name, column.to_python(value))

    def _check_expected(self, before: Values, changes: Values, expected: Values | None) -> None:
        stale = {
            n: before[n] for n in changes if expected and n in expected and str(expected[n]) != str(before[n] or "")
        }
        if stale:
            raise Conflict(stale)

    def _validate(self, record: Any) -> None:
        record.full_clean(exclude=[f.name for f in self.model._meta.fields if f.name not in self.writable])

    def _remember(self, record: Any) -> None:
        title, texts = self.search(record)
        remember(self.name, record.pk, title, texts)


def _target(actor: Actor, column: Any, value: Any) -> int | None:
    """The id behind a given relation, if `actor` may see that record."""
    if value in ("", None):
        return None
    pk = getattr(value, "pk", value)
    try:
        pk = int(pk)
    except (TypeError, ValueError):
        raise ValidationError(_("Choose one from the list.")) from None
    other = column.related_model
    rows = other.objects.visible_to(actor) if issubclass(other, GuardedModel) else other.objects.all()
    if not 0 < pk < 2**63 or not rows.filter(pk=pk).exists():
        raise ValidationError(_("This record does not exist, or you may not see it."))
    return pk


def _first(record: Any, values: Values) -> dict[str, list[Any]]:
    found = {}
    for name in values:
        value = getattr(record, record._meta.get_field(name).attname)
        if value not in ("", None):
            found[name] = [None, value]
    return found
