"""Adding files to a record, naming them, choosing the record's picture, trash and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.collaborative.activities.attachments import events
from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.queries import count_on, file_rules
from dangol.collaborative.activities.attachments.rules.kinds import PICTURE_FORMATS
from dangol.collaborative.activities.attachments.rules.names import clean_name, ending_of, with_ending_of
from dangol.collaborative.activities.attachments.services import store
from dangol.collaborative.activities.attachments.services.looking import Look, kind_of_name, look_at
from dangol.collaborative.activities.hanging import about_of, record_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import RecordWriter
from dangol.platform.search.services import remember


def _clean(values: dict[str, Any], file: Any) -> dict[str, Any]:
    if "name" in values:
        values["name"] = with_ending_of(str(values["name"] or ""), file.name)
    return values


FILES = RecordWriter(
    model=Attachment,
    writable=("name",),
    created=events.FileAdded,
    changed=events.FileChanged,
    trashed=events.FileTrashed,
    restored=events.FileRestored,
    clean=_clean,
    about=about_of,
    search=lambda file: (file.name, ()),
)


def add_file(*, actor: Actor, object_name: str, record_id: int, name: str, chunks: Iterable[bytes]) -> Any:
    """Add a file to a record that `actor` sees. `chunks` are its content; the type is what we find, not what was sent.

    Raises:
        Forbidden: the actor may add no files.
        NotFound: there is no such record, the actor may not see it, or it lies in the trash.
        ValidationError: (`file`) it is too large, of a kind not taken, not what its name says, or one too many.
    """
    require(actor, "create", Attachment.access_name)
    record_of(actor, object_name, record_id)
    rules, cleaned = file_rules(), clean_name(name)
    kind_of_name(cleaned)
    try:
        with store.arrive(chunks, rules.most_megabytes * 1024**2) as arrived:
            look = look_at(cleaned, arrived.path)
            return _kept(actor, object_name, record_id, cleaned, arrived, look, rules.most_each_record)
    except store.TooLarge as error:
        sentence = _("“%(name)s” is larger than %(most)s MB.") % {"name": cleaned, "most": rules.most_megabytes}
        raise ValidationError({"file": sentence}) from error


@transaction.atomic
def _kept(
    actor: Actor, object_name: str, record_id: int, name: str, arrived: store.Arrived, look: Look, most: int
) -> Any:
    _lock_record(object_name, record_id)
    if count_on(object_name, record_id) >= most:
        sentence = _("A record has at most %(most)s files. Put some in the trash first.")
        raise ValidationError({"file": sentence % {"most": most}})
    store.lock(arrived.sha256)
    store.keep(arrived)
    is_drawn = ending_of(name) in PICTURE_FORMATS
    file: Any = Attachment(
        object_name=object_name, record_id=record_id, name=name, sha256=arrived.sha256, size=arrived.size,
        media_type=look.kind.media_type, family=look.kind.family, width=look.width, height=look.height,
        views=Attachment.Views.WAITING if is_drawn else Attachment.Views.NONE, author_id=actor.user_id,
    )  # fmt: skip
    file.save(force_insert=True)
    told = events.FileAdded(
        subject_id=file.pk, about_id=about_of(file), changes={"name": [None, file.name]}, object_name=object_name,
        record_id=record_id, size=file.size,
    )  # fmt: skip
    file.told_by = emit(told, actor=actor).id
    remember(Attachment.access_name, file.pk, file.name, ())
    return file


def change_file(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Rename a file (the ending stays). `record_id` is the file's number.

    Raises NotFound, Forbidden, Conflict, ValidationError by field.
    """
    return FILES.change(actor=actor, record_id=record_id, values=values, expected=expected)


@transaction.atomic
def choose_face(*, actor: Actor, record_id: int, is_face: bool = True) -> Any:
    """Make a picture the face of its record, or take it away. Needs the right to change the record itself.

    Raises NotFound, Forbidden, ValidationError.
    """
    file = FILES.locked(actor, record_id, "see")
    if not file.is_picture:
        raise ValidationError({"is_face": _("Only a picture can stand for a record.")})
    _require_change_of_record(actor, file)
    _lock_record(file.object_name, file.record_id)
    others = Attachment.objects.for_system("one face at most").filter(
        object_name=file.object_name, record_id=file.record_id, is_face=True
    )
    others.exclude(pk=file.pk).update(is_face=False)
    if file.is_face != is_face:
        file.is_face = is_face
        file.save(update_fields=["is_face"])
        changes = {"is_face": [not is_face, is_face]}
        emit(events.FileChanged(subject_id=file.pk, about_id=about_of(file), changes=changes), actor=actor)
    return file


def trash_file(*, actor: Actor, record_id: int) -> Any:
    """Put a file in the trash; it is deleted for good after some days. Raises NotFound, Forbidden."""
    return FILES.trash(actor=actor, record_id=record_id)


def restore_file(*, actor: Actor, record_id: int) -> Any:
    """Take a file out of the trash, as the record's picture if it still is. Raises NotFound, Forbidden."""
    return FILES.restore(actor=actor, record_id=record_id)


@transaction.atomic
def change_file_rules(*, actor: Actor, values: Mapping[str, int]) -> Any:
    """Set how large and how many files may be. Raises Forbidden, ValidationError by field."""
    require(actor, "change", "workspace")
    rules = file_rules()
    before = {name: getattr(rules, name) for name in values}
    for name, value in values.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.pk = 1
    rules.save()
    changes = {name: [before[name], value] for name, value in values.items() if before[name] != value}
    if changes:
        emit(events.FileRulesChanged(changes=changes), actor=actor)
    return rules


def _require_change_of_record(actor: Actor, file: Any) -> None:
    from dangol.platform.objects import reading
    from dangol.platform.objects.registry import object_type

    declared = object_type(file.object_name)
    record = record_of(actor, file.object_name, file.record_id)
    if not reading.may(declared, actor, record, "change"):
        raise Forbidden("change", file.object_name)


def _lock_record(object_name: str, record_id: int) -> None:
    """Those who add to one record at once wait for each other, so that the count holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files:{object_name}:{record_id}"])
