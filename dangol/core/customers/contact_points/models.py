from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.ends.models import FollowsEnds, OnPersonOrCompany, hidden_kinds
from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.db.models import Tracked

FIELDS = {
    "email": ("email",), "phone": ("phone",), "address": ("address",), "messenger": ("email", "phone"),
    "social": ("email", "phone"),
}  # fmt: skip
"""The person's fields with which each kind is hidden or closed. Messengers and social names lead to somebody as
directly as numbers do, so they go with both."""


class WithTheirFields(FollowsEnds):
    """Further addresses follow their person or company, and the field of the same kind: hidden is hidden."""

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        found = super().condition(model, actor, scope, action)
        right = "read" if action in ("see", "export") else "edit"
        for name in ("person", "company"):
            if kinds := hidden_kinds(actor, name, FIELDS, right):
                closed = Q(**{f"{name}_id": None}) | ~Q(kind__in=kinds)
                found = closed if found is None else found & closed
        return found


class ContactPoint(GuardedModel, Tracked, OnPersonOrCompany):
    """A further way to reach a person or a company, or what is known about the one in the record's own field.

    `value` is as `contact_points.rules` keep it: lower case (email), E.164 (phone), one line in the order of its
    country (address), the name there (messenger, social) with `provider`. A row whose value is the record's own says
    what is known about that one; so nothing moves when another becomes the primary one. `reachable` is empty while
    nobody tried; `parts` are those of an address.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        ADDRESS = "address", _("Address")
        MESSENGER = "messenger", _("Messenger")
        SOCIAL = "social", _("Social network")

    class Label(models.TextChoices):
        NONE = "", "–"
        PRIVATE = "private", _("Private")
        WORK = "work", _("Work")
        BILLING = "billing", _("Billing")
        DELIVERY = "delivery", _("Delivery")
        FORMER = "former", _("Former")
        OTHER = "other", _("Other")

    access_name = "contact_point"
    row_policy = WithTheirFields("person", "company")

    person = Link("customers.Person", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    company = Link("customers.Company", models.CASCADE, db_index=False, null=True, blank=True, related_name="+")
    kind = models.TextField(_("Kind"), choices=Kind.choices)
    provider = models.TextField(_("Service"), blank=True, default="", db_default="")
    value = models.TextField(_("Value"))
    label = models.TextField(_("For"), choices=Label.choices, blank=True, default="", db_default="")
    parts = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    source = models.TextField(_("Source"), blank=True, default="", db_default="")
    verified_at = models.DateTimeField(_("Verified"), null=True, blank=True)
    reachable = models.BooleanField(_("Reachable"), null=True, blank=True)
    reachable_at = models.DateTimeField(null=True, blank=True, editable=False)
    unreachable_why = models.TextField(_("Why not reachable"), blank=True, default="", db_default="")
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, company=None) | Q(person=None, company__isnull=False),
                name="contact_point_of_one",
            )
        ]
        indexes = [
            models.Index(fields=["person", "kind", "id"], name="contact_point_by_person"),
            models.Index(fields=["company", "kind", "id"], name="contact_point_by_company", condition=~Q(company=None)),
            models.Index(fields=["value", "kind"], name="contact_point_by_value", condition=~Q(kind="address")),
        ]

    def __str__(self) -> str:
        return self.value
