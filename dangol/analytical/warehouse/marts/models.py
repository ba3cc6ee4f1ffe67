from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now


class Figure(models.Model):
    """A small table that a page shows, as the last analysis left it. Money stands in `rows` as text, to the last digit.

    `as_of` is the last day that was counted. The rows are company-wide: readers need the right to see `insight`.
    """

    name = models.TextField(primary_key=True)
    as_of = models.DateField()
    rows: Any = models.JSONField(default=list)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "warehouse_figure"
