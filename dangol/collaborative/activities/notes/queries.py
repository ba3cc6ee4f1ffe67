from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F
from django.utils.safestring import SafeString, mark_safe

from dangol.collaborative.activities.hanging import on_record, reaches, untrashed
from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.rules import MOST_PINNED, html_of, mentioned, title_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.beside import has
from dangol.platform.objects.registry import object_type
from dangol.platform.search.queries import ids_holding
from dangol.platform.ui.navigation import Found

STORY_PAGE = 40
FOUND_AT_MOST = 5
ASKED_AT_MOST = 20
_MEMO = "_notes_read"
FAR_AHEAD = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class NoteShown:
    """A note as its reader sees it, with what they may do to it."""

    note: Any
    author: str
    html: SafeString
    can_change: bool
    can_delete: bool

    @property
    def slug(self) -> str:
        """The address of the kind of record on which it hangs."""
        return object_type(self.note.object_name).slug


@dataclass(frozen=True)
class Version:
    """What a note said until somebody changed it."""

    at: datetime
    who: str
    html: SafeString


def staff_names() -> dict[str, int]:
    """The members of staff whom an @name can mean."""
    return {name: pk for pk, name in User.objects.filter(is_active=True).values_list("pk", "name") if name}


def mentioned_staff(text: str) -> tuple[int, ...]:
    """The members of staff whom a note names, in order; of namesakes all. One query, none without an @."""
    if "@" not in text:
        return ()
    known: dict[str, list[int]] = {}
    for pk, name in User.objects.filter(is_active=True).order_by("pk").values_list("pk", "name"):
        known.setdefault(name, []).append(pk)
    names = list(known)
    found = mentioned(text, {name: place for place, name in enumerate(names)})
    return tuple(pk for place in found for pk in known[names[place]])


def cannot_see(actor: Actor, note: Any) -> list[str]:
    """The names of those whom a note names in vain: they do not see its record."""
    ids = [pk for pk in mentioned_staff(note.body) if pk != actor.user_id][:ASKED_AT_MOST]
    users = User.objects.filter(pk__in=ids).order_by("name")
    return [u.name for u in users if not Note.objects.visible_to(actor_for(u)).filter(pk=note.pk).exists()]


def notes_of(actor: Actor, record: Any, before: datetime | None = None, limit: int = STORY_PAGE) -> list[Any]:
    """Notes of a record, the pinned ones first, then newest first. One query."""
    if not actor.may("see", Note.access_name) or not has(record, "notes"):
        return []
    rows = on_record(Note, actor, record).filter(deleted_at=None)
    if before is not None:
        return list(_named(rows.filter(created_at__lt=before)).order_by("-created_at", "-id")[:limit])
    return list(_named(rows).order_by("-is_pinned", "-created_at", "-id")[: limit + MOST_PINNED])


def newest(actor: Actor, record: Any, before: datetime | None, limit: int) -> list[Any]:
    """Notes newest first; those of the first page are what the panel of pinned notes read too."""
    if before is not None or limit > STORY_PAGE:
        return notes_of(actor, record, before or FAR_AHEAD, limit)
    notes = first_page(actor, record)
    if len(notes) == STORY_PAGE + MOST_PINNED:  # there are more: pinned ones may lie beyond what was read
        reach = min(n.created_at for n in notes if not n.is_pinned)
        notes = [n for n in notes if n.created_at >= reach]
    return sorted(notes, key=lambda n: (n.created_at, n.pk), reverse=True)[:limit]


def of_people(actor: Actor, person_ids: Sequence[int], before: datetime | None, limit: int) -> list[Any]:
    """Notes on several people, newest first. One query."""
    rows = Note.objects.visible_to(actor).filter(object_name="person", record_id__in=person_ids, deleted_at=None)
    rows = rows.filter(created_at__lt=before) if before is not None else rows
    return list(_named(rows).order_by("-created_at", "-id")[:limit])


def first_page(actor: Actor, record: Any) -> list[Any]:
    """Pinned and newest notes; panels and the story of one page share the answer."""
    known: dict[int | None, list[Any]] = record.__dict__.setdefault(_MEMO, {})
    if actor.user_id not in known:
        known[actor.user_id] = notes_of(actor, record)
    return known[actor.user_id]


def shown(actor: Actor, notes: Sequence[Any]) -> list[NoteShown]:
    """Notes ready to be drawn. One query for names, if any note has an @."""
    names = staff_names() if any("@" in note.body for note in notes) else {}
    return [
        NoteShown(
            note=note,
            author=note.author_name or "",
            html=_html(note.body, names),
            can_change=reaches(actor, "change", Note.access_name, note.author_id),
            can_delete=reaches(actor, "delete", Note.access_name, note.author_id),
        )
        for note in notes
    ]


def find_note(actor: Actor, object_name: str, record_id: int, note_id: int, *, action: str = "see") -> Any:
    """A note of this very record to which `actor` may do `action`, None when there is none."""
    rows = Note.objects.visible_to(actor, action).filter(object_name=object_name, record_id=record_id)
    return _named(rows).filter(pk=note_id).first() if 0 < note_id < 2**63 else None


def page_of(actor: Actor, object_name: str, record_id: int, after: int, limit: int) -> list[Any]:
    """Notes for a program, newest first, after the note with number `after` (0: from the start)."""
    rows = Note.objects.visible_to(actor).filter(object_name=object_name, record_id=record_id, deleted_at=None)
    return list(_named(rows.filter(pk__lt=after) if after else rows).order_by("-id")[:limit])


def versions(note: Any) -> list[Version]:
    """What a note said before, newest first."""
    told = EventRecord.objects.filter(subject="note", subject_id=note.pk, name="note.changed")
    rows = told.order_by("-occurred_at", "-id").values_list("occurred_at", "actor_name", "changes")[:200]
    return [Version(at, who, _html(str(said["body"][0]), {})) for at, who, said in rows if "body" in said]


def find(actor: Actor, words: str) -> list[Found]:
    """Notes that hold the words, for the command menu."""
    if not actor.may("see", Note.access_name):
        return []
    # Which notes hold the words is asked first: most words stand in none, and then nobody need be judged.
    held = ids_holding("note", words)
    if held == []:
        return []
    rows = Note.objects.visible_to(actor).filter(pk__in=held, deleted_at=None)
    notes = list(rows.order_by("-id")[:FOUND_AT_MOST])
    titles = titles_of(actor, {(n.object_name, n.record_id) for n in notes})
    return [
        Found(
            title_of(n.body), f"{titles[key]}", f"/{object_type(n.object_name).slug}/{n.record_id}#note-{n.pk}", "note"
        )
        for n in notes
        if (key := (n.object_name, n.record_id)) in titles
    ]


def titles_of(actor: Actor, keys: set[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """What records are called, as far as `actor` sees them. One query an object."""
    found = {}
    for name in {name for name, _pk in keys}:
        declared = object_type(name)
        rows = untrashed(declared, declared.model.objects.visible_to(actor))
        for record in rows.filter(pk__in=[pk for other, pk in keys if other == name]):
            found[name, record.pk] = declared.title(record)
    return found


def pinned_count(object_name: str, record_id: int) -> int:
    """How many notes of a record are pinned."""
    rows = Note.objects.for_system("how many are pinned").filter(object_name=object_name, record_id=record_id)
    return rows.filter(is_pinned=True, deleted_at=None).count()


def _named(rows: Any) -> Any:
    return rows.annotate(author_name=F("author__name"))


def _html(text: str, names: Mapping[str, int]) -> SafeString:
    return mark_safe(html_of(text, names))  # noqa: S308 - html_of escapes whatever was typed
