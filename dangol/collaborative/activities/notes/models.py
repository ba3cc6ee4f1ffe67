from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.activities.hanging import Hanging, HangsOnRecord
from dangol.platform.access.guard import GuardedModel
from dangol.platform.db.models import Tracked


class Note(GuardedModel, HangsOnRecord, Tracked):
    """A note on a record. `body` is plain text with simple marks (see `rules`); `edited_at` is empty until changed."""

    access_name = "note"
    row_policy = Hanging()

    body = models.TextField(_("Note"))
    is_pinned = models.BooleanField(_("Pinned"), default=False, db_default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("Author")
    )
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["object_name", "record_id", "-created_at", "id"], name="note_by_record"),
            models.Index(fields=["author", "id"], name="note_by_author"),
        ]

    def __str__(self) -> str:
        return self.body[:80]
