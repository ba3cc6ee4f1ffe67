from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list as somebody wants to see it again: filter, sort, columns and layout of one object, under a name.

    `audience` is who has it as a tab: its maker, the maker's team, or all. `group_by` is the field that makes the
    groups of a table and the columns of a board, `sums` the fields added up. `is_pinned` holds for all who have it
    until they say otherwise (`ViewPin`).
    """

    class Audience(models.TextChoices):
        MINE = "mine", _("Only me")
        TEAM = "team", _("My team")
        ALL = "all", _("Everybody")

    class Layout(models.TextChoices):
        TABLE = "table", _("Table")
        BOARD = "board", _("Board")

    object_name = models.TextField()
    name = models.CharField(_("Name"), max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    audience = models.TextField(_("For"), choices=Audience, default=Audience.MINE)
    filter = models.JSONField(default=dict, blank=True)
    sort = models.TextField(default="", blank=True)
    columns = models.JSONField(default=list, blank=True)
    layout = models.TextField(_("Layout"), choices=Layout, default=Layout.TABLE, db_default="table")
    group_by = models.TextField(default="", db_default="", blank=True)
    sums = models.JSONField(default=list, blank=True)
    is_pinned = models.BooleanField(_("Pinned in the sidebar"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_name", "user", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class ViewPin(models.Model):
    """Where one person has a view in the sidebar, or that it does not stand there for that person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")
    is_pinned = models.BooleanField()
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "view"], name="view_pin_once")]


class DefaultView(models.Model):
    """The view that a list opens with: for one person, or for everybody with a role."""

    object_name = models.TextField()
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    role = models.ForeignKey("accounts.Role", models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_name", "user"], name="default_view_once_a_person"),
            models.UniqueConstraint(fields=["object_name", "role"], name="default_view_once_a_role"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, role__isnull=False)
                | models.Q(user__isnull=False, role__isnull=True),
                name="default_view_of_one",
            ),
        ]
