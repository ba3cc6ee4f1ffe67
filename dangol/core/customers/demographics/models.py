from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.ends.models import FollowsEnds
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.db.models import Tracked


class PersonFact(GuardedModel, Tracked):
    """Where one detail of a person comes from (`source`) and on which `basis` it is kept.

    `value` is the detail as it stood when this was noted: of another value it says nothing. The bases are those of
    article 15 of the Korean Personal Information Protection Act and of article 6 of the GDPR.
    """

    class Basis(models.TextChoices):
        CONSENT = "consent", _("Consent given")
        CONTRACT = "contract", _("A contract")
        LAW = "law", _("Legal duty")
        INTEREST = "interest", _("Legitimate interest")
        PUBLIC = "public", _("Made public by the person")

    access_name = "person_fact"
    row_policy = FollowsEnds("person")

    person = Link("customers.Person", models.CASCADE, db_index=False, related_name="+")
    field = models.TextField()
    value = models.TextField(blank=True, default="", db_default="")
    source = models.TextField(_("Source"), blank=True, default="", db_default="")
    basis = models.TextField(_("Basis"), choices=Basis.choices, blank=True, default="", db_default="")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "customers_person_fact"
        constraints = [models.UniqueConstraint(fields=["person", "field"], name="person_fact_once")]
        indexes = [models.Index(fields=["field", "basis", "person"], name="person_fact_by_basis")]
