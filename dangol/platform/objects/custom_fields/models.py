from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.rules import Choice, Definition


class CustomField(Tracked):
    """A field that the company added to an object.

    `name` is its key in the records' document and stays for good; `kind` too. `choices` are `Choice`s as JSON,
    `default` a value as the document keeps it, `options` what only some kinds have (places, relation, formula,
    result). `is_fast` is the wish for an index, `index_state` how far it is, `index_note` why it could not be built.
    A removed field (`removed_at`) is nowhere to be seen; its values stay until it is purged, and its name is taken.
    """

    class Index(models.TextChoices):
        NONE = "none", _("no index")
        WAITING = "waiting", _("waits to be built")
        BUILDING = "building", _("is being built")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be built")

    object_name = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    label_en = models.TextField()
    label_ko = models.TextField(default="", db_default="", blank=True)
    help_en = models.TextField(default="", db_default="", blank=True)
    help_ko = models.TextField(default="", db_default="", blank=True)
    choices = models.JSONField(default=list, db_default=[], blank=True)
    default = models.JSONField(null=True, blank=True)
    options = models.JSONField(default=dict, db_default={}, blank=True)
    is_required = models.BooleanField(default=False, db_default=False)
    is_unique = models.BooleanField(default=False, db_default=False)
    is_fast = models.BooleanField(default=False, db_default=False)
    order = models.IntegerField(default=0, db_default=0)
    index_state = models.TextField(choices=Index, default=Index.NONE, db_default="none")
    index_note = models.TextField(default="", db_default="", blank=True)
    index_progress = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "objects_custom_field"
        constraints = [models.UniqueConstraint(fields=["object_name", "name"], name="custom_field_once")]

    def __str__(self) -> str:
        return self.label_en or self.label_ko

    @property
    def definition(self) -> Definition:
        """What the registry makes a field of."""
        options: dict[str, Any] = self.options
        return Definition(
            object_name=self.object_name, name=self.name, kind=self.kind, label_en=self.label_en,
            label_ko=self.label_ko, help_en=self.help_en, help_ko=self.help_ko,
            choices=tuple(Choice(**c) for c in self.choices), default=self.default,
            places=int(options.get("places", 0)), relation=str(options.get("relation", "")),
            formula=str(options.get("formula", "")), result=str(options.get("result", "")),
            via=str(options.get("via", "")), adds=str(options.get("adds", "")), of=str(options.get("of", "")),
            is_required=self.is_required, is_unique=self.is_unique,
            is_searched=bool(options.get("searched")), is_indexed=self.index_state == self.Index.READY,
            order=self.order,
        )  # fmt: skip
