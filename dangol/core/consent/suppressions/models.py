from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Everyone


class Suppression(GuardedModel):
    """One address on one channel to which nothing goes, from `added_at` until `lifted_at`; in force while not lifted.

    `address` is as kept with the person: lower case for e-mail, E.164 for phones.
    """

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("Does not exist (bounced)")
        COMPLAINT = "complaint", _("Complained")
        MANUAL = "manual", _("Taken out by hand")

    access_name = "suppression"
    row_policy = Everyone()

    channel = models.TextField(_("Channel"), choices=Channel, default=Channel.EMAIL)
    address = models.TextField(_("Address"))
    reason = models.TextField(_("Reason"), choices=Reason, default=Reason.MANUAL)
    note = models.TextField(_("Note"), blank=True, default="")
    added_at = models.DateTimeField(_("Since"), db_default=Now())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("Lifted"), null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_suppression"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], condition=models.Q(lifted_at=None), name="suppression_in_force_once"
            )
        ]
        indexes = [models.Index(fields=["-added_at", "-id"], name="suppression_by_moment")]


class Forgotten(GuardedModel):
    """That the owner of an address was erased: no advertising goes to it until she consents anew.

    Only a digest of the address is kept (salted with the keys of this house), since the address itself is erased.
    """

    access_name = "suppression"
    row_policy = Everyone()

    channel = models.TextField(choices=Channel)
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_forgotten"
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="forgotten_once")]
