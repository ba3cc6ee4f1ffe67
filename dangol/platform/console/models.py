"""What the house knows of its own work: how long pages, jobs and statements took, and how large things were."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Timing(models.Model):
    """How often something ran on a day (UTC) and how long it took.

    `name` is a page's route, a job's name or a statement without its values; `asked_by` is the page or job that asked
    a statement. `buckets` counts runs by duration (limits in `durations.LIMITS`), `mark` is a digest of both names.
    Only statements that were slow are counted.
    """

    class Kind(models.TextChoices):
        PAGE = "page"
        JOB = "job"
        STATEMENT = "statement"

    on_day = models.DateField()
    kind = models.TextField(choices=Kind)
    mark = models.CharField(max_length=32)
    name = models.TextField()
    asked_by = models.TextField(default="")
    count = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)
    queries = models.BigIntegerField(default=0)
    total_ms = models.FloatField(default=0)
    most_ms = models.FloatField(default=0)
    buckets = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on_day", "kind", "mark"], name="timing_once")]


class SizeSample(models.Model):
    """How large something was on a day: a table or index by its name, or `database`, `wal`, `lake`, `files`, `logs`."""

    on_day = models.DateField()
    kind = models.TextField()
    name = models.TextField()
    bytes = models.BigIntegerField()
    rows = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on_day", "kind", "name"], name="size_once")]
