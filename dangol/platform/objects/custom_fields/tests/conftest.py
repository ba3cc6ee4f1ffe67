"""People with a custom field of each kind."""

from __future__ import annotations

from typing import Any

import pytest

from dangol.platform.access.actor import Actor
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field

TIERS = [{"en": "Gold", "ko": "금", "tone": "warn"}, {"en": "Silver", "ko": "은"}]
FIELDS: dict[str, dict[str, Any]] = {
    "c_skin": {"kind": "text"},
    "c_points": {"kind": "number", "places": 1},
    "c_budget": {"kind": "money"},
    "c_since": {"kind": "date"},
    "c_grade": {"kind": "choice", "choices": TIERS},
    "c_tastes": {"kind": "choices", "choices": [{"en": "Dark"}, {"en": "Light"}, {"en": "Decaf"}]},
    "c_vip": {"kind": "bool"},
    "c_friend": {"kind": "relation", "relation": "person"},
    "c_barista": {"kind": "user"},
    "c_share": {"kind": "percent"},
    "c_page": {"kind": "url"},
    "c_mail": {"kind": "email"},
    "c_fax": {"kind": "phone"},
    "c_met": {"kind": "datetime"},
    "c_story": {"kind": "long_text"},
}


@pytest.fixture
def actor(db: None, system: Actor) -> Actor:
    return system


@pytest.fixture
def fields(actor: Actor) -> dict[str, CustomField]:
    return {
        name: add_field(actor=actor, object_name="person", values={"label_en": name[2:].title(), **values})
        for name, values in FIELDS.items()
    }
