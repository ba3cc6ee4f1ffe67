from __future__ import annotations

from django.db import models

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked


class Membership(GuardedModel, Tracked):
    """That `person` belonged to `segment` from `entered_at` until `left_at`; the open ones are the members now."""

    access_name = "segment"
    row_policy = Through("person")

    segment = Link("segments.Segment", models.CASCADE, db_index=False)
    person = Link("customers.Person", models.CASCADE, db_index=False)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "segments_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "person"], condition=models.Q(left_at=None), name="membership_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "segment"], name="membership_by_person"),
            models.Index(fields=["segment", "entered_at"], name="membership_by_entry"),
        ]
