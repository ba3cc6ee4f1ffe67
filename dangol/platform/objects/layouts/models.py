from __future__ import annotations

from django.db import models

from dangol.platform.db.models import Tracked


class Layout(Tracked):
    """The arrangement of one part of an object's pages, for everybody (`role` empty) or for whoever has a role.

    `content` is as `rules` reads it; empty: the house's own. Whoever has several of the roles gets the layout with the
    lowest `order`.
    """

    object_name = models.TextField()
    part = models.TextField()
    role = models.ForeignKey("accounts.Role", models.CASCADE, null=True, related_name="+")
    order = models.IntegerField(default=0, db_default=0)
    content = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        db_table = "objects_layout"
        constraints = [
            models.UniqueConstraint(fields=["object_name", "part", "role"], nulls_distinct=False, name="layout_once")
        ]

    def __str__(self) -> str:
        return f"{self.object_name}.{self.part}"
