"""The form of the way out. What is right or wrong is the service's to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.platform.mail.models import MailWay


class Needed(forms.CharField):
    """A line that is needed in most cases; the service says in which."""

    def validate(self, value: Any) -> None:
        """Leave it to the service."""


def line(label: Any, *, help_text: Any = "", is_required: bool = False, **attrs: Any) -> forms.CharField:
    """A line of text."""
    widget = forms.TextInput({"class": "form-control", "autocomplete": "off", "spellcheck": "false", **attrs})
    kind = Needed if is_required else forms.CharField
    return kind(label=label, required=is_required, help_text=help_text, widget=widget)


class WayForm(forms.Form):
    """How mail leaves the house."""

    mode = forms.ChoiceField(label=_("Way out"), choices=MailWay.Mode.choices, widget=forms.RadioSelect)
    host = line(
        _("Host"),
        is_required=True,
        placeholder="smtp.example.com",
        inputmode="url",
        help_text=_("A relay in your own network or on this machine works too."),
    )
    port = line(
        _("Port"), inputmode="numeric", is_required=True, help_text=_("587 for STARTTLS, 465 for TLS, 25 for a relay")
    )
    security = forms.ChoiceField(
        label=_("Encryption"), choices=MailWay.Security.choices, widget=forms.Select({"class": "form-select"})
    )
    username = line(_("User name"))
    password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=1000,
        widget=forms.PasswordInput({"class": "form-control", "autocomplete": "new-password"}),
    )  # fmt: skip
    per_second = line(_("Messages a second at most"), inputmode="numeric",
                      help_text=_("What your provider allows; empty: as fast as it goes"))  # fmt: skip
    from_name = line(_("Sender's name"), maxlength=120, help_text=_("Empty: the name of the company"))
    from_email = line(_("Sender's address"), is_required=True, type="email", placeholder="news@example.com")
    reply_to = line(_("Replies go to"), type="email", help_text=_("Empty: to the sender's address"))
    bounce_domain = line(
        _("Domain for bounces"),
        placeholder="bounce.example.com",
        help_text=_(
            "Each letter gets a return address of its own there (bounce+…@), so that a returned one tells whose address"
            " is dead (VERP). Empty: the sender's domain."
        ),
    )
    dkim_selector = line(_("DKIM selector"), placeholder="s1", help_text=_("Only used to look the key up"))

    def refuse(self, errors: Mapping[str, list[str]]) -> None:
        """Show what the service found wrong beside the fields."""
        for name, said in errors.items():
            self.add_error(name if name in self.fields else None, said)
