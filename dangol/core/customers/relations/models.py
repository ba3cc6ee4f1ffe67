from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.ends.models import FollowsEnds, OnPersonOrCompany
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.db.models import Tracked


class RelationKind(Tracked):
    """A kind of relation that the company named itself, or one of ours as the company calls it (same `code`).

    `there_*` says what the other one is to the first ("advisor"), `back_*` what the first is to the other ("client"):
    both empty where the two directions are the same. `is_off`: not offered anew.
    """

    code = models.TextField(unique=True)
    there_en = models.TextField(_("To the other, in English"), blank=True, default="", db_default="")
    there_ko = models.TextField(_("To the other, in Korean"), blank=True, default="", db_default="")
    back_en = models.TextField(_("Back, in English"), blank=True, default="", db_default="")
    back_ko = models.TextField(_("Back, in Korean"), blank=True, default="", db_default="")
    is_off = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "customers_relation_kind"

    def __str__(self) -> str:
        return self.there_en or self.there_ko or self.code


class Relation(GuardedModel, Tracked, OnPersonOrCompany):
    """A relation of `kind` from a person or company to another: the other one is `there` to the first."""

    access_name = "relation"
    row_policy = FollowsEnds("person", "company", "other_person", "other_company", acts=("person", "company"))

    person = Link("customers.Person", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    company = Link("customers.Company", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    other_person = Link("customers.Person", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    other_company = Link("customers.Company", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    kind = models.TextField(_("Kind"))
    note = models.TextField(_("Note"), blank=True, default="", db_default="")
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=(Q(person__isnull=False, company=None) | Q(person=None, company__isnull=False))
                & (
                    Q(other_person__isnull=False, other_company=None)
                    | Q(other_person=None, other_company__isnull=False)
                ),
                name="relation_of_two",
            )
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="relation_by_person", condition=~Q(person=None)),
            models.Index(fields=["company", "id"], name="relation_by_company", condition=~Q(company=None)),
            models.Index(fields=["other_person", "id"], name="relation_by_other", condition=~Q(other_person=None)),
            models.Index(fields=["other_company", "id"], name="relation_by_firm", condition=~Q(other_company=None)),
        ]

    def __str__(self) -> str:
        return self.kind
