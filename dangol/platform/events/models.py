from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from dangol.platform.db.models import CurrentTransaction, XidField, uuid7
from dangol.platform.jobs.models import Progress


class EventRecord(models.Model):
    """One event. Never changed: the plain database role may only add and read.

    Readers of the stream take rows with `xid < pg_snapshot_xmin(pg_current_snapshot())`, since ids are given before
    commit. `actor_id` is a member of staff; `actor_kind` and `actor_name` say the rest. `source` is the door: screen,
    api, import, automation. `undoes` is the event that this one takes back. A long bulk write commits in batches, one
    event each: all but the first name the first as `part_of`, and lists of events show the first alone.
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
    undoes = models.UUIDField(null=True)
    part_of = models.UUIDField(null=True)
    xid = XidField(db_default=CurrentTransaction())

    class Meta:
        db_table = "event"
        indexes = [
            models.Index(fields=["subject", "subject_id", "-occurred_at", "id"], name="event_by_subject"),
            models.Index(fields=["about_id", "-occurred_at", "id"], name="event_by_person"),
            models.Index(fields=["xid"], name="event_by_xid"),
            models.Index(fields=["-occurred_at", "id"], name="event_by_time"),
            models.Index(fields=["undoes"], name="event_by_undone", condition=models.Q(undoes__isnull=False)),
            models.Index(fields=["part_of", "id"], name="event_by_whole", condition=models.Q(part_of__isnull=False)),
            models.Index(fields=["actor_id", "-occurred_at", "id"], name="event_by_actor"),
            models.Index(fields=["name", "-occurred_at", "id"], name="event_by_name"),
            models.Index(fields=["subject", "-occurred_at", "id"], name="event_by_kind"),
            models.Index(fields=["source", "-occurred_at", "id"], name="event_by_source"),
            models.Index(fields=["request_id"], name="event_by_request", condition=~models.Q(request_id="")),
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


class BulkRun(models.Model):
    """One bulk write: what is done to how many rows, and how it went. Its rows were chosen when it was asked for.

    `values` {field: value} is what a change writes; `undoes` the event that an undo takes back. `event_id` is the first
    event that it wrote. `total` rows were chosen; `changed` were written, `same` stood so already, and `left` {reason:
    count} were left alone, the first of them in `examples`.
    """

    class Action(models.TextChoices):
        CHANGE = "change"
        TRASH = "trash"
        RESTORE = "restore"
        UNDO = "undo"

    id = models.UUIDField(primary_key=True, default=uuid7)
    action = models.TextField(choices=Action)
    object_name = models.TextField()
    values = models.JSONField(default=dict)
    undoes = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    source = models.TextField(default="screen")
    total = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    left = models.JSONField(default=dict)
    examples = models.JSONField(default=list)
    progress = models.ForeignKey(Progress, models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "event_bulk"


class BulkBatch(models.Model):
    """Rows of a bulk write that are still to be done, written and taken away in one transaction with their event.

    `ids` are records; of an undo they are the rows of `event_change` that it takes back.
    """

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    subject = models.TextField(default="")
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "event_bulk_batch"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="bulk_batch_once")]
