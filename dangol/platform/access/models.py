"""Sharing one record with one person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Share(models.Model):
    """One record, opened to one member of staff beyond what the roles allow: to see, or to change it too.

    `ends_on` is the last day on which it holds, where that member of staff is; None for no end.
    """

    class Level(models.TextChoices):
        SEE = "see", _("May see it")
        CHANGE = "change", _("May see and change it")

    object_name = models.TextField()
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    level = models.TextField(choices=Level, default=Level.SEE, db_default="see")
    ends_on = models.DateField(null=True, blank=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    shared_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "record_id", "user"], name="access_share_once")]
        indexes = [models.Index(fields=["user", "object_name"], name="access_share_user")]
