from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def _languages() -> list[str]:
    return ["ko", "en"]


class Workspace(models.Model):
    """Our own firm. There is one row; `currency` is the one in which everything is valued.

    Name, address, phone and e-mail stand in what is sent to customers. `base_url` is the address under which customers
    reach this house (links in messages use it). `logo` is a PNG written anew from what was uploaded. Staff are asked to
    sign in again after `idle_minutes` without a page, and `session_hours` after they signed in.
    """

    name = models.TextField(_("Name"), default="")
    currency = models.CharField(_("Currency"), max_length=3, default="KRW")
    time_zone = models.TextField(_("Time zone"), default="Asia/Seoul")
    language = models.CharField(_("Language"), max_length=2, default="en")
    country = models.CharField(_("Country"), max_length=2, default="KR")
    languages = ArrayField(models.CharField(max_length=2), verbose_name=_("Languages of customers"), default=_languages)
    registration_number = models.TextField(_("Registration number"), blank=True, default="")
    address = models.TextField(_("Address"), blank=True, default="")
    phone = models.TextField(_("Phone"), blank=True, default="")
    email = models.TextField(_("E-mail"), blank=True, default="")
    website = models.TextField(_("Web page"), blank=True, default="")
    base_url = models.TextField(_("Address of this system for customers"), blank=True, default="")
    logo = models.BinaryField(null=True)
    is_currency_chosen = models.BooleanField(default=False)
    idle_minutes = models.IntegerField(_("Sign out after so many minutes without a page"), default=12 * 60)
    session_hours = models.IntegerField(_("Sign in again after so many hours"), default=14 * 24)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="workspace_is_one")]

    def __str__(self) -> str:
        return self.name or "Dangol"


class Team(models.Model):
    """Members of staff who work together; teams may lie in teams."""

    name = models.TextField(_("Name"), unique=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A bundle of rights: `grants` {object: {action: scope}}, `fields` {object: {field: hidden | read | edit}}.

    `"*"` stands for every object or action. Someone with two roles has the wider of both rights. Whoever has a role
    with `needs_totp` must sign in with a second step.
    """

    name = models.SlugField(unique=True)
    label = models.TextField(_("Name"))
    grants = models.JSONField(default=dict)
    fields = models.JSONField(default=dict, blank=True)
    is_builtin = models.BooleanField(default=False)
    needs_totp = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of staff. Signs in by e-mail; sees dates in `time_zone` and words in `language`.

    `totp_since` is when the second step was switched on (its secret is a `SecondStep`), `left_at` when they left.
    `is_second_step_due` says for a request whether a role asks for it.
    """

    is_second_step_due: bool = False

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.TextField(_("Name"))
    language = models.CharField(
        _("Language"), max_length=2, choices=[("en", "English"), ("ko", "한국어")], default="en"
    )
    time_zone = models.TextField(_("Time zone"), default="Asia/Seoul")
    theme = models.TextField(_("Appearance"), choices=Theme, default=Theme.SYSTEM)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="+", blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, editable=False)
    totp_since = models.DateTimeField(null=True, editable=False)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class ApiKey(models.Model):
    """A key for programs. Only its SHA-256 is kept; it may do what its owner may, no more, and less by `scopes`.

    `scopes` is a list of `object:action` (`person:see`, `*:export`); an empty one leaves all that the owner may.
    `used_from` is the address that used it last.
    """

    name = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    is_read_only = models.BooleanField(default=False)
    scopes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_from = models.TextField(default="", db_default="", editable=False)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="api_key_by_owner")]


class Attempt(models.Model):
    """A try at a door that counts how often it is tried: `kind` is the door, `key` an e-mail or an address."""

    kind = models.TextField()
    key = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key", "at"], name="attempt_by_key"),
            models.Index(fields=["at"], name="attempt_by_moment"),
        ]


class Session(AbstractBaseSession):
    """A browser that is signed in, or on its way to it. The key is kept as its SHA-256.

    `address` and `agent` are those of the last page that was noted; `seen_at` is noted every few minutes only.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    address = models.TextField(default="")
    agent = models.TextField(default="")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="session_by_user")]


class Invitation(models.Model):
    """Somebody was asked to join the staff, with the rights they will have."""

    email = models.EmailField(_("E-mail"))
    name = models.TextField(_("Name"), blank=True, default="")
    language = models.CharField(max_length=2, choices=[("en", "English"), ("ko", "한국어")], default="en")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    manager = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="+", blank=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once",
            )
        ]


class Ticket(models.Model):
    """A link that works once: to accept an invitation, set a new password, or sign in. Only its SHA-256 is kept."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        RESET = "reset"
        SIGN_IN = "sign_in"

    kind = models.TextField(choices=Kind)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SecondStep(models.Model):
    """The secret of somebody's time-based one-time passwords (RFC 6238), encrypted.

    Not asked for until `confirmed_at`. `last_step` is the time step of the last code that was taken: none is taken
    twice.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in once for the second step; only its HMAC-SHA256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]
