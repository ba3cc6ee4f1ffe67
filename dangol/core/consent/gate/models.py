from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from dangol.core.consent.ledger.models import Channel, Purpose
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class GatePolicy(models.Model):
    """What the house itself asks of advertising beyond the law; the newest row is in force, older ones its history.

    At most `cap_messages` advertising messages to a person within `cap_days`, over all channels (0: no cap).
    `is_bottom_left_out`: customers of the bottom tier get none unless a campaign says otherwise.
    """

    cap_messages = models.IntegerField(default=4)
    cap_days = models.IntegerField(default=30)
    is_bottom_left_out = models.BooleanField(default=True)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "consent_gate_policy"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cap_messages__range=(0, 1000)) & models.Q(cap_days__range=(1, 366)),
                name="gate_policy_in_range",
            )
        ]


class PermitRecord(GuardedModel):
    """That the gate let one message pass: what the contact cap counts, and the evidence of each decision.

    `key` names the message for good (`campaign:12:345`), so asking again gives the same permit and counts once.
    `voided_at` is set when the message was never handed over after all. `overrides` are the house's own rules that
    were set aside (never the law's). `basis` says by what advertising was let pass: the line of
    the ledger, or the order.
    """

    access_name = "consent"
    row_policy = Through("person")

    key = models.TextField(unique=True)
    person = Link("customers.Person", models.CASCADE, db_index=False)
    channel = models.TextField(choices=Channel)
    message_class = models.TextField()
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, related_name="+", db_index=False)
    address = models.TextField()
    basis = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    overrides = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    issued_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_permit"
        indexes = [
            models.Index(
                fields=["person", "issued_at"],
                condition=models.Q(message_class="advertising", voided_at=None),
                name="permit_for_cap",
            )
        ]
