from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.db.models import Tracked


class Rule(Tracked):
    """A rule of one object.

    `formula` is true or false of a record: where it is true, the `fields` are shown, required or locked (`kind`); of a
    `check` it must be true of every record that is written. `message_en` and `message_ko` say what is wrong, in the
    company's words. Only active ones hold.
    """

    class Kind(models.TextChoices):
        SHOW = "show", _("Show only when")
        REQUIRE = "require", _("Require when")
        LOCK = "lock", _("Lock once")
        CHECK = "check", _("Every record must fulfil")

    object_name = models.TextField()
    kind = models.TextField(choices=Kind)
    fields = models.JSONField(default=list, db_default=[], blank=True)
    formula = models.TextField()
    message_en = models.TextField(default="", db_default="", blank=True)
    message_ko = models.TextField(default="", db_default="", blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "objects_rule"
        indexes = [models.Index(fields=["object_name", "id"], name="objects_rule_by_object")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.formula}"
