from __future__ import annotations

from django.db import models


class AuditPolicy(models.Model):
    """How long entries of the audit log are kept: `months`, or for good while None. One row."""

    months = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "audit_policy"
