from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, OneLink
from dangol.platform.access.policies import Through
from dangol.platform.db.models import uuid7


class ModelRun(models.Model):
    """One fit of a model, with what it learned and how it did against the naive rate. Never changed.

    `as_of` is the last day it learned from, `cut_off` the day after which the back-test held everything out.
    `parameters` are the learned numbers, `backtest` its figures, `warnings` a list of {code, text, numbers}.
    `is_shown` is false when the model does not beat its baseline: then `verdict` says so and no score is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    model = models.TextField()
    version = models.TextField()
    as_of = models.DateField()
    cut_off = models.DateField(null=True)
    customers = models.IntegerField(default=0)
    parameters: Any = models.JSONField(default=dict)
    backtest: Any = models.JSONField(default=dict)
    warnings: Any = models.JSONField(default=list)
    verdict: Any = models.JSONField(default=dict)
    is_shown = models.BooleanField(default=False)
    fitted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "predictions_model_run"
        indexes = [models.Index(fields=["model", "-fitted_at"], name="model_run_by_time")]


class LifetimeValue(GuardedModel):
    """What to expect of a customer: orders and money in 90 and 365 days after the run's last day.

    `alive` is the chance (0 to 1) to be still active. Money is in the company's currency. `reason_code` and
    `reason_data` make the sentence that says why. Derived: the link has no constraint in the database, the next
    analysis removes rows whose person is gone.
    """

    access_name = "person"
    row_policy = Through("person")

    person = OneLink(
        "customers.Person", models.CASCADE, primary_key=True, db_constraint=False, related_query_name="lifetime_row"
    )
    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    alive = models.DecimalField(_("Chance to be active"), max_digits=5, decimal_places=4)
    expected_orders_90 = models.DecimalField(_("Orders expected in 90 days"), max_digits=12, decimal_places=4)
    expected_orders_365 = models.DecimalField(_("Orders expected in a year"), max_digits=12, decimal_places=4)
    expected_value_90 = models.DecimalField(_("Value expected in 90 days"), max_digits=19, decimal_places=2)
    expected_value_365 = models.DecimalField(_("Value expected in a year"), max_digits=19, decimal_places=2)
    reason_code = models.TextField(default="")
    reason_data: Any = models.JSONField(default=dict)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "predictions_lifetime_value"
        indexes = [
            models.Index(fields=["alive", "person"], name="lifetime_by_alive"),
            models.Index(fields=["expected_value_90", "person"], name="lifetime_by_90"),
            models.Index(fields=["expected_value_365", "person"], name="lifetime_by_365"),
        ]
