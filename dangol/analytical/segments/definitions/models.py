from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Owned
from dangol.platform.db.models import Tracked


class Segment(GuardedModel, Tracked):
    """A group of customers. By `filter` (the filter language over people), or, if static, the list its members are.

    `member_count` and `refreshed_at` are of the last refresh; `filter_changed_at` later than it means that the
    members are still those of the older rules.
    """

    class Kind(models.TextChoices):
        RULES = "rules", _("By rules")
        STATIC = "static", _("Static list")

    access_name = "segment"
    row_policy = Owned()

    name = models.TextField(_("Name"))
    description = models.TextField(_("Description"), blank=True, default="", db_default="")
    kind = models.TextField(_("Kind"), choices=Kind, default=Kind.RULES, db_default=Kind.RULES)
    filter = models.JSONField(_("Rules"), default=dict, db_default=models.Value({}, models.JSONField()))
    filter_changed_at = models.DateTimeField(null=True, editable=False)
    member_count = models.IntegerField(_("Members"), null=True, editable=False)
    refreshed_at = models.DateTimeField(_("Refreshed"), null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "segments_segment"
        indexes = [
            models.Index(fields=["name", "id"], name="segment_by_name"),
            models.Index(fields=["member_count", "id"], name="segment_by_members"),
            models.Index(fields=["refreshed_at", "id"], name="segment_by_refresh"),
            models.Index(fields=["changed_at", "id"], name="segment_by_change"),
        ]

    def __str__(self) -> str:
        return self.name
