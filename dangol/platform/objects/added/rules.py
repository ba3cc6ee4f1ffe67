"""What a custom field is: its kinds, and how a value stands in a record's document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

PREFIX = "c_"
"""Begins the name of every custom field, so that no field that a slice declares later can be called the same."""
OWN = "x_"
"""Begins the name of every object that the company makes itself, as well."""
LONGEST_NAME = 48
MOST_CHOICES = 200
TONES = ("", "good", "warn", "bad", "held")
KINDS = (
    "text", "long_text", "number", "money", "percent", "date", "datetime", "choice", "choices", "bool", "relation",
    "relations", "user", "file", "email", "phone", "url", "formula", "rollup",
)  # fmt: skip
WORKED_OUT = ("formula", "rollup")
ADDING_UP = ("count", "sum", "avg", "min", "max")
LISTED = ("choice", "choices")
DECIMALS = ("number", "money", "percent")
LINKS = ("relation", "user", "file")
SEVERAL = "relations"
"""The kind that leads to several records: a list of their ids in the document."""
MOST_LINKS = 500
ADDRESSES = ("email", "phone", "url")
SORTABLE = ("text", *ADDRESSES, "number", "money", "percent", "date", "datetime", "choice", "bool")
"""Kinds by which a list can be sorted, once the index stands."""
UNIQUE = ("text", *ADDRESSES, "number", "date")
SEARCHED = ("text", *ADDRESSES)
REQUIRABLE = tuple(kind for kind in KINDS if kind not in ("bool", "file", *WORKED_OUT))
INDEXED = (*SORTABLE, "choices", "formula", "relation", "user", SEVERAL)


@dataclass(frozen=True)
class Choice:
    """One of the values of a select: what is kept, how it is called in both languages, its colour.

    One that is `off` stays in records and is not offered anew; `into` is the value that it was made.
    """

    value: str
    en: str
    ko: str = ""
    tone: str = ""
    off: bool = False
    into: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the definition keeps it."""
        found: dict[str, Any] = {"value": self.value, "en": self.en, "ko": self.ko, "tone": self.tone}
        return {**found, **({"off": True} if self.off else {}), **({"into": self.into} if self.into else {})}


@dataclass(frozen=True)
class Definition:
    """One custom field of one object.

    `name` is how programs and filters call it, and its key in the document. `places` are the decimal places of a
    number, `relation` the object to which a relation leads, `formula` the text of a formula and `result` its kind. A
    roll-up `adds` up (count, sum, avg, min, max) the field `of` the records of `relation` that lead here by `via`.
    `is_indexed` says that its index stands: only then a list can be sorted by it. `is_searched` lets the search find
    records by it.
    """

    object_name: str
    name: str
    kind: str
    label_en: str
    label_ko: str = ""
    help_en: str = ""
    help_ko: str = ""
    choices: tuple[Choice, ...] = ()
    default: Any = None
    places: int = 0
    relation: str = ""
    formula: str = ""
    result: str = ""
    via: str = ""
    adds: str = ""
    of: str = ""
    is_required: bool = False
    is_unique: bool = False
    is_indexed: bool = False
    is_searched: bool = False
    order: int = 0

    @property
    def held_as(self) -> str:
        """The kind of its values: that of a formula's result, else its own."""
        return self.result if self.kind in WORKED_OUT else self.kind


def free_name(label: str, taken: set[str]) -> str:
    """A name made of a label: small letters, digits and underscores; numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_NAME - 8].strip("_")
    base = f"{PREFIX}{words if words and words[0].isalpha() else f'field_{words}'.strip('_')}"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}_{number}", number + 1
    return found


def is_name(text: str) -> bool:
    """Whether a name may be given to a field."""
    return bool(re.fullmatch(r"c_[a-z][a-z0-9_]*[a-z0-9]|c_[a-z]", text)) and len(text) <= LONGEST_NAME and (
        "__" not in text
    )  # fmt: skip


def to_document(kind: str, value: Any) -> Any:
    """A value as the document keeps it; None for nothing. Numbers are texts there, so that none is ever rounded."""
    if value is None or value == "" or value is False or value == []:
        return None
    if isinstance(value, Decimal):
        return written(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_document(kind: str, kept: Any) -> Any:
    """A kept value as programs have it; what does not fit its kind is nothing (False for a checkbox)."""
    if kind == "bool":
        return kept is True
    if kept is None:
        return None
    try:
        return _READERS.get(kind, str)(kept)
    except (ValueError, TypeError, InvalidOperation):
        return None


def _list(kept: Any) -> list[str] | None:
    return [str(one) for one in kept] if isinstance(kept, list) and kept else None


def _ids(kept: Any) -> list[int] | None:
    return [int(one) for one in kept] if isinstance(kept, list) and kept else None


_READERS: Mapping[str, Any] = {
    **dict.fromkeys(DECIMALS, lambda kept: Decimal(str(kept))),
    "date": lambda kept: date.fromisoformat(kept),
    "datetime": lambda kept: datetime.fromisoformat(kept),
    "user": int,
    "relation": int,
    "file": int,
    "choices": _list,
    SEVERAL: _ids,
}


def written(value: Decimal) -> str:
    """A number in plain digits, without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
