"""The form of the company profile. What is right or wrong is the service's to say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.profile import MOST_CHARACTERS, countries

LANGUAGES = (("ko", "한국어"), ("en", "English"))
USUAL = ("KRW", "USD", "EUR", "JPY", "CNY", "GBP")


def _language() -> str:
    return "ko" if (get_language() or "en").startswith("ko") else "en"


def currencies() -> list[tuple[str, str]]:
    """Currencies in use anywhere, the usual ones first, as (code, code and name)."""
    return _currencies(_language())


@lru_cache(maxsize=2)
def _currencies(language: str) -> list[tuple[str, str]]:
    used = {code for place in Locale.parse("en").territories for code in get_territory_currencies(str(place))}
    codes = [*USUAL, *sorted(used - set(USUAL))]
    return [(code, f"{code} · {get_currency_name(code, locale=language)}") for code in codes]


def country_choices() -> list[tuple[str, str]]:
    """Countries in the reader's language."""
    return countries(_language())


def text(label: Any, name: str, *, help_text: Any = "", is_required: bool = False, **attrs: Any) -> forms.CharField:
    """A line of text of the profile."""
    widget = forms.TextInput({"class": "form-control", "maxlength": MOST_CHARACTERS.get(name, 300), **attrs})
    return forms.CharField(label=label, required=is_required, help_text=help_text, widget=widget)


def choice(label: Any, choices: Any, *, help_text: Any = "") -> forms.ChoiceField:
    """One of several."""
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=forms.Select({"class": "form-select"})
    )


class CompanyForm(forms.Form):
    """What customers see, and in what the house counts."""

    name = text(_("Name"), "name", is_required=True, autocomplete="organization")
    registration_number = text(_("Registration number"), "registration_number")
    phone = text(_("Phone"), "phone", type="tel", autocomplete="tel")
    email = text(_("E-mail"), "email", type="email", autocomplete="email")
    website = text(_("Web page"), "website", inputmode="url", placeholder="https://")
    address = forms.CharField(
        label=_("Address"),
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 2, "maxlength": 500}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of customers"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = choice(_("First language"), LANGUAGES, help_text=_("Used for customers whose language is not known."))
    country = choice(_("Country"), country_choices)
    time_zone = text(_("Time zone"), "time_zone", is_required=True, list="zones", autocomplete="off",
                     help_text=_("Days of reports begin and end here."))  # fmt: skip
    currency = choice(_("Currency"), currencies, help_text=_("All values are counted in it."))
    base_url = text(_("Address of this system for customers"), "base_url", inputmode="url",
                    placeholder="https://crm.example.com",
                    help_text=_("Links in messages begin with it: to unsubscribe, to count clicks."))  # fmt: skip

    def refuse(self, errors: Mapping[str, list[str]]) -> None:
        """Show what the service found wrong beside the fields."""
        for name, said in errors.items():
            self.add_error(name if name in self.fields else None, said)
