from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.identity.merging.models import SeesAll
from dangol.platform.access.guard import GuardedModel
from dangol.platform.db.models import uuid7
from dangol.platform.jobs.models import Progress


class MatchSettings(models.Model):
    """How an object's records are matched; the newest row is in force, older ones its history.

    `automatic_from` is the probability (0 to 1) from which on two are merged without being looked at; None: never.
    `is_nightly`: the matching runs every night.
    """

    object_name = models.TextField()
    automatic_from = models.FloatField(null=True)
    is_nightly = models.BooleanField(default=False)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "identity_match_settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(automatic_from=None) | Q(automatic_from__range=(0.5, 1)), name="match_automatic_in_range"
            )
        ]


class MatchRun(models.Model):
    """One matching of all records of an object: what it learned from and what it found.

    `model` holds what was compared, by which rules pairs were looked at and the threshold, which was chosen without
    anybody telling which pairs are true; `expected_f1` is what is expected of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    object_name = models.TextField()
    records = models.BigIntegerField(default=0)
    looked_at = models.BigIntegerField(default=0)
    pairs = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0)
    threshold = models.FloatField(null=True)
    expected_f1 = models.FloatField(null=True)
    model: Any = models.JSONField(default=dict)
    message = models.TextField(default="")
    seconds = models.FloatField(null=True)
    progress = models.ForeignKey(Progress, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_match_run"
        indexes = [models.Index(fields=["object_name", "-started_at"], name="match_run_by_time")]


class Pair(GuardedModel):
    """Two records that may speak of the same person or company; `first_id` is the lower number.

    What somebody said about a pair (`different`) is kept for good, and the matching does not bring it again. Why the
    two are alike is worked out from the records as they are, for whoever looks.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        DIFFERENT = "different", _("Not the same")
        MERGED = "merged", _("Merged")

    access_name = "person"
    row_policy = SeesAll("first_id", "second_id")

    object_name = models.TextField()
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    probability = models.FloatField()
    state = models.TextField(choices=State, default=State.OPEN, db_default="open")
    run_id = models.UUIDField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    said_at = models.DateTimeField(null=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "identity_pair"
        constraints = [
            models.UniqueConstraint(fields=["object_name", "first_id", "second_id"], name="pair_once"),
            models.CheckConstraint(condition=Q(first_id__lt=models.F("second_id")), name="pair_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["object_name", "-probability", "id"],
                name="pair_open",
                condition=Q(state="open"),
            ),
            models.Index(fields=["object_name", "second_id"], name="pair_by_second"),
        ]
