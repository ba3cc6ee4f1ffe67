from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Everyone
from dangol.platform.db.models import Tracked


class Endpoint(GuardedModel, Tracked):
    """An address that is told. What it is told is what `owner` may see.

    `events` are names (`person.changed`) or whole objects (`person.*`); none means all. Secrets are encrypted;
    `old_secret` signs too until `old_secret_until`. `failing_since` is the first failure after the last success,
    `rest_until` until when nothing is sent after one.
    """

    class Stopped(models.TextChoices):
        NO = "", ""
        BY_HAND = "hand", _("Switched off")
        GONE = "gone", _("The receiver said it is gone (410)")
        FAILING = "failing", _("It failed for days")
        OWNER = "owner", _("Its owner has left")

    access_name = "webhook"
    row_policy = Everyone()

    url = models.TextField(_("Address"))
    description = models.CharField(_("What it is for"), max_length=200, blank=True, default="")
    events = models.JSONField(_("Events"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("Told is what this person may see")
    )
    secret = models.TextField()
    old_secret = models.TextField(default="", blank=True)
    old_secret_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(_("Switched on"), default=True)
    stopped = models.TextField(choices=Stopped, default=Stopped.NO, blank=True)
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [models.Index(fields=["owner"], name="webhook_by_owner")]

    def __str__(self) -> str:
        return self.description or self.url
