"""Reading one value of a condition as its field's kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.objects.types import Field

TEXT_KINDS = {"text", "long_text", "email", "phone", "url"}
ORDERED_KINDS = {"number", "money", "percent"}
DATE_KINDS = {"date", "datetime"}


class FilterError(ValueError):
    """A filter that cannot be understood; says where and what would be right."""

    def __init__(self, where: str, sentence: str) -> None:
        self.where, self.sentence = where, sentence
        super().__init__(f"{where}: {sentence}" if where else sentence)


def read_value(field: Field, value: Any, where: str) -> Any:
    """Read one value as the field's kind. Raises FilterError with what would be right."""
    try:
        return _READERS.get(field.kind, _text)(field, value)
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise FilterError(where, str(error) if str(error).endswith(".") else _hint(field)) from error


def _hint(field: Field) -> str:
    if field.kind in DATE_KINDS:
        return _("“%(label)s” needs a date such as 2026-03-31.") % {"label": field.label}
    if field.kind in ORDERED_KINDS | {"relation", "relations", "user"}:
        return _("“%(label)s” needs a number.") % {"label": field.label}
    return _("“%(label)s” cannot take this value.") % {"label": field.label}


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or len(value) > 1000:
        raise ValueError
    value.encode()  # half a character (a lone surrogate) is a ValueError too
    return value


def read_number(value: Any) -> Decimal:
    """A number as JSON or a form gives it. Raises ValueError, TypeError or InvalidOperation."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError
    found = Decimal(str(value))
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15 or len(found.as_tuple().digits) > 40:
        raise ValueError
    return found


def _day(field: Field, value: Any) -> date:
    found = date.fromisoformat(str(value)[:10])
    if not 1 < found.year < 9999:
        raise ValueError
    return found


def _choice(field: Field, value: Any) -> Any:
    pairs = field.choice_pairs()
    allowed = [v for v, _label in pairs]
    if pairs and value not in allowed:
        raise ValueError(_("Possible: %(values)s.") % {"values": ", ".join(str(a) for a in allowed)})
    return _text(field, value)


def _id(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not 0 <= int(value) < 2**63:
        raise ValueError
    return int(value)


def _bool(field: Field, value: Any) -> bool:
    if value not in (True, False):
        raise ValueError(_("Possible: true, false."))
    return bool(value)


_READERS: dict[str, Any] = {
    **dict.fromkeys(ORDERED_KINDS, lambda field, value: read_number(value)),
    **dict.fromkeys(DATE_KINDS, _day),
    "choice": _choice,
    "choices": _choice,
    "tier": _choice,
    "bool": _bool,
    "relation": _id,
    "relations": _id,
    "user": _id,
}
