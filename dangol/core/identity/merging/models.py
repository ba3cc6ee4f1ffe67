from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import ALL, NOBODY, RowPolicy, Rule
from dangol.platform.db.models import uuid7
from dangol.platform.objects.registry import object_type

MERGED = ("person", "company")
"""The objects whose records are matched and merged."""


class SeesAll(RowPolicy):
    """Rows that name records of an object: whoever may do something to all of those records may do it to the row."""

    def __init__(self, *columns: str) -> None:
        self.columns = columns

    def rules(self, model: Any, actor: Actor, scope: Scope, action: str) -> tuple[Rule, ...]:
        every = all(actor.scope(action, name) == "all" for name in MERGED)
        return (ALL,) if every else ()

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        found = NOBODY
        for name in MERGED:
            if not actor.may(action, name):
                continue
            named = Q(object_name=name)
            if actor.scope(action, name) != "all":
                rows = object_type(name).model.objects.visible_to(actor, action).values("pk")
                for column in self.columns:
                    named &= Q(**{f"{column}__in": rows})
            found |= named
        return found


class Merge(GuardedModel):
    """That `loser_id` went up in `survivor_id`, and all that is needed to part them again; open while not undone.

    `changes` {"survivor" or "loser": {field: [before, after]}} are the records' own values; `moved` the rows that went
    over: where they lie, their keys, and how many stayed behind because the survivor had such a row already. `made` are
    rows that the merge added. `marks` {table: highest key} tell what came since from what was there.
    """

    access_name = "person"
    row_policy = SeesAll("survivor_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    object_name = models.TextField()
    survivor_id = models.BigIntegerField()
    loser_id = models.BigIntegerField()
    changes: Any = models.JSONField(default=dict)
    moved: Any = models.JSONField(default=list)
    made: Any = models.JSONField(default=dict)
    marks: Any = models.JSONField(default=dict)
    probability = models.FloatField(null=True)
    is_automatic = models.BooleanField(default=False)
    merged_at = models.DateTimeField(db_default=Now())
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "identity_merge"
        constraints = [
            models.UniqueConstraint(
                fields=["object_name", "loser_id"], condition=Q(undone_at=None), name="merge_open_once"
            ),
            models.CheckConstraint(condition=~Q(survivor_id=models.F("loser_id")), name="merge_of_two"),
        ]
        indexes = [
            models.Index(fields=["object_name", "survivor_id"], name="merge_by_survivor", condition=Q(undone_at=None)),
            models.Index(fields=["-merged_at", "-id"], name="merge_by_moment"),
        ]
