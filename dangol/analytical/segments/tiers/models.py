from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import Through


class Tier(models.TextChoices):
    """Where a customer stands among all: by default the best 20 %, the last 30 %, and those between."""

    TOP = "top", _("Top")
    MIDDLE = "middle", _("Middle")
    BOTTOM = "bottom", _("Bottom")


class TierLimits(models.Model):
    """Where the tiers begin and end; the newest row is in force, the older ones are its history.

    `top_percent` of the customers with orders in the last `window_months` are top, `bottom_percent` are bottom.
    """

    top_percent = models.DecimalField(max_digits=5, decimal_places=2, default=20)
    bottom_percent = models.DecimalField(max_digits=5, decimal_places=2, default=30)
    window_months = models.IntegerField(default=24)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "segments_tier_limits"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(top_percent__gt=0)
                & models.Q(bottom_percent__gte=0)
                & models.Q(top_percent__lte=100 - models.F("bottom_percent")),
                name="tier_limits_fit",
            ),
            models.CheckConstraint(condition=models.Q(window_months__range=(1, 120)), name="tier_window_in_range"),
        ]


class CustomerTier(GuardedModel):
    """What a customer with at least one order is worth, where that places them, and how they buy.

    Money is in the company's currency, net of cancellations. `rank` and `tier` count the limits' window and are empty
    for people without orders in it; `share` is the customer's own part of all that known customers brought in the
    window, `cumulative_share` that of everyone down to this rank. `previous_tier` is the tier at the end of the month
    before, `tier_since` the first month of the present one. `recency`, `frequency`, `money` are 1 (last fifth) to 5.
    `months` are the last twelve months' values, oldest first, empty where an expected order did not come;
    `usual_gap_days` is the median of the days between purchases, `expected_on` the last purchase plus that gap. The
    link has no constraint in the database: these rows are derived, and the next analysis removes those whose person
    is gone.
    """

    access_name = "person"
    row_policy = Through("person")

    person = OneLink(
        "customers.Person", models.CASCADE, primary_key=True, db_constraint=False, related_query_name="tier_row"
    )
    tier = models.TextField(_("Tier"), choices=Tier, null=True)
    previous_tier = models.TextField(_("Tier a month ago"), choices=Tier, null=True)
    tier_since = models.DateField(_("In this tier since"), null=True)
    rank = models.IntegerField(_("Rank"), null=True)
    share = models.DecimalField(_("Share of all value"), max_digits=9, decimal_places=8, null=True)
    cumulative_share = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    value = models.DecimalField(_("Value"), max_digits=19, decimal_places=4)
    value_12m = models.DecimalField(_("Value, 12 months"), max_digits=19, decimal_places=4)
    value_in_window = models.DecimalField(_("Value that counts for the tier"), max_digits=19, decimal_places=4)
    months = ArrayField(models.DecimalField(max_digits=19, decimal_places=2, null=True), size=12)
    first_order_on = models.DateField(_("First order"))
    last_order_on = models.DateField(_("Last order"))
    order_count = models.IntegerField(_("Orders"))
    purchase_days = models.IntegerField(_("Days with a purchase"))
    usual_gap_days = models.IntegerField(_("Usual days between orders"), null=True)
    expected_on = models.DateField(_("Next order expected"), null=True)
    is_slipping = models.BooleanField(_("Slipping away"), default=False)
    recency = models.SmallIntegerField(_("Recency"))
    frequency = models.SmallIntegerField(_("Frequency"))
    money = models.SmallIntegerField(_("Money"))
    segment = models.TextField(_("RFM group"))

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "segments_customer_tier"
        indexes = [
            models.Index(fields=["tier", "person"], name="tier_by_tier"),
            models.Index(fields=["rank", "person"], name="tier_by_rank"),
            models.Index(fields=["value", "person"], name="tier_by_value"),
            models.Index(fields=["value_12m", "person"], name="tier_by_year"),
            models.Index(fields=["last_order_on", "person"], name="tier_by_last_order"),
            models.Index(fields=["order_count", "person"], name="tier_by_orders"),
            models.Index(fields=["segment", "person"], name="tier_by_segment"),
            models.Index(fields=["-value", "person"], name="tier_slipping", condition=models.Q(is_slipping=True)),
        ]


class TierPeriod(GuardedModel):
    """That a customer stood in `tier` at the end of each month from `from_month` to `until_month`, both counted.

    Months are their first days. The month still running counts with its last counted day. Months in which the
    customer had no orders in the window have no period. Made anew with the present limits by each analysis.
    """

    access_name = "person"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_constraint=False, db_index=False)
    tier = models.TextField(choices=Tier)
    from_month = models.DateField()
    until_month = models.DateField()

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "segments_tier_period"
        constraints = [models.UniqueConstraint(fields=["person", "from_month"], name="tier_period_once")]
        indexes = [models.Index(fields=["until_month", "from_month", "tier"], name="tier_period_by_month")]
