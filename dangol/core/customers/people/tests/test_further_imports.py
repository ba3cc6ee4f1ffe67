from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.contact_points.models import ContactPoint
from dangol.core.customers.people.tests.files import counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.undoing.services import undo

pytestmark = pytest.mark.django_db
HEADER = ("이름", "이메일", "전화번호", "휴대폰", "보조이메일", "회사전화", "카카오톡", "성별", "연령대", "지역")
ROWS = (
    (
        "김지우",
        "jiwoo@narae.test",
        "02-555-1234",
        "010-1234-5678",
        "two@narae.test",
        "",
        "jiwoo.k",
        "Female",
        "",
        "서울시",
    ),
    ("이서준", "seojun@narae.test", "010-2345-6789", "", "broken", "031-222-3333", "", "male", "30", "경기"),
)


def points() -> set[tuple[str, str, str]]:
    rows = ContactPoint.objects.for_system("test").filter(deleted_at=None)
    return {(p.kind, p.value, p.label) for p in rows}


def test_further_columns_become_further_addresses(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ROWS, HEADER)
    assert counts(take(path, system, is_dry=True))[0] == 2
    assert points() == set()
    assert counts(take(path, system)) == (2, 0, 0, 0)
    people = living()
    assert points() == {
        ("phone", "+8225551234", ""), ("email", "two@narae.test", ""), ("messenger", "jiwoo.k", ""),
        ("phone", "+82312223333", "work"),
    }  # fmt: skip
    assert (people["김지우"].phone, people["이서준"].phone) == ("+821012345678", "+821023456789")
    assert (people["김지우"].gender, people["김지우"].region) == ("female", "KR-11")
    assert (people["이서준"].gender, people["이서준"].age_band) == ("male", "30")
    for text in ("two@narae.test", "010-1234-5678"):
        rows = listing.page(object_type("person"), system, ListQuery(search=text)).rows
        assert [r.id for r in rows] == [people["김지우"].pk]
    take(path, system)
    assert len(points()) == 4


def test_a_files_only_phone_is_the_phone(system: Actor, tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", [("김지우", "010-1234-5678")], ("이름", "휴대폰")), system)
    assert living()["김지우"].phone == "+821012345678"
    assert points() == set()


def test_the_undo_of_an_import_takes_them_back(system: Actor, tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", ROWS, HEADER), system)
    undo(system, EventRecord.objects.get(name="person.imported").pk)
    assert living() == {}
    assert points() == set()


def test_many_cost_no_more_questions_than_few(system: Actor, tmp_path: Path) -> None:
    rows = [(f"김{n}", f"a{n}@narae.test", "", f"010-1234-{n:04}", f"b{n}@narae.test", *[""] * 5) for n in range(300)]
    asked = []
    for name, some in (("few", rows[:2]), ("many", rows[2:])):
        with CaptureQueriesContext(connection) as queries:
            take(write(tmp_path / f"{name}.csv", some, HEADER), system)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 5
