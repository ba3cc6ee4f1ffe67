"""How e-mail addresses, phone numbers, web and postal addresses are read, kept and shown. Pure."""

from dangol.core.customers.contact_points.rules.phones import shown_phone
from dangol.platform.objects.added.contacts import clean_email, clean_phone, clean_website

__all__ = ["clean_email", "clean_phone", "clean_website", "shown_phone"]
