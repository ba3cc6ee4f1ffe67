"""How people are named, greeted and told apart. Pure."""

from dangol.core.customers.people.rules.bands import age_on, band_of
from dangol.core.customers.people.rules.names import greeting, joined, parts_of
from dangol.core.customers.people.rules.naming import is_hangul, is_relay_number, shown_name

__all__ = ["age_on", "band_of", "greeting", "is_hangul", "is_relay_number", "joined", "parts_of", "shown_name"]
