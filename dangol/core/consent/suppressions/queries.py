"""Which addresses are taken out."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from dangol.core.consent.suppressions.models import Forgotten, Suppression
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import sees_fields

FIELD_OF = {"email": "email", "sms": "phone", "kakao": "phone", "phone": "phone", "post": "address"}
"""The field of a person that holds the address of each channel."""
WHY = "whether an address may be written to concerns everybody who sends"


def stored_address(channel: str, address: str) -> str:
    """The form in which an address is kept: lower case for e-mail."""
    return address.strip().lower() if channel == "email" else address.strip()


def is_suppressed(channel: str, address: str) -> bool:
    """Whether nothing goes to `address` on `channel`."""
    found = Suppression.objects.for_system(WHY).filter(
        channel=channel, address=stored_address(channel, address), lifted_at=None
    )
    return found.exists()


FORGOTTEN_SQL = "encode(sha256(convert_to(%s || {address}, 'UTF8')), 'hex')"
"""The digest of an address in SQL; its parameter is the salt. Equal to `digest`."""


def salt() -> str:
    """What is mixed into digests of addresses, so that nobody without the keys of this house can guess them back."""
    return hashlib.sha256(f"forgotten addresses:{settings.SECRET_KEY}".encode()).hexdigest()


def digest(channel: str, address: str) -> str:
    """Under which digest an address of somebody erased is remembered; the case of an e-mail does not matter."""
    stored = address.lower() if channel == "email" else address
    return hashlib.sha256((salt() + stored).encode()).hexdigest()


def has_forgotten() -> bool:
    """Whether anybody was ever erased."""
    return bool(Forgotten.objects.for_system(WHY).exists())


def forgotten_at(channel: str, address: str) -> datetime | None:
    """When the owner of an address was erased, None where nobody was."""
    if not address:
        return None
    rows = Forgotten.objects.for_system(WHY).filter(channel=channel, digest=digest(channel, address))
    return rows.values_list("erased_at", flat=True).first()


def suppressions(actor: Actor, *, search: str = "", are_lifted: bool = False) -> QuerySet[Suppression]:
    """Addresses taken out (or, with `are_lifted`, let in again), newest first; `search` is a part of the address.

    From whom a customer's e-mail, phone or address is hidden, the suppressed ones are too.
    """
    rows = Suppression.objects.visible_to(actor).filter(lifted_at__isnull=not are_lifted)
    rows = rows.exclude(channel__in=[c for c, name in FIELD_OF.items() if not sees_fields(actor, "person", name)])
    words = search.strip().lower()
    if words:
        digits = "".join(c for c in words if c.isdigit())
        part = digits.lstrip("0") if digits and not any(c.isalpha() or c == "@" for c in words) else words
        rows = rows.filter(address__icontains=part)
    return rows.order_by("-added_at", "-pk")
