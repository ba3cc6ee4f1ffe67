from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked


class Kind(models.TextChoices):
    """Why points came or went."""

    EARN = "earn", _("Earned")
    CANCEL = "cancel", _("Taken back with an order")
    SPEND = "spend", _("Spent")
    EXPIRE = "expire", _("Expired")
    ADJUST = "adjust", _("Adjusted")


class PointsEntry(GuardedModel):
    """One line of a person's ledger: `points` came (above 0) or went (below) at `at`, for a reason.

    A line that brings points is a lot: `remaining` is what is left of it, `expires_on` its last day. A line of an order
    (`earn`, `cancel`) knows the order, the percentage it was reckoned with, and what was `due`, which is more than
    `points` where there was not enough to take back (`cancel` may even move nothing). `key` names a line for good, so
    that nothing is written twice. Lines are never changed but for what is left of a lot, and go only all at once, with
    their person.
    """

    access_name = "person"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_index=False)
    kind = models.TextField(choices=Kind)
    points = models.DecimalField(max_digits=19, decimal_places=2)
    at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    remaining = models.DecimalField(max_digits=19, decimal_places=2, default=0)
    order = Link("purchases.Order", models.SET_NULL, null=True, db_index=False)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    due = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    reason = models.TextField(blank=True, default="", db_default="")
    key = models.TextField(null=True)
    noticed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "membership_points_entry"
        constraints = [
            models.CheckConstraint(condition=~Q(points=0) | Q(kind="cancel"), name="points_move_something"),
            models.CheckConstraint(
                condition=(Q(points__gt=0) & Q(remaining__gte=0) & Q(remaining__lte=models.F("points")))
                | Q(points__lte=0, remaining=0),
                name="points_remaining_fit",
            ),
            models.UniqueConstraint(fields=["key"], name="points_key_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="points_by_person"),
            models.Index(fields=["order"], name="points_by_order", condition=Q(order__isnull=False)),
            models.Index(fields=["expires_on"], name="points_by_expiry", condition=Q(remaining__gt=0)),
        ]


class PointsAccount(GuardedModel, Tracked):
    """The balance of a person's ledger. Kept by triggers of the database, which lets no balance fall below zero."""

    access_name = "person"
    row_policy = Through("person")

    person = OneLink("customers.Person", models.CASCADE, primary_key=True, related_query_name="points_row")
    balance = models.DecimalField(_("Points"), max_digits=19, decimal_places=2, default=0, db_default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "membership_points_account"
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="points_never_below_zero")]
        indexes = [models.Index(fields=["balance", "person"], name="points_by_balance")]
