from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Owned
from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.columns import HasCustom

DEEPEST = 20
"""How many floors a tree of companies has at most."""


class Company(GuardedModel, Tracked, HasCustom):
    """A firm. `country` is ISO 3166-1 alpha-2, `phone` E.164, `owner` the member of staff who looks after it.

    `parent` is the company to which it belongs; there are no circles, and at most `DEEPEST` floors. `also` are further
    e-mails and phones, see `Person`.
    """

    access_name = "company"
    row_policy = Owned()

    name = models.TextField(_("Name"))
    registration_number = models.TextField(_("Registration number"), blank=True, default="", db_default="")
    industry = models.TextField(_("Industry"), blank=True, default="", db_default="")
    website = models.TextField(_("Website"), blank=True, default="", db_default="")
    phone = models.TextField(_("Phone"), blank=True, default="", db_default="")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="", db_default="")
    city = models.TextField(_("City"), blank=True, default="", db_default="")
    address = models.TextField(_("Address"), blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    parent = Link(
        "customers.Company", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Parent company"),
    )  # fmt: skip
    also = ArrayField(models.TextField(), db_default=[], blank=True, editable=False)
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(
                fields=["registration_number"], condition=~Q(registration_number=""), name="company_registration_once"
            )
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="company_by_name"),
            models.Index(fields=["industry", "id"], name="company_by_industry"),
            models.Index(fields=["country", "id"], name="company_by_country"),
            models.Index(fields=["city", "id"], name="company_by_city"),
            models.Index(fields=["parent", "id"], name="company_by_parent", condition=~Q(parent=None)),
            models.Index(fields=["owner", "name", "id"], name="company_by_owner"),
            models.Index(fields=["changed_at", "id"], name="company_by_change"),
        ]

    def __str__(self) -> str:
        return self.name


def floors_above(company_id: int) -> list[int]:
    """A company and those above it, lowest first, at most `DEEPEST` of them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (id, parent_id, floor) AS ("
            " SELECT id, parent_id, 1 FROM customers_company WHERE id = %s UNION ALL"
            " SELECT c.id, c.parent_id, up.floor + 1 FROM up JOIN customers_company c ON c.id = up.parent_id"
            " WHERE up.floor < %s) SELECT id FROM up ORDER BY floor",
            [company_id, DEEPEST],
        )
        return [row[0] for row in cursor.fetchall()]
