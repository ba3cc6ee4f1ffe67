"""Sharing one record with one person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Share(models.Model):
    """One record, opened to one member of staff beyond what the roles allow."""

    object_name = models.TextField()
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    shared_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "record_id", "user"], name="access_share_once")]
        indexes = [models.Index(fields=["user", "object_name"], name="access_share_user")]
