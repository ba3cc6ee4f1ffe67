from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from dangol.platform.db.models import Tracked


class PickList(Tracked):
    """The values of a field that a slice declared, as the company has them: `Choice`s as JSON, in their order."""

    object_name = models.TextField()
    field_name = models.TextField()
    values = models.JSONField(default=list, db_default=[], blank=True)
    default = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "objects_pick_list"
        constraints = [models.UniqueConstraint(fields=["object_name", "field_name"], name="pick_list_once")]

    def __str__(self) -> str:
        return f"{self.object_name}.{self.field_name}"


class ValueMerge(models.Model):
    """One value made another: the bulk write of the records, and what else named it, as it was and became.

    `rewritten` is a list of {place, id, before, after}; `values_before` the list as it stood. `undone_at` is when it
    was taken back.
    """

    object_name = models.TextField()
    field_name = models.TextField()
    old = models.TextField()
    new = models.TextField()
    run = models.UUIDField(null=True)
    rewritten = models.JSONField(default=list, db_default=[])
    values_before = models.JSONField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "objects_value_merge"
        indexes = [models.Index(fields=["object_name", "field_name", "-created_at"], name="value_merge_by_field")]
