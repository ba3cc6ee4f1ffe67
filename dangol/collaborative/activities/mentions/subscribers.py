from __future__ import annotations

from dangol.collaborative.activities.mentions.services import tell_mentioned
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("note.added", name="mentions.added")
def tell_when_added(record: EventRecord) -> None:
    """Whoever is named in a new note is told."""
    _tell(record)


@subscribe("note.changed", name="mentions.changed")
def tell_when_changed(record: EventRecord) -> None:
    """Whoever is named by a change is told; who is named no more is not."""
    if "body" in record.changes:
        _tell(record)


def _tell(record: EventRecord) -> None:
    if record.subject_id is not None:
        actor = Actor.system("a note mentions colleagues")
        tell_mentioned(actor=actor, note_id=record.subject_id, by=record.actor_id)
