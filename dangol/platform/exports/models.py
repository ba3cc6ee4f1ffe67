from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.db.models import uuid7
from dangol.platform.jobs.models import Progress


class ExportRun(models.Model):
    """One file on its way out, asked for by `user` and handed out to nobody else.

    `kind` says what is taken: `list` (rows of `object_name`, `asked` holds query and form) or `company` (everything).
    `file_name` is the name in the language of its reader, `ascii_name` the same for old programs. The file lies in the
    home's `exports` under the run's id. `columns` are those that it holds: who may not see one of them any more cannot
    fetch it. `content_type`, `size` (bytes), `sha256` and `rows` are known when it is done.
    """

    class Kind(models.TextChoices):
        LIST = "list"
        COMPANY = "company"

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField(choices=Kind, default=Kind.LIST)
    object_name = models.TextField(default="", blank=True)
    title = models.TextField()
    asked = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    language = models.TextField(default="en")
    time_zone = models.TextField(default="UTC")
    address = models.TextField(default="", blank=True)
    state = models.TextField(choices=State, default=State.WAITING)
    progress = models.ForeignKey(Progress, models.SET_NULL, null=True, related_name="+")
    file_name = models.TextField()
    ascii_name = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    rows = models.BigIntegerField(default=0)
    message = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    downloads = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="export_by_user"),
            models.Index(fields=["expires_at"], name="export_expiring", condition=models.Q(state="done")),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it, or will."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_ready(self) -> bool:
        """Whether the file can be fetched."""
        return self.state == self.State.DONE
