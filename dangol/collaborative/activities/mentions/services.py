from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from dangol.collaborative.activities.mentions.events import MentionSeen, MentionTold
from dangol.collaborative.activities.mentions.models import Mention
from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.queries import mentioned_staff
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit

WHY = "mentions follow what a note says"


@transaction.atomic
def tell_mentioned(*, actor: Actor, note_id: int, by: int | None) -> int:
    """Let the mentions of a note follow its text; `by` wrote it and is not told. Returns how many are new."""
    note = Note.objects.for_system(WHY).filter(pk=note_id).first()
    if note is None:
        return 0
    rows = Mention.objects.for_system(WHY).filter(note_id=note_id)
    wanted = [pk for pk in mentioned_staff(note.body) if pk != by]
    known = set(rows.values_list("user_id", flat=True))
    rows.exclude(user_id__in=[*wanted, *([by] if by in known else [])]).delete()
    new = [pk for pk in wanted if pk not in known]
    if new:
        Mention.objects.bulk_create(
            [Mention(user_id=pk, note_id=note_id, by_id=by) for pk in new], ignore_conflicts=True
        )
        emit(MentionTold(note_id=note_id, users=tuple(new)), actor=actor)
    return len(new)


@transaction.atomic
def mark_seen(*, actor: Actor, mention_id: int | None = None) -> int:
    """Note that `actor` has seen one of their mentions, or all. Returns how many were unread."""
    rows: Any = Mention.objects.visible_to(actor).filter(seen_at=None)
    if mention_id is not None:
        rows = rows.filter(pk=mention_id)
    count = int(rows.update(seen_at=timezone.now()))
    if count:
        emit(MentionSeen(subject_id=mention_id, rows=count), actor=actor)
    return count
