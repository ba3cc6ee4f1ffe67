"""Whatever a file holds: an import adds up, taken in again it changes nothing, and its undo restores what was."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.core.customers.people.tests.files import take, write
from dangol.platform.access.actor import Actor
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.undoing.services import undo
from dangol.platform.search.models import SearchEntry

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
HEADER = ("customer number", "name", "email", "phone", "company", "city", "Grade", "Likes", "Points", "Rival")
GRADES = [{"en": "Gold", "ko": "금"}, {"en": "Silver", "ko": "은"}]
ROW = st.tuples(
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["", "김지우", "이서준", "Jane"]),
    st.sampled_from(["", "a@x.test", "b@x.test", "broken"]),
    st.sampled_from(["", "010-1111-2222", "010-3333-4444", "12"]),
    st.sampled_from(["", "나래", "별"]),
    st.sampled_from(["", "서울", "부산"]),
    st.sampled_from(["", "gold", "은", "bronze"]),
    st.sampled_from(["", "Gold", "Gold; Silver"]),
    st.sampled_from(["", "7", "1,234.5"]),
    st.sampled_from(["", "나래", "새 회사"]),
)
KNOWN = [
    {"customer_number": "1", "name": "하나", "email": "a@x.test", "c_grade": "silver", "c_likes": ["gold"]},
    {"name": "둘", "phone": "010-1111-2222", "city": "대전"},
    {"name": "셋", "email": "b@x.test", "customer_number": "3", "c_points": 3},
]


def standing() -> tuple[Any, ...]:
    """Everything that stands outside the trash, and what the search knows of it."""
    fields = ("id", "customer_number", "name", "email", "phone", "company_id", "city", "custom")
    people = Person.objects.for_system("test").filter(deleted_at=None).order_by("pk").values_list(*fields)
    firms = Company.objects.for_system("test").filter(deleted_at=None).order_by("pk").values_list("id", "name")
    found = SearchEntry.objects.order_by("object_name", "record_id").values_list("object_name", "record_id", "text")
    return list(people), list(firms), list(found)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(ROW, min_size=1, max_size=8), known=st.integers(0, 3), fills=st.booleans())
def test_an_import_adds_up_and_its_undo_restores_what_was(rows: list[Any], known: int, fills: bool) -> None:
    system = Actor.system("test")
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        for kind, label in (("choice", "Grade"), ("choices", "Likes"), ("number", "Points"), ("relation", "Rival")):
            more = {"choices": GRADES, "places": 1, "relation": "company"}
            add_field(actor=system, object_name="person", values={"kind": kind, "label_en": label, **more})
        for values in KNOWN[:known]:
            create_person(actor=system, values=values)
        before = standing()
        path = write(Path(folder) / "a.csv", rows, HEADER)
        options = {"fill": "fill"} if fills else {}
        dry = take(path, system, is_dry=True, **options)
        assert standing() == before
        result = take(path, system, **options)
        assert result["rows_read"] == result["rows_imported"] + result["rows_put_aside"]
        assert result["rows_imported"] == sum(result[f"rows_{n}"] for n in ("new", "changed", "unchanged"))
        assert (dry["rows_new"], dry["rows_put_aside"]) == (result["rows_new"], result["rows_put_aside"])
        if result["event_id"]:
            assert undo(system, UUID(result["event_id"])).left == {}
        assert standing() == before
        transaction.set_rollback(True)
    current.begin_without()
