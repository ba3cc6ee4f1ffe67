from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class Wish(GuardedModel):
    """A person's own wishes; one row a person, and none for who wishes nothing.

    No advertising until `paused_until` (the first day on which it may come again), at most `most_messages` in 30 days
    (None: as the house sends), none at all while `is_restricted` (PIPA art. 37, GDPR art. 18).
    """

    access_name = "consent"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_index=False)
    paused_until = models.DateField(null=True)
    most_messages = models.IntegerField(null=True)
    is_restricted = models.BooleanField(default=False, db_default=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_wish"
        constraints = [
            models.UniqueConstraint(fields=["person"], name="wish_once"),
            models.CheckConstraint(
                condition=Q(most_messages=None) | Q(most_messages__range=(0, 1000)), name="wish_in_range"
            ),
        ]
