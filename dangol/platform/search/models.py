from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchEntry(models.Model):
    """What the search knows of one record: `title` as shown, `title_text`, `text` normalised, `grams` their pieces."""

    object_name = models.TextField()
    record_id = models.BigIntegerField()
    title = models.TextField()
    title_text = models.TextField()
    text = models.TextField()
    grams = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "record_id"], name="search_entry_once")]
        indexes = [GinIndex(fields=["grams"], name="search_by_gram", fastupdate=False)]
