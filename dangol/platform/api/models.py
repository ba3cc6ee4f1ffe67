from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ExternalId(models.Model):
    """What another system calls one of our records: unique by object and system; a record may have several.

    Read and written only beside a record that was judged already.
    """

    object_name = models.TextField()
    record_id = models.BigIntegerField()
    system = models.TextField()
    external_id = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_name", "system", "external_id"], name="external_id_once")
        ]
        indexes = [models.Index(fields=["object_name", "record_id"], name="external_id_by_record")]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"


class KeptAnswer(models.Model):
    """The answer to a call with an idempotency key, written in the transaction of the call's effect; kept for a day.

    `holder` is the key or the member of staff that called, `fingerprint` the SHA-256 of what was asked.
    """

    holder = models.TextField()
    key = models.TextField()
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_by_age")]


class Bucket(models.Model):
    """Calls that a key or a member of staff has left. An unlogged table: after a crash everybody begins afresh."""

    name = models.TextField(primary_key=True)
    tokens = models.FloatField()
    at = models.DateTimeField(db_default=Now())
    is_taken = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="bucket_by_age")]
