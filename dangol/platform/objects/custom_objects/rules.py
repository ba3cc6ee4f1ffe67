"""What an object of a company's own may be called, and where it may stand. Pure."""

from __future__ import annotations

import re
import unicodedata

from dangol.platform.objects.added.rules import OWN

MOST_OBJECTS = 50
LONGEST_NAME = 20
"""Of the internal name, so that the names of its table's indexes stay within 30 characters."""
LONGEST_SLUG = 40
LONGEST_LABEL = 60
ICONS = (
    "cube", "paw", "car", "file-text", "calendar-event", "tool", "building-store", "home", "key", "briefcase",
    "package",
    "box", "truck", "device-laptop", "school", "heart", "star", "ticket", "certificate", "shield", "flag", "bookmark",
    "map-pin", "users", "id", "receipt", "credit-card", "leaf", "flask", "music", "plane", "bed", "coffee", "gift",
)  # fmt: skip
SECTIONS = ("customers", "sales", "service", "catalog", "marketing")


def plain(text: str) -> str:
    """A text as ASCII words between single hyphens; "" where nothing is left (한글)."""
    words = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def free_slug(plural: str, taken: set[str]) -> str:
    """An address made of a plural, numbered where it is taken."""
    base = plain(plural)[: LONGEST_SLUG - 4].strip("-")
    base = base if base and base[0].isalpha() else f"objects-{base}".strip("-")
    return _free(base, taken, "-")


def free_name(label: str, taken: set[str]) -> str:
    """An internal name made of a label, numbered where it is taken."""
    base = plain(label).replace("-", "_")[: LONGEST_NAME - len(OWN) - 3].strip("_")
    base = base if base and base[0].isalpha() else f"object_{base}"[: LONGEST_NAME - len(OWN) - 3].strip("_")
    return _free(f"{OWN}{base}", taken, "_")


def _free(base: str, taken: set[str], mark: str) -> str:
    found, number = base, 2
    while found in taken:
        found, number = f"{base}{mark}{number}", number + 1
    return found


def is_slug(text: str) -> bool:
    """Whether an address may look like this."""
    return bool(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text)) and 2 <= len(text) <= LONGEST_SLUG


def is_name(text: str) -> bool:
    """Whether it is an internal name; asked again before it stands in SQL."""
    return bool(re.fullmatch(rf"{OWN}[a-z][a-z0-9_]*", text)) and len(text) <= LONGEST_NAME


def to_class_name(name: str) -> str:
    """What the model is called: `x_pet` is XPet."""
    return "".join(part.capitalize() for part in name.split("_"))
