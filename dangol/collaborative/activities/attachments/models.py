from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.activities.hanging import Hanging, HangsOnRecord
from dangol.platform.access.guard import GuardedModel
from dangol.platform.db.models import Tracked


class Attachment(GuardedModel, HangsOnRecord, Tracked):
    """A file on a record. Its content lies under `sha256` in the home's `files`; equal contents lie there once.

    `media_type` is what we found, never what was sent. `width` and `height` are pixels of a picture, 0 for others.
    `views` says how far its small copies are.
    """

    class Views(models.TextChoices):
        NONE = "none"
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    access_name = "file"
    row_policy = Hanging()

    name = models.TextField(_("Name"))
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.BigIntegerField(_("Size"), editable=False)
    media_type = models.TextField(editable=False)
    family = models.TextField(editable=False)
    width = models.IntegerField(default=0, editable=False)
    height = models.IntegerField(default=0, editable=False)
    views = models.TextField(choices=Views, default=Views.NONE, editable=False)
    is_face = models.BooleanField(default=False, db_default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("Author")
    )
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["object_name", "record_id"], name="file_face_once",
                condition=models.Q(is_face=True, deleted_at=None),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["object_name", "record_id", "-created_at", "id"], name="file_by_record"),
            models.Index(fields=["sha256"], name="file_by_content"),
            models.Index(fields=["author", "id"], name="file_by_author"),
            models.Index(
                fields=["deleted_at"], name="file_in_trash", condition=models.Q(deleted_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether small copies of it can be shown."""
        return self.views in (self.Views.WAITING, self.Views.READY)


class FileRules(models.Model):
    """How large and how many files may be, and how long the trash keeps them. One row at most."""

    most_megabytes = models.PositiveIntegerField(
        _("Largest file (MB)"), default=25, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    most_each_record = models.PositiveIntegerField(
        _("Files on one record"), default=500, validators=[MinValueValidator(1), MaxValueValidator(5000)]
    )
    keep_days = models.PositiveIntegerField(
        _("Days in the trash"), default=30, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
