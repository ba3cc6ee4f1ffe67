from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    """Somebody wrote a note; `mentions` are the members of staff whom it names."""

    NAME = "note.added"
    SUBJECT = "note"

    object_name: str = ""
    record_id: int | None = None
    mentions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoteChanged(Event):
    NAME = "note.changed"
    SUBJECT = "note"


@dataclass(frozen=True, kw_only=True)
class NoteTrashed(Event):
    NAME = "note.trashed"
    SUBJECT = "note"


@dataclass(frozen=True, kw_only=True)
class NoteRestored(Event):
    NAME = "note.restored"
    SUBJECT = "note"
