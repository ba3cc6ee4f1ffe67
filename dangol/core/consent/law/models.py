from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.ledger.models import Channel


class LawValue(models.Model):
    """A correction of one rule of law; the newest of each rule is in force, older ones are its history.

    `source`, `place` and `checked_on` say where the value stands now; `why` what the one who set it wrote.
    """

    country = models.CharField(max_length=2)
    what = models.TextField()
    channel = models.TextField(blank=True, default="")
    value = models.TextField(blank=True)
    source = models.TextField()
    place = models.TextField(blank=True, default="")
    checked_on = models.DateField()
    why = models.TextField(blank=True, default="")
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "consent_law_value"
        indexes = [models.Index(fields=["country", "what", "channel", "-id"], name="law_value_newest")]


class SenderCertificate(models.Model):
    """Through whom bulk texts go, and that he is certified to send them (Korea, Network Act 50-3), until when.

    `number` is the sender's number as it was registered before (발신번호 사전등록).
    """

    channel = models.TextField(_("Channel"), choices=Channel, default=Channel.SMS)
    provider = models.TextField(_("Provider"))
    number = models.TextField(_("Sender's number"))
    certificate = models.TextField(_("Certificate"))
    valid_from = models.DateField(_("Valid from"))
    expires_on = models.DateField(_("Valid until"))
    ended_at = models.DateTimeField(null=True, editable=False)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "consent_sender"
