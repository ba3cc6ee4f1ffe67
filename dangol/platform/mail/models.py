from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MailWay(models.Model):
    """How mail leaves the house. There is one row.

    In mode `catcher` nothing leaves the machine: every message is kept as a `CaughtMail` to be read on a page. `secret`
    is the password, encrypted (see `secrets`). `bounce_domain` receives mail for `bounce+<token>@`; empty: the part of
    `from_email` after the @. `dkim_selector` is only used to look the key up. `tested_at` is the last test that arrived
    at the server, `test_error` what it said otherwise.
    """

    class Mode(models.TextChoices):
        CATCHER = "catcher", _("Local catcher: nothing leaves this machine")
        SMTP = "smtp", _("SMTP server")

    class Security(models.TextChoices):
        NONE = "none", _("None")
        STARTTLS = "starttls", _("STARTTLS")
        TLS = "tls", _("TLS")

    mode = models.TextField(_("Way out"), choices=Mode, default=Mode.CATCHER)
    host = models.TextField(_("Server"), blank=True, default="")
    port = models.IntegerField(_("Port"), default=587)
    security = models.TextField(_("Encryption"), choices=Security, default=Security.STARTTLS)
    username = models.TextField(_("User name"), blank=True, default="")
    secret = models.TextField(blank=True, default="")
    from_name = models.TextField(_("Sender's name"), blank=True, default="")
    from_email = models.TextField(_("Sender's address"), blank=True, default="")
    reply_to = models.TextField(_("Replies go to"), blank=True, default="")
    bounce_domain = models.TextField(_("Domain for bounces"), blank=True, default="")
    dkim_selector = models.TextField(_("DKIM selector"), blank=True, default="")
    per_second = models.IntegerField(_("Messages a second at most"), null=True, blank=True)
    tested_at = models.DateTimeField(null=True)
    test_error = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "mail_way"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mail_way_is_one")]


class CaughtMail(models.Model):
    """A message that the local catcher took instead of sending it; one row a Message-ID and receiver, so never two."""

    message_id = models.TextField()
    message_class = models.TextField()
    envelope_from = models.TextField(blank=True)
    envelope_to = models.TextField()
    subject = models.TextField(blank=True, default="")
    raw = models.BinaryField()
    size = models.IntegerField(default=0)
    caught_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mail_caught"
        constraints = [models.UniqueConstraint(fields=["message_id", "envelope_to"], name="caught_once")]
        indexes = [
            models.Index(fields=["-caught_at", "-id"], name="caught_by_moment"),
            models.Index(fields=["envelope_to", "-id"], name="caught_by_receiver"),
        ]


class OwnAddress(models.Model):
    """An address of a member of staff that was shown to be theirs: the only place to which test mail goes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    email = models.EmailField()
    verified_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mail_own_address"
