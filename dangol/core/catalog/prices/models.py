from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ExchangeRate(models.Model):
    """What one unit of `currency` was worth in `to_currency` from the day `on` until the next known day."""

    currency = models.CharField(max_length=3)
    to_currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.TextField(default="entered by hand")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "to_currency", "on"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
        ]
