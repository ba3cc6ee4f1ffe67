from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from dangol.collaborative.activities.mentions.models import Mention
from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.queries import shown, titles_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.objects.hung import url_of
from dangol.platform.ui.glances import glance, register_glance
from dangol.platform.ui.viewer import Viewer

PAGE = 50
OFFERED = 8
COUNTED = 100


@dataclass(frozen=True)
class MentionShown:
    """A mention as the one whom it names sees it."""

    mention: Any
    note: Any
    who: str
    html: Any
    title: str
    url: str


WAITING = "mentions"
register_glance(
    WAITING,
    "SELECT EXISTS (SELECT FROM activities_mention WHERE user_id = %(user)s AND seen_at IS NULL)",
)


def waiting_for(viewer: Viewer) -> int | None:
    """How many mentions the viewer has not opened; no query of its own while there are none."""
    if viewer.actor is None or viewer.actor.kind != "user" or not glance(viewer, WAITING):
        return None
    return unread(viewer.actor)


def unread(actor: Actor) -> int | None:
    """How many mentions `actor` has not opened, at most 100. One query while there are none."""
    if actor.kind != "user" or not actor.may("see", Mention.access_name):
        return None
    waiting = Mention.objects.for_system("whether anything waits at all").filter(
        user_id=actor.user_id or 0, seen_at=None
    )
    ids = list(waiting.values_list("pk", flat=True)[:COUNTED])
    return Mention.objects.visible_to(actor).filter(pk__in=ids).count() if ids else 0


def mentions_of(actor: Actor, before: int = 0, limit: int = PAGE) -> tuple[list[MentionShown], int]:
    """The mentions of `actor`, newest first, before the one with this number (0: from the start), and the number that
    asks for the following ones (0 at the end)."""
    rows: Any = Mention.objects.visible_to(actor)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.annotate(who=F("by__name")).order_by("-pk")[: limit + 1])
    more = found[limit - 1].pk if len(found) > limit else 0
    found = found[:limit]
    notes: Any = Note.objects.visible_to(actor).filter(pk__in=[m.note_id for m in found])
    read = {one.note.pk: one for one in shown(actor, list(notes.annotate(author_name=F("author__name"))))}
    titles = titles_of(actor, {(one.note.object_name, one.note.record_id) for one in read.values()})
    return [_shown(m, read[m.note_id], titles) for m in found if m.note_id in read], more


def _shown(mention: Any, one: Any, titles: Any) -> MentionShown:
    note = one.note
    title = titles.get((note.object_name, note.record_id), "")
    return MentionShown(mention, note, mention.who or "", one.html, title, address_of(note))


def address_of(note: Any) -> str:
    """Where a note stands on the page of its record."""
    return f"{url_of(note.object_name, note.record_id)}#note-{note.pk}"


def find_mention(actor: Actor, mention_id: int) -> Any:
    """A mention of `actor`, None when there is none."""
    return Mention.objects.visible_to(actor).filter(pk=mention_id).first() if 0 < mention_id < 2**63 else None


def find_note(actor: Actor, mention: Any) -> Any:
    """The note of a mention."""
    return Note.objects.visible_to(actor).filter(pk=mention.note_id).first()


def colleagues(actor: Actor, typed: str) -> list[tuple[str, str]]:
    """(name, e-mail) of the members of staff whose name or e-mail begins with what was typed after an @."""
    rows = User.objects.filter(is_active=True).exclude(name="").exclude(pk=actor.user_id or 0)
    words = typed.strip()
    begins = rows.filter(name__istartswith=words) if words else rows
    found = list(begins.order_by("name", "pk").values_list("name", "email")[:OFFERED])
    if words and len(found) < OFFERED:
        others = rows.filter(name__icontains=words) | rows.filter(email__istartswith=words)
        more = others.order_by("name", "pk").values_list("name", "email")[:OFFERED]
        found += [pair for pair in more if pair not in found]
    return found[:OFFERED]
