from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.db.models import uuid7
from dangol.platform.jobs.models import Progress


class ImportRun(models.Model):
    """One file on its way in.

    `kind` names the importer. `file_name` is what the person called the file, shown and never used as a path;
    `stored_as` is its random name under `files/imports`, empty when the file was read where it lay. `mapping` is
    {field: column index}, `options` what was chosen beside it, `findings` what the file itself told, `result` what the
    dry run or the run answered.

    An import in batches notes with each of them how far it is: `done_rows` is the number of the last row done, `tally`
    what came of the rows so far, `event_id` the event that names the import.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be checked")
        CHECKING = "checking", _("Dry run going on")
        CHECKED = "checked", _("Ready to import")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.TextField()
    file_name = models.TextField()
    stored_as = models.TextField(default="", blank=True)
    size = models.BigIntegerField(default=0)
    state = models.TextField(choices=State, default=State.UPLOADED)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    message = models.TextField(default="", blank=True)
    done_rows = models.BigIntegerField(default=0)
    tally = models.JSONField(default=dict)
    event_id = models.UUIDField(null=True)
    progress = models.ForeignKey(Progress, models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-created_at"], name="import_run_by_kind")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it now."""
        return self.state in (self.State.CHECKING, self.State.RUNNING)

    @property
    def is_begun(self) -> bool:
        """Whether it was stopped or broke in the middle, with some rows in: it can be gone on with."""
        return self.done_rows > 0 and self.state in (self.State.STOPPED, self.State.FAILED)

    @property
    def rows_in(self) -> int:
        """How many rows of a run that was begun are in."""
        return int(self.tally.get("read", 0)) - int(self.tally.get("aside", 0))


class PutAside(models.Model):
    """A row that was not taken in: why, because of which column, and what stood in it (as one CSV line).

    `place` is where it stands within its record (the n-th line of an invoice), so that the mended row finds its place.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    row_number = models.BigIntegerField()
    reason = models.TextField()
    column = models.TextField(default="")
    place = models.IntegerField(null=True)
    content = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "row_number"], name="put_aside_by_run")]


class SavedMapping(models.Model):
    """Which columns of some system's files are what, under a name: `columns` {field: column name}, and the choices.

    Everybody who may import such a file may use it; `header` lists the columns of the file that it was saved with.
    """

    kind = models.TextField()
    name = models.TextField()
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.name
