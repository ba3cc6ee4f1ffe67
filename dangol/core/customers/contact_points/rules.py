"""How e-mail addresses, phone numbers and web addresses are read, kept and shown."""

from __future__ import annotations

import phonenumbers

from dangol.platform.objects.added.contacts import clean_email, clean_phone, clean_website

__all__ = ["clean_email", "clean_phone", "clean_website", "shown_phone"]


def shown_phone(e164: str, country: str = "KR") -> str:
    """The number as people write it: nationally inside `country`, else internationally."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_country_code(number.country_code or 0) == country
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
