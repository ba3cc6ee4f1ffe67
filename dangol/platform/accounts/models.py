from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def _languages() -> list[str]:
    return ["ko", "en"]


class Workspace(models.Model):
    """Our own firm. There is one row; `currency` is the one in which everything is valued.

    Name, address, phone and e-mail stand in what is sent to customers. `base_url` is the address under which customers
    reach this house (links in messages use it). `logo` is a PNG written anew from what was uploaded.
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

    `"*"` stands for every object or action. Someone with two roles has the wider of both rights.
    """

    name = models.SlugField(unique=True)
    label = models.TextField(_("Name"))
    grants = models.JSONField(default=dict)
    fields = models.JSONField(default=dict, blank=True)
    is_builtin = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of staff. Signs in by e-mail; sees dates in `time_zone` and words in `language`."""

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
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class ApiKey(models.Model):
    """A key for programs. Only its SHA-256 is kept; it may do what its owner may, no more, and less by `grants`."""

    name = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    is_read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInFailure(models.Model):
    """A failed sign-in; what throttling counts."""

    email = models.TextField()
    address = models.TextField(default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["email", "at"], name="failure_by_email"),
            models.Index(fields=["address", "at"], name="failure_by_address"),
        ]
