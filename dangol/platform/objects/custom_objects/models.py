from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.db.models import Tracked


class CustomObject(Tracked):
    """An object that the company made.

    `name` is how programs, rights and the database call it (its table has that name) and stays for good, as `slug`,
    its address, does. `state` says how far its table is, `note` why it could not be made. `template` is what it was
    begun from, `maker_id` for whom the fields of that are added. A removed one (`removed_at`) is nowhere to be seen;
    its records stay until it is purged.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("is being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be made")
        PURGING = "purging", _("is being purged")

    name = models.TextField(unique=True)
    slug = models.TextField(unique=True)
    label_en = models.TextField()
    label_ko = models.TextField(default="", db_default="", blank=True)
    plural_en = models.TextField()
    plural_ko = models.TextField(default="", db_default="", blank=True)
    naming_en = models.TextField(default="", db_default="", blank=True)
    naming_ko = models.TextField(default="", db_default="", blank=True)
    icon = models.TextField(default="cube", db_default="cube")
    section = models.TextField(default="customers", db_default="customers")
    order = models.IntegerField(default=200, db_default=200)
    template = models.TextField(default="", db_default="", blank=True)
    maker_id = models.BigIntegerField(null=True)
    state = models.TextField(choices=State, default=State.WAITING, db_default="waiting")
    note = models.TextField(default="", db_default="", blank=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "objects_custom_object"

    def __str__(self) -> str:
        return self.plural_en or self.plural_ko
