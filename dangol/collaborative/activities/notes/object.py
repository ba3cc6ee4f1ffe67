from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.queries import NoteShown, find, first_page, newest, of_people, shown
from dangol.collaborative.activities.notes.rules import title_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import register_presence
from dangol.platform.objects.hung import Hung, register_hung
from dangol.platform.objects.registry import EVERY, StoryItem, StoryKind, register_kind, register_panel, register_story
from dangol.platform.objects.types import Field, Panel
from dangol.platform.ui.navigation import register_finder


def composer(actor: Actor, record: Any) -> dict[str, Any] | None:
    """What the form above the story shows; None for who may write no notes."""
    if actor.kind != "user" or not actor.may("create", Note.access_name):
        return None
    return {"values": {}, "errors": {}, "is_open": False}


def pinned(actor: Actor, record: Any) -> dict[str, Any] | None:
    """Pinned notes, which stand above the story; None without any."""
    notes = [note for note in first_page(actor, record) if note.is_pinned]
    return {"notes": shown(actor, notes)} if notes else None


def note_story(actor: Actor, record: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A record's notes for its timeline."""
    return [_item(one) for one in shown(actor, newest(actor, record, before, limit))]


def notes_story(actor: Actor, person_ids: Sequence[int], before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """The notes on several people for their company's timeline."""
    return [_item(one) for one in shown(actor, of_people(actor, person_ids, before, limit))]


def _item(one: NoteShown) -> StoryItem:
    return StoryItem(
        at=one.note.created_at,
        key=f"note-{one.note.pk}",
        icon="pinned" if one.note.is_pinned else "note",
        title=gettext("Note"),
        detail=one.author,
        group="notes",
        template="activities/notes/story.html",
        data={"one": one, "whose": one.note.record_id if one.note.object_name == "person" else 0},
    )


def answer(note: Any) -> dict[str, Any]:
    """A note for programs that follow the change feed."""
    return {
        "id": note.pk, "object": note.object_name, "record_id": note.record_id, "body": note.body,
        "is_pinned": note.is_pinned, "author_id": note.author_id, "created_at": note.created_at,
        "edited_at": note.edited_at,
    }  # fmt: skip


NOTE = Hung(
    name=Note.access_name,
    label=_("Note"),
    model=Note,
    fields=(Field("body", _("Note"), "long_text"), Field("is_pinned", _("Pinned"), "bool")),
    title=lambda note: title_of(note.body),
    anchor=lambda note: f"#note-{note.pk}",
    answer=answer,
)

register_hung(NOTE)
register_presence(EVERY, "notes", Note, "record_id", where="deleted_at IS NULL")
register_panel(EVERY, Panel("note", _("Note"), "activities/notes/composer.html", composer, place="story", order=50))
register_panel(
    EVERY, Panel("pinned-notes", _("Pinned notes"), "activities/notes/pinned.html", pinned, place="story", order=200)
)
register_kind(StoryKind("notes", _("Notes and files"), "note", order=40))
register_story(EVERY, note_story, kinds=["notes"], several=notes_story)
register_finder(find, name="notes")
register_title("note.added", EventTitle(_("Note added"), "note", "notes"))
register_title("note.changed", EventTitle(_("Note changed"), "edit", "notes", is_quiet=True))
register_title("note.trashed", EventTitle(_("Note put in the trash"), "trash", "notes"))
register_title("note.restored", EventTitle(_("Note taken out of the trash"), "restore", "notes"))
register_right(Right("note", _("Notes"), ("see", "create", "change", "delete"), order=120))
