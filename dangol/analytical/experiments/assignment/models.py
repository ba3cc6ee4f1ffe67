from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class GlobalControl(models.Model):
    """How many customers get no advertising at all, so that all of it together can be measured; the newest is in force.

    `percent` of people, by the hash of `programme` and the person; a higher percentage keeps those who were in before.
    """

    percent = models.DecimalField(max_digits=5, decimal_places=2)
    programme = models.TextField(default="global")
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "experiments_global_control"
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__range=(0, 50)), name="global_control_in_range")
        ]
