from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.collaborative.activities.hanging import about_of, record_of
from dangol.collaborative.activities.notes import events
from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.queries import mentioned_staff, pinned_count
from dangol.collaborative.activities.notes.rules import MOST_LETTERS, MOST_PINNED, tidied, title_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import RecordWriter
from dangol.platform.realtime.telling import tell
from dangol.platform.search.services import remember


def _clean(values: dict[str, Any], note: Any) -> dict[str, Any]:
    if "body" in values:
        values["body"] = _checked(values["body"])
        note.edited_at = timezone.now()
    return values


def _checked(body: object) -> str:
    text = tidied(body) if isinstance(body, str) else ""
    if not text:
        raise ValidationError({"body": _("Write what you want to remember.")})
    if len(text) > MOST_LETTERS:
        most = _("This is too long: a note has at most %(most)s letters; this has %(have)s.")
        raise ValidationError({"body": most % {"most": MOST_LETTERS, "have": len(text)}})
    return text


def search_texts(note: Any) -> tuple[str, list[str]]:
    """What the search knows of a note."""
    return title_of(note.body), [note.body]


NOTES = RecordWriter(
    model=Note,
    writable=("body", "is_pinned"),
    created=events.NoteAdded,
    changed=events.NoteChanged,
    trashed=events.NoteTrashed,
    restored=events.NoteRestored,
    clean=_clean,
    about=about_of,
    search=search_texts,
)


@transaction.atomic
def add_note(*, actor: Actor, object_name: str, record_id: int, body: str, is_pinned: bool = False) -> Any:
    """Write a note on a record that `actor` sees.

    Raises:
        Forbidden: the actor may write no notes.
        NotFound: there is no such record, the actor may not see it, or it lies in the trash.
        ValidationError: by field (`body`, `is_pinned`).
    """
    require(actor, "create", Note.access_name)
    record_of(actor, object_name, record_id)
    text = _checked(body)
    if is_pinned:
        _refuse_too_many_pins(object_name, record_id)
    note: Any = Note(
        object_name=object_name, record_id=record_id, body=text, is_pinned=is_pinned, author_id=actor.user_id
    )  # fmt: skip
    note.save(force_insert=True)
    names = mentioned_staff(text)
    changes: dict[str, list[Any]] = {"body": [None, text], **({"is_pinned": [None, True]} if is_pinned else {})}
    told = events.NoteAdded(
        subject_id=note.pk, about_id=about_of(note), changes=changes, object_name=object_name, record_id=record_id,
        mentions=names,
    )  # fmt: skip
    note.told_by = emit(told, actor=actor).id
    remember(Note.access_name, note.pk, *search_texts(note))
    return note


@transaction.atomic
def change_note(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Change what a note says, or pin it. `record_id` is the note's number.

    Raises NotFound, Forbidden, Conflict, ValidationError by field.
    """
    note = NOTES.locked(actor, record_id, "change")
    if values.get("is_pinned") and not note.is_pinned:
        _refuse_too_many_pins(note.object_name, note.record_id)
    changed = NOTES.change(actor=actor, record_id=record_id, values=values, expected=expected)
    if changed.body != note.body:
        changed.save(update_fields=["edited_at"])
    return _heard(changed)


def trash_note(*, actor: Actor, record_id: int) -> Any:
    """Put a note in the trash. Raises NotFound, Forbidden."""
    return _heard(NOTES.trash(actor=actor, record_id=record_id))


def restore_note(*, actor: Actor, record_id: int) -> Any:
    """Take a note out of the trash. Raises NotFound, Forbidden."""
    return _heard(NOTES.restore(actor=actor, record_id=record_id))


def _heard(note: Any) -> Any:
    """The note, of which open pages of its record hear: its events name a record only when that is a person."""
    tell(note.object_name, [note.record_id])
    return note


def _refuse_too_many_pins(object_name: str, record_id: int) -> None:
    if pinned_count(object_name, record_id) >= MOST_PINNED:
        sentence = _("At most %(most)s notes of a record can be pinned. Unpin one first.")
        raise ValidationError({"is_pinned": sentence % {"most": MOST_PINNED}})
