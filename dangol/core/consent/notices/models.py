from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.ledger.models import ConsentRecord
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class NoticePolicy(models.Model):
    """What goes out by itself; the newest row is in force. Results wait `settle_minutes`, so that several clicks make
    one letter. Confirmations go `ahead_days` before they are due, by themselves or when somebody asks for it."""

    is_result_automatic = models.BooleanField(default=True)
    is_reconfirm_automatic = models.BooleanField(default=False)
    settle_minutes = models.IntegerField(default=30)
    ahead_days = models.IntegerField(default=60)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "consent_notice_policy"


class Notice(GuardedModel):
    """One thing of which one person must be told by `due_at`: the line of the ledger `record`, its result or that it
    still holds.

    `letter` names what was handed over (content of the message); `proof` what shows that it was: message, address,
    moment, or what staff wrote. Asked for by hand at `asked_at`.
    """

    class Kind(models.TextChoices):
        RESULT = "result", _("Result of a consent or refusal")
        RECONFIRM = "reconfirm", _("Consent confirmed again")

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        HANDED = "handed", _("Being sent")
        SENT = "sent", _("Told")
        FAILED = "failed", _("Could not be told")
        VOID = "void", _("Not needed any more")

    access_name = "consent"
    row_policy = Through("person")

    kind = models.TextField(choices=Kind)
    person = Link("customers.Person", models.CASCADE)
    record = Link(ConsentRecord, models.CASCADE, db_index=False)
    state = models.TextField(choices=State, default=State.DUE, db_default=State.DUE)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    letter = models.BigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="", db_default="")
    proof = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_notice"
        constraints = [models.UniqueConstraint(fields=["kind", "record", "due_at"], name="notice_once")]
        indexes = [
            models.Index(fields=["kind", "due_at", "id"], name="notice_open", condition=Q(state__in=["due", "failed"])),
            models.Index(fields=["letter"], name="notice_by_letter", condition=Q(letter__isnull=False)),
            models.Index(fields=["kind", "-told_at", "-id"], name="notice_told", condition=Q(state="sent")),
        ]
