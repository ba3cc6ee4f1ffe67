from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from dangol.platform.events.models import EventRecord


class AuditPolicy(models.Model):
    """How long entries of the audit log are kept: `months`, or for good while None. One row."""

    months = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "audit_policy"


class WordsOfRows(models.Model):
    """The words in a hundred rows of a bulk change, from `first_row` to `last_row` (ids of `event_change`).

    Noted by a job a moment after the change, so that bulk writes take no longer. Goes with its event.
    """

    event = models.ForeignKey(EventRecord, models.CASCADE, related_name="+", db_index=False)
    first_row = models.BigIntegerField()
    last_row = models.BigIntegerField()
    words = SearchVectorField()

    class Meta:
        db_table = "audit_words_of_rows"
        indexes = [
            GinIndex(fields=["words"], name="audit_by_word"),
            models.Index(fields=["event"], name="audit_words_by_event"),
        ]


class WordsPlace(models.Model):
    """Up to which event (in the order of transactions) words of rows are noted. One row."""

    xid = models.BigIntegerField(default=0)
    event_id = models.UUIDField()

    class Meta:
        db_table = "audit_words_place"
