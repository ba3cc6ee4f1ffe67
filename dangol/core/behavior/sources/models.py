from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone
from dangol.platform.db.models import Tracked


class Source(GuardedModel, Tracked):
    """A site, app or server that sends events.

    `allowed_origins` are the web pages that may send (`https://shop.example`, `https://*.shop.example`); requests that
    name no origin come from servers and apps and need none. Names and properties are learned until `learning_until`;
    what is new after it is flagged, or kept out where `on_unexpected` says so. `honours_refusal`: browsers that say Do
    Not Track or Global Privacy Control are not recorded. `consent_category` names the consent that an event must not
    deny; with `needs_consent` it must state it. `most_per_second` are events (0: no limit).
    """

    class Kind(models.TextChoices):
        WEB = "web", _("Website")
        APP = "app", _("App")
        SERVER = "server", _("Server")

    class Address(models.TextChoices):
        NONE = "none", _("Not kept")
        CUT = "cut", _("Kept without its end")
        FULL = "full", _("Kept in full")

    class Unexpected(models.TextChoices):
        FLAG = "flag", _("Keep and flag")
        BLOCK = "block", _("Keep out until accepted")

    access_name = "event_source"
    row_policy = Everyone()

    name = models.CharField(_("Name"), max_length=100)
    kind = models.TextField(_("Kind"), choices=Kind, default=Kind.WEB)
    allowed_origins = models.JSONField(_("Allowed origins"), default=list, blank=True)
    is_active = models.BooleanField(_("Switched on"), default=True)
    keeps_address = models.TextField(_("Network address"), choices=Address, default=Address.NONE)
    honours_refusal = models.BooleanField(_("Honour Do Not Track and Global Privacy Control"), default=True)
    consent_category = models.CharField(_("Consent category"), max_length=100, blank=True, default="")
    needs_consent = models.BooleanField(_("Keep only events that state this consent"), default=False)
    most_per_second = models.PositiveIntegerField(_("Most events a second"), default=10_000)
    learning_until = models.DateTimeField(_("Learns until"))
    on_unexpected = models.TextField(_("New names after that"), choices=Unexpected, default=Unexpected.FLAG)
    deleted_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_source"

    def __str__(self) -> str:
        return self.name


class WriteKey(GuardedModel):
    """A key by which a source's events are told from others'. It is public where it stands in a web page."""

    access_name = "event_source"
    row_policy = Everyone()

    source = Link(Source, models.CASCADE)
    key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_writekey"
        indexes = [models.Index(fields=["source"], name="writekey_in_use", condition=Q(revoked_at=None))]

    def __str__(self) -> str:
        return self.key
