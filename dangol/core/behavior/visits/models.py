from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class Visit(GuardedModel):
    """A run of a visitor's events without 30 minutes of silence between two of them.

    `started_at` and `ended_at` are the times of its first and last event. `landing` is the address of its first page
    (at `landed_at`), `referrer` where that came from, `campaign` what its address said (utm), `device` by the agent of
    that page. A late event may extend a visit or make one of two.
    """

    class Device(models.TextChoices):
        DESKTOP = "desktop", _("Computer")
        PHONE = "phone", _("Phone")
        TABLET = "tablet", _("Tablet")
        OTHER = "", _("Unknown")

    access_name = "visit"
    row_policy = Through("visitor")

    visitor = Link("behavior.Visitor", models.CASCADE, db_index=False, db_constraint=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    event_count = models.IntegerField(default=0, db_default=0)
    page_count = models.IntegerField(default=0, db_default=0)
    landed_at = models.DateTimeField(null=True)
    landing = models.TextField(blank=True, default="", db_default="")
    landing_title = models.TextField(blank=True, default="", db_default="")
    referrer = models.TextField(blank=True, default="", db_default="")
    campaign = models.JSONField(default=dict, db_default={})
    device = models.TextField(choices=Device, blank=True, default="", db_default="")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_visit"
        indexes = [
            models.Index(fields=["visitor", "-started_at", "id"], name="visit_by_visitor"),
            models.Index(fields=["started_at"], name="visit_by_start"),
        ]
