from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Owned
from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.columns import HasCustom


class Household(GuardedModel, Tracked, HasCustom):
    """People who live together; `main_person` is the one to whom one writes. Who belongs to it says `Person`."""

    access_name = "household"
    row_policy = Owned()

    name = models.TextField(_("Name"))
    main_person = Link(
        "customers.Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Main person")
    )
    address = models.TextField(_("Address"), blank=True, default="", db_default="")
    city = models.TextField(_("City"), blank=True, default="", db_default="")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="", db_default="")
    note = models.TextField(_("Note"), blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["name", "id"], name="household_by_name"),
            models.Index(fields=["owner", "name", "id"], name="household_by_owner"),
            models.Index(fields=["main_person"], name="household_by_main"),
            models.Index(fields=["changed_at", "id"], name="household_by_change"),
        ]

    def __str__(self) -> str:
        return self.name
