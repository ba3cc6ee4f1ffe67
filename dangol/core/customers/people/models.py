from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Owned
from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.columns import HasCustom


class Person(GuardedModel, Tracked, HasCustom):
    """A customer, or one who may become one.

    `name` is written as its bearer writes it (family name first in Korean), `latin_name` how readers of Latin letters
    say it, where the two differ. `customer_number` is the number the shop's other systems know, unique where given;
    a shop that knows its customers only by number has people without a name. `email` is lower case, `phone` E.164,
    `country` ISO 3166-1 alpha-2, `language` ISO 639-1, `region` ISO 3166-2 in Korea. `age_band` follows from `born_on`
    where that is known. `also` are the further e-mails and phones ("email:…", "phone:…"), kept by the database as the
    contact points change, so that whoever holds a person can say how they are found. Scores and tiers are not here:
    they belong to what made them.
    """

    class AgeBand(models.TextChoices):
        CHILD = "0", _("Under 14")
        TEENS = "14", _("14 to 19")
        TWENTIES = "20", _("20 to 29")
        THIRTIES = "30", _("30 to 39")
        FORTIES = "40", _("40 to 49")
        FIFTIES = "50", _("50 to 59")
        SIXTIES = "60", _("60 to 69")
        OLDER = "70", _("70 and older")

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")

    access_name = "person"
    row_policy = Owned()

    customer_number = models.TextField(_("Customer number"), null=True, blank=True, unique=True)
    name = models.TextField(_("Name"), blank=True, default="", db_default="")
    latin_name = models.TextField(_("Name in Latin letters"), blank=True, default="", db_default="")
    email = models.TextField(_("E-mail"), blank=True, default="", db_default="")
    phone = models.TextField(_("Phone"), blank=True, default="", db_default="")
    company = Link(
        "customers.Company", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Company")
    )
    job_title = models.TextField(_("Role"), blank=True, default="", db_default="")
    country = models.CharField(_("Country"), max_length=2, blank=True, default="", db_default="")
    city = models.TextField(_("City"), blank=True, default="", db_default="")
    address = models.TextField(_("Address"), blank=True, default="", db_default="")
    language = models.CharField(_("Language"), max_length=2, blank=True, default="", db_default="")
    born_on = models.DateField(_("Birthday"), null=True, blank=True)
    age_band = models.TextField(_("Age"), choices=AgeBand.choices, blank=True, default="", db_default="")
    gender = models.TextField(_("Gender"), choices=Gender.choices, blank=True, default="", db_default="")
    region = models.TextField(_("Region"), blank=True, default="", db_default="")
    occupation = models.TextField(_("Occupation"), blank=True, default="", db_default="")
    household = Link(
        "customers.Household", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Household"),
    )  # fmt: skip
    also = ArrayField(models.TextField(), db_default=[], blank=True, editable=False)
    source = models.TextField(_("Source"), blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        verbose_name_plural = "people"
        indexes = [
            models.Index(fields=["name", "id"], name="person_by_name"),
            models.Index(fields=["email", "id"], name="person_by_email"),
            models.Index(fields=["phone"], name="person_by_phone", condition=~Q(phone="")),
            models.Index(fields=["country", "id"], name="person_by_country"),
            models.Index(fields=["city", "id"], name="person_by_city"),
            models.Index(fields=["company", "id"], name="person_by_company"),
            models.Index(fields=["household", "id"], name="person_by_household", condition=~Q(household=None)),
            models.Index(fields=["owner", "name", "id"], name="person_by_owner"),
            models.Index(fields=["created_at", "id"], name="person_by_creation"),
            models.Index(fields=["changed_at", "id"], name="person_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.numbered_title

    @property
    def numbered_title(self) -> str:
        """What stands in place of a name that nobody told us."""
        if self.customer_number:
            return translate("Customer %(number)s") % {"number": self.customer_number}
        return self.email or self.phone or translate("Customer without a name")
