"""Custom fields of each kind, with a value for each: what the contract of every object tries them with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dangol.platform.objects.custom_fields.services import add_field
from tests.cast import Cast


def samples(name: str, cast: Cast) -> dict[str, Any]:
    """A custom field of each kind on an object, and a value for each that can be written."""
    choices = [{"value": "a", "en": "A"}, {"value": "b", "en": "B"}]
    samples: dict[str, Any] = {
        "text": "a text", "long_text": "long", "number": Decimal("2.5"), "money": Decimal(12),
        "percent": Decimal("0.5"),
        "date": date(2026, 3, 1), "choice": "a", "choices": ["a", "b"], "bool": True, "user": cast.owner.pk,
        "url": "https://example.com", "email": "a@example.com", "phone": "+8225551234",
        "datetime": datetime(2026, 3, 1, 5, tzinfo=UTC),
    }  # fmt: skip
    for kind in (*samples, "formula"):
        values = {"kind": kind, "label_en": "twice" if kind == "formula" else kind, "places": 1, "choices": choices}
        add_field(actor=cast.actor("admin"), object_name=name, values={**values, "formula": "c_number * 2"})
    return {f"c_{kind}": value for kind, value in samples.items()}


def plain(value: Any) -> Any:
    """A value without the name of what it leads to."""
    return getattr(value, "id", value)


def in_json(value: Any) -> Any:
    """A value as JSON has it."""
    return str(value) if isinstance(value, date | Decimal) else value
