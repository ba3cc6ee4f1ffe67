from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, OneLink
from dangol.platform.access.policies import Through


class Stage(models.TextChoices):
    """Where a customer stands in life with us."""

    STRANGER = "stranger", _("Stranger")
    LEAD = "lead", _("Lead")
    FIRST_TIME = "first_time", _("First purchase")
    REPEAT = "repeat", _("Repeat customer")
    LOYAL = "loyal", _("Loyal")
    LAPSING = "lapsing", _("Lapsing")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")


class StageLimits(models.Model):
    """Where stages begin and end; the newest row is in force, the older ones are its history.

    Purchases are days with a purchase, factors multiples of the customer's own average gap; `usual_gap_days` stands for
    that of who bought once (empty: the shop's median).
    """

    loyal_from = models.IntegerField(default=5)
    won_back_for = models.IntegerField(default=2)
    lapsing_factor = models.DecimalField(max_digits=5, decimal_places=2, default=2)
    lost_factor = models.DecimalField(max_digits=5, decimal_places=2, default=4)
    lapsing_least_days = models.IntegerField(default=30)
    lost_least_days = models.IntegerField(default=90)
    usual_gap_days = models.IntegerField(null=True)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "segments_stage_limits"
        constraints = [
            models.CheckConstraint(
                condition=Q(loyal_from__range=(2, 1000)) & Q(won_back_for__range=(1, 1000)), name="stage_counts_fit"
            ),
            models.CheckConstraint(
                condition=Q(lapsing_factor__gte=1) & Q(lost_factor__gt=F("lapsing_factor")), name="stage_factors_fit"
            ),
            models.CheckConstraint(
                condition=Q(lapsing_least_days__gte=1) & Q(lost_least_days__gt=F("lapsing_least_days")),
                name="stage_days_fit",
            ),
        ]


class CustomerStage(GuardedModel):
    """Where a person stands now, since when, and how they came there.

    `moves` are all moves, oldest first, as "2026-03-02:loyal": made of the purchases with the limits in force, so that
    the same purchases tell the same story; what was told at its time stands in the events. `lapses_on` and `lost_on`
    are the days from which on the person counts so without another purchase. The link has no constraint in the
    database: the rows are derived, and the next analysis removes those whose person is gone.
    """

    access_name = "person"
    row_policy = Through("person")

    person = OneLink(
        "customers.Person", models.CASCADE, primary_key=True, db_constraint=False, related_query_name="stage_row"
    )
    stage = models.TextField(_("Stage"), choices=Stage)
    stage_before = models.TextField(_("Stage before"), choices=Stage, null=True)
    stage_since = models.DateField(_("In this stage since"))
    purchases = models.IntegerField(default=0)
    last_purchase_on = models.DateField(null=True)
    average_gap_days = models.DecimalField(
        _("Average days between purchases"), max_digits=7, decimal_places=1, null=True
    )
    lapses_on = models.DateField(_("Lapsing from"), null=True)
    lost_on = models.DateField(_("Lost from"), null=True)
    moves = ArrayField(models.TextField())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "segments_customer_stage"
        indexes = [
            models.Index(fields=["stage", "person"], name="stage_by_stage"),
            models.Index(fields=["stage_since", "person"], name="stage_by_since"),
        ]
