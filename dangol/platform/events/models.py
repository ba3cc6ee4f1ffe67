from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from dangol.platform.db.models import CurrentTransaction, XidField, uuid7


class EventRecord(models.Model):
    """One event. Never changed: the plain database role may only add and read.

    Readers of the stream take rows with `xid < pg_snapshot_xmin(pg_current_snapshot())`, since ids are given before
    commit. `actor_id` is a member of staff; `actor_kind` and `actor_name` say the rest. `source` is the door: screen,
    api, import, automation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.TextField()
    version = models.SmallIntegerField(default=1)
    subject = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    about_id = models.BigIntegerField(null=True)
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    reason = models.TextField(default="")
    source = models.TextField(default="screen")
    request_id = models.TextField(default="")
    occurred_at = models.DateTimeField(db_default=Now())
    changes = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)
    xid = XidField(db_default=CurrentTransaction())

    class Meta:
        db_table = "event"
        indexes = [
            models.Index(fields=["subject", "subject_id", "-occurred_at", "id"], name="event_by_subject"),
            models.Index(fields=["about_id", "-occurred_at", "id"], name="event_by_person"),
            models.Index(fields=["xid"], name="event_by_xid"),
            models.Index(fields=["-occurred_at", "id"], name="event_by_time"),
        ]


class EventChange(models.Model):
    """Before and after of one row of a bulk write."""

    event = models.ForeignKey(EventRecord, models.CASCADE, related_name="+", db_index=False)
    subject = models.TextField()
    subject_id = models.BigIntegerField()
    about_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        db_table = "event_change"
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="change_by_subject"),
            models.Index(fields=["event"], name="change_by_event"),
            models.Index(fields=["about_id"], name="change_by_person", condition=models.Q(about_id__isnull=False)),
        ]


class Delivery(models.Model):
    """That a subscriber has received an event: what makes an "at least once" job happen once."""

    event_id = models.UUIDField()
    subscriber = models.TextField()
    delivered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "subscriber"], name="delivery_once")]
