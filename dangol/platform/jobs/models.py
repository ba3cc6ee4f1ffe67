"""How far a long job is, so that a person can watch and stop it; and why a job failed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from dangol.platform.db.models import uuid7


class Progress(models.Model):
    """One run of something long: an import, an analysis, a removal.

    `done` of `total` units (rows, steps; total 0 = not known yet). `result` is what it answers in the end, as JSON.
    `stop_asked` is looked at between steps. A run whose process died is marked failed by the next reader.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.TextField()
    title = models.TextField(default="")
    state = models.TextField(choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    step = models.TextField(default="")
    message = models.TextField(default="")
    result = models.JSONField(default=dict)
    stop_asked = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-created_at"], name="progress_by_kind")]

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.STOPPED)


class JobFailure(models.Model):
    """One failed attempt of a job: what a person is told, and what a developer needs.

    `job_id` is the job's number in the queue, `attempt` counts from 1; `error` is the exception's class and `sentence`
    what it said. `trace` is where it happened. Rows go when their job goes.
    """

    job_id = models.BigIntegerField()
    task = models.TextField()
    attempt = models.IntegerField()
    error = models.TextField()
    sentence = models.TextField()
    trace = models.TextField(default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "jobs_failure"
        indexes = [
            models.Index(fields=["job_id", "-id"], name="job_failure_by_job"),
            models.Index(fields=["at"], name="job_failure_by_moment"),
        ]
