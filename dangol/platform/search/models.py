from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

WAITING_KB = 1024
"""How much waits to be sorted into an index: what many records share is then written once for hundreds of them, which
makes taking in a file three times as fast. Each search reads what waits as well, for less than half a millisecond."""


class SearchEntry(models.Model):
    """What the search knows of one record: `title` normalised, `text` of all its fields, `pieces` of it as numbers.

    How the three are made stands in `rules`. Title and text compare byte by byte (collation C), so that an index
    serves what begins with something.
    """

    object_name = models.TextField(db_collation="C")
    record_id = models.BigIntegerField()
    title = models.TextField(db_collation="C")
    text = models.TextField(db_collation="C")
    pieces = ArrayField(models.IntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "record_id"], name="search_entry_once")]
        indexes = [
            GinIndex(fields=["pieces"], name="search_by_piece", fastupdate=True, gin_pending_list_limit=WAITING_KB),
            models.Index(fields=["object_name", "title", "record_id"], name="search_by_title"),
        ]


class SearchWord(models.Model):
    """A word that some record contains or contained, with the numbers by which near words find it.

    Nothing is unique here on purpose: two transactions that bring the same new word must not wait for each other. A
    word of which no record is left does no harm, since what is proposed is searched again; it is forgotten at night.
    """

    word = models.TextField(db_collation="C")
    keys = ArrayField(models.IntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="search_word"),
            GinIndex(fields=["keys"], name="search_word_by_key", fastupdate=True, gin_pending_list_limit=WAITING_KB),
        ]
