from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list as somebody wants to see it again: filter, sort and columns of one object, under a name.

    `audience` is who has it as a tab: its maker, the maker's team, or all.
    """

    class Audience(models.TextChoices):
        MINE = "mine", _("Only me")
        TEAM = "team", _("My team")
        ALL = "all", _("Everybody")

    object_name = models.TextField()
    name = models.CharField(_("Name"), max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    audience = models.TextField(_("For"), choices=Audience, default=Audience.MINE)
    filter = models.JSONField(default=dict, blank=True)
    sort = models.TextField(default="", blank=True)
    columns = models.JSONField(default=list, blank=True)
    is_pinned = models.BooleanField(_("Pinned in the sidebar"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "user", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
