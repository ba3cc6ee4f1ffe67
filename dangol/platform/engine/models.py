from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Load(models.Model):
    """A mark that a load of the lake leaves in the database before it reads.

    A lake whose mark is missing here was filled from a later state than the one that was restored: it is built anew.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    started_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "engine_load"
