"""Values that a field does not know, and what somebody says they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from dangol.core.customers.people.tests.files import counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.records.meanings import LEFT_BLANK
from dangol.platform.objects.custom_fields.services import add_field

pytestmark = pytest.mark.django_db
HEADER = ("Name", "Email", "Grade", "Likes", "VIP", "Owner")
GRADES = [{"en": "Gold", "ko": "금"}, {"en": "Silver", "ko": "은"}]
ROWS = [
    ("Mina", "mina@x.test", "Level 1", "Gold; Level 2", "Ja!", ""),
    ("Jiwoo", "jiwoo@x.test", "level 1", "", "", "Old Rep"),
    ("Hana", "hana@x.test", "none", "", "", ""),
]


@pytest.fixture
def grades(system: Actor) -> None:
    for kind, label in (("choice", "Grade"), ("choices", "Likes"), ("bool", "VIP")):
        add_field(
            actor=system, object_name="person", values={"kind": kind, "label_en": label, "choices": GRADES}
        )  # fmt: skip


def test_a_dry_run_tells_the_values_that_no_field_knows(system: Actor, grades: None, tmp_path: Path) -> None:
    dry = take(write(tmp_path / "a.csv", ROWS, HEADER), system, is_dry=True)
    assert counts(dry) == (0, 0, 0, 3)
    assert dry["unknown_values"] == {"c_grade": {"Level 1": 1, "level 1": 1, "none": 1}}
    said = {"c_grade": {"Level 1": "gold", "none": LEFT_BLANK}}
    dry = take(tmp_path / "a.csv", system, is_dry=True, meanings=said)
    assert dry["unknown_values"] == {"c_likes": {"Level 2": 1}, "owner": {"Old Rep": 1}}


def test_what_was_said_is_read_in_every_row(system: Actor, grades: None, tmp_path: Path) -> None:
    from dangol.platform.accounts.models import User

    user = User.objects.create(email="new@rep.test", name="New Rep")
    said = {
        "c_grade": {"Level 1": "gold", "none": LEFT_BLANK},
        "c_likes": {"Level 2": "silver"},
        "c_vip": {"ja!": "yes"},
        "owner": {"Old Rep": "new@rep.test"},
    }
    path = write(tmp_path / "a.csv", ROWS, HEADER)
    assert counts(take(path, system, is_dry=True, meanings=said)) == (3, 0, 0, 0)
    assert counts(take(path, system, meanings=said)) == (3, 0, 0, 0)
    people = living()
    assert (people["Mina"].c_grade, people["Mina"].c_likes, people["Mina"].c_vip) == ("gold", ["gold", "silver"], True)
    assert (people["Jiwoo"].c_grade, people["Jiwoo"].owner_id) == ("gold", user.pk)
    assert people["Hana"].c_grade in ("", None)
