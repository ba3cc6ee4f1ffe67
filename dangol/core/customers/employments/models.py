from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.ends.models import FollowsEnds, OnPersonOrCompany
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.db.models import Tracked


class Employment(GuardedModel, Tracked, OnPersonOrCompany):
    """A person's work for a company, as `role`, from `started_on` to `ended_on` (None: still).

    The main one is that of the person's own company (`Person.company`), as long as it goes on.
    """

    access_name = "employment"
    row_policy = FollowsEnds("person", "company", acts=("person",))

    person = Link("customers.Person", models.CASCADE, db_index=False, related_name="+", verbose_name=_("Person"))
    company = Link("customers.Company", models.CASCADE, db_index=False, related_name="+", verbose_name=_("Company"))
    role = models.TextField(_("Role"), blank=True, default="", db_default="")
    started_on = models.DateField(_("From"), null=True, blank=True)
    ended_on = models.DateField(_("Until"), null=True, blank=True)
    source = models.TextField(_("Source"), blank=True, default="", db_default="")
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="employment_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="employment_by_person"),
            models.Index(fields=["company", "id"], name="employment_by_company"),
        ]

    def __str__(self) -> str:
        return self.role
