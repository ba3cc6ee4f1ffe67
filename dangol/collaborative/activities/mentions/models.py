from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dangol.collaborative.activities.notes.models import Note
from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import NOBODY, RowPolicy


class Mine(RowPolicy):
    """One's own mentions, of notes that one sees and that are not in the trash."""

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        if actor.kind == "system":
            return None
        if scope == "none" or actor.user_id is None:
            return NOBODY
        notes: Any = Note.objects.visible_to(actor)
        return Q(user_id=actor.user_id) & Q(note_id__in=notes.filter(deleted_at=None).values("pk"))


class Mention(GuardedModel):
    """That a note names a member of staff. `by` wrote it; `seen_at` is empty until the one who is named opened it."""

    access_name = "note"
    row_policy = Mine()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    note = Link(Note, models.CASCADE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["user", "note"], name="mention_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="mention_by_user"),
            models.Index(fields=["user"], name="mention_unread", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"@{self.user_id}"
