from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dangol.core.customers.companies.models import Company
from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.customers.people.tests.files import HEADER, ROWS, counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.objects.undoing.services import undo
from dangol.platform.search.models import SearchEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_people_come_in_with_their_company_made_once(system: Actor, tmp_path: Path) -> None:
    result = take(write(tmp_path / "people.csv"), system)
    assert counts(result) == (3, 0, 0, 0)
    people = living()
    assert people["김지우"].phone == "+821012345678"
    assert people["John Webb"].phone == "+442079460000"
    assert people["John Webb"].email == "john@webb.test"
    assert people["이서준"].born_on == date(1988, 12, 31)
    assert people["이서준"].country == "KR"
    assert result["related_new"] == 2
    assert Company.objects.for_system("test").count() == 2
    assert people["김지우"].company_id == people["이서준"].company_id
    assert SearchEntry.objects.filter(object_name="person").count() == 3
    assert SearchEntry.objects.filter(object_name="company").count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", [*ROWS, ("x", "no address", "", "", "", ""), ROWS[0]])
    dry = take(path, system, is_dry=True)
    assert not Person.objects.for_system("test").exists()
    assert not EventRecord.objects.filter(name="person.imported").exists()
    assert counts(dry) == counts(take(path, system)) == (3, 0, 1, 1)
    assert dry["samples"][0]["reason"] == "bad_email"


@pytest.mark.parametrize("is_dry", [True, False])
def test_the_same_file_again_changes_nothing(system: Actor, tmp_path: Path, is_dry: bool) -> None:
    path = write(tmp_path / "people.csv")
    take(path, system)
    events = EventRecord.objects.count()
    assert counts(take(path, system, is_dry=is_dry)) == (0, 0, 3, 0)
    assert EventRecord.objects.count() == events


def test_known_people_are_changed_and_blanks_erase_nothing(system: Actor, tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv"), system)
    rows = [("김지우", "jiwoo@narae.test", "", "", "1991-03-02", ""), ("새사람", "new@narae.test", "", "", "", "")]
    path = write(tmp_path / "b.csv", rows)
    assert counts(take(path, system, is_dry=True)) == (1, 1, 0, 0)
    assert counts(take(path, system)) == (1, 1, 0, 0)
    person = living()["김지우"]
    assert (person.born_on, person.phone) == (date(1991, 3, 2), "+821012345678")


def test_only_blanks_are_filled_when_one_wants_that(system: Actor, tmp_path: Path) -> None:
    create_person(actor=system, values={"name": "지우", "email": "jiwoo@narae.test"})
    take(write(tmp_path / "a.csv", ROWS[:1]), system, fill="fill")
    person = Person.objects.for_system("test").get()
    assert (person.name, person.phone) == ("지우", "+821012345678")


def test_rows_about_the_same_person_make_one(system: Actor, tmp_path: Path) -> None:
    rows = [("김지우", "jiwoo@narae.test", "", "", "", ""), ("김지우", "jiwoo@narae.test", "010-1234-5678", "", "", ""),
            ("지우", "", "010-1234-5678", "", "", "")]  # fmt: skip
    assert counts(take(write(tmp_path / "a.csv", rows), system)) == (1, 2, 0, 0)
    assert Person.objects.for_system("test").get().name == "지우"


def test_what_fits_several_is_put_aside(system: Actor, tmp_path: Path) -> None:
    for name in ("하나", "둘"):
        create_person(actor=system, values={"name": name, "phone": "010-1234-5678"})
    create_person(actor=system, values={"name": "셋", "email": "jiwoo@narae.test"})
    result = take(write(tmp_path / "a.csv", [("x", "", "010-1234-5678", "", "", ""), ROWS[0]]), system)
    assert result["reasons"] == {"ambiguous": 1, "contradiction": 1}
    assert counts(result) == (0, 0, 0, 2)


def test_another_number_of_its_own_is_another_person(system: Actor, tmp_path: Path) -> None:
    create_person(actor=system, values={"name": "하나", "customer_number": "1", "email": "family@narae.test"})
    header = ("name", "customer number", "email")
    rows = [("둘", "2", "family@narae.test"), ("하나", "1", "own@narae.test")]
    assert counts(take(write(tmp_path / "a.csv", rows, header), system)) == (1, 1, 0, 0)
    assert living()["하나"].email == "own@narae.test"


def test_several_fields_together_tell_a_person(system: Actor, tmp_path: Path) -> None:
    create_person(actor=system, values={"name": "김지우", "phone": "010-1234-5678"})
    rows = [("김지우", "a@narae.test", "010-1234-5678", "", "", ""), ("김엄마", "", "010-1234-5678", "", "", "")]
    result = take(write(tmp_path / "a.csv", rows), system, match=["name", "phone"], match_how="all")
    assert counts(result) == (1, 1, 0, 0)


def test_only_new_or_only_known_ones_can_be_asked_for(system: Actor, tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", ROWS[:1]), system)
    path = write(tmp_path / "b.csv", [("지우", *ROWS[0][1:]), ROWS[1]])
    result = take(path, system, is_dry=True, mode="change")
    assert counts(result) == (0, 1, 0, 1)
    assert result["reasons"] == {"unknown_here": 1}
    assert counts(take(path, system, mode="new")) == (1, 0, 1, 0)
    assert "김지우" in living()


def test_an_import_is_undone_with_its_updates_and_companies(system: Actor, tmp_path: Path) -> None:
    create_person(actor=system, values={"name": "지우", "email": "jiwoo@narae.test"})
    result = take(write(tmp_path / "a.csv"), system)
    assert counts(result) == (2, 1, 0, 0)
    run = undo(system, UUID(result["event_id"]))
    assert run.left == {}
    assert set(living()) == {"지우"}
    assert living()["지우"].phone == ""
    assert not Company.objects.for_system("test").filter(deleted_at=None).exists()
    assert counts(take(write(tmp_path / "a.csv"), system)) == (0, 3, 0, 0)
    assert set(living()) == {"김지우", "이서준", "John Webb"}
    assert Person.objects.for_system("test").count() == 3


def test_the_event_names_the_import_and_its_batches_are_part_of_it(system: Actor, tmp_path: Path) -> None:
    result = take(write(tmp_path / "a.csv"), system)
    head = EventRecord.objects.get(pk=result["event_id"])
    assert (head.name, head.source) == ("person.imported", "import")
    parts = EventRecord.objects.filter(part_of=head.pk).order_by("name")
    assert [p.name for p in parts] == ["company.created", "person.created"]
    told = EventChange.objects.filter(event=parts[1]).order_by("pk").first()
    assert told is not None
    assert told.after["email"] == "jiwoo@narae.test"
    assert told.before is None


def test_rows_put_aside_are_kept_with_their_reason(system: Actor, tmp_path: Path) -> None:
    rows = [
        *ROWS,
        ("x", "no", "", "", "", ""),
        ("y", "", "12", "", "", ""),
        ("z", "z@z.test", "", "", "30.30.2020", ""),
    ]
    aside = tmp_path / "aside.csv"
    result = take(write(tmp_path / "a.csv", rows), system, put_aside=aside)
    assert result["reasons"] == {"bad_email": 1, "bad_phone": 1, "bad_date": 1}
    assert list(PutAside.objects.order_by("row_number").values_list("row_number", "column")) == [
        (4, "이메일"), (5, "휴대폰"), (6, "생년월일")]  # fmt: skip
    lines = aside.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("이름,이메일,휴대폰")
    assert lines[1].endswith("This is not an e-mail address.,이메일")
    mended = aside.read_text("utf-8-sig").replace("x,no,", "x,x@x.test,").replace("y,,12", "y,,010-9999-8888")
    (tmp_path / "mended.csv").write_text(mended.replace("30.30.2020", "2020-03-03"))
    assert counts(take(tmp_path / "mended.csv", system)) == (3, 0, 0, 0)


def test_first_and_last_names_become_one_name(system: Actor, tmp_path: Path) -> None:
    rows = [("Jane", "Webb", "jane@webb.test"), ("지우", "김", "jiwoo@narae.test")]
    take(write(tmp_path / "a.csv", rows, ("First Name", "Last Name", "Email")), system)
    assert set(living()) == {"Jane Webb", "김지우"}


def test_safety_numbers_are_nobodys_phone(system: Actor, tmp_path: Path) -> None:
    rows = [
        ("김지우", "a@narae.test", "0502-1234-5678", "", "", ""),
        ("이서준", "b@narae.test", "050-1234-56789", "", "", ""),
    ]
    result = take(write(tmp_path / "a.csv", rows), system)
    assert counts(result)[0] == 2
    assert not Person.objects.for_system("test").exclude(phone="").exists()
    assert any("050" in warning for warning in result["warnings"])


def test_who_has_no_address_is_known_by_the_phone(system: Actor, tmp_path: Path) -> None:
    rows = [("김지우", "", "010-1234-5678", "", "", ""), ("김지우", "", "+82 10 1234 5678", "", "1990-01-01", ""),
            ("이서준", "", "010-2222-3333", "", "", "")]  # fmt: skip
    path = write(tmp_path / "a.csv", rows)
    assert counts(take(path, system)) == (2, 1, 0, 0)
    assert counts(take(path, system)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    "relay", ["0502-1111-2222", "050-1111-2222", "05021112222", "+82 502 1111 2222", "0504 123 4567"]
)
def test_a_safety_number_identifies_nobody(system: Actor, tmp_path: Path, relay: str) -> None:
    rows = [("김지우", "", relay, "", "", ""), ("이서준", "", relay, "", "", "")]
    result = take(write(tmp_path / "a.csv", rows), system)
    assert counts(result) == (2, 0, 0, 0)  # the same number lends itself to two people: nobody is found by it
    assert {p.phone for p in living().values()} == {""}
    assert any("2" in warning and "050" in warning for warning in result["warnings"])


def test_a_field_that_one_may_not_write_is_refused_with_its_name(cast: Cast, tmp_path: Path) -> None:
    from dataclasses import replace

    actor = replace(cast.actor("owner"), fields={"person": {"phone": "read", "email": "hidden"}})
    with pytest.raises(Forbidden, match="E-mail, Phone"):
        take(write(tmp_path / "a.csv"), actor)
    assert not living()


def test_rows_of_people_that_one_may_not_change_are_put_aside(cast: Cast, tmp_path: Path) -> None:
    create_person(actor=cast.actor("stranger"), values={"name": "남의 고객", "email": "jiwoo@narae.test"})
    result = take(write(tmp_path / "a.csv"), cast.actor("owner"))
    assert counts(result) == (2, 0, 0, 1)
    assert result["reasons"] == {"not_yours": 1}
    people = living()
    assert people["남의 고객"].phone == ""
    assert people["이서준"].owner_id == cast.owner.pk


def test_a_company_is_found_by_name_and_two_of_one_name_are_not_guessed(system: Actor, tmp_path: Path) -> None:
    known = create_company(actor=system, values={"name": "나래상사"})
    for _ in range(2):
        create_company(actor=system, values={"name": "Webb & Co"})
    result = take(write(tmp_path / "a.csv"), system)
    assert result["reasons"] == {"two_related": 1}
    assert living()["김지우"].company_id == known.pk


def test_companies_are_not_added_when_one_does_not_want_that(system: Actor, tmp_path: Path) -> None:
    result = take(write(tmp_path / "a.csv"), system, related=False)
    assert result["reasons"] == {"no_related": 3}
    assert not Company.objects.for_system("test").exists()


def test_a_number_that_is_taken_leaves_only_its_row_out(system: Actor, tmp_path: Path) -> None:
    person = create_person(actor=system, values={"name": "하나", "customer_number": "1"})
    Person.objects.for_system("test").filter(pk=person.pk).update(deleted_at="2026-01-01T00:00:00Z")
    rows = [("둘", "1", "a@narae.test"), ("셋", "3", "b@narae.test")]
    result = take(write(tmp_path / "a.csv", rows, ("name", "customer number", "email")), system)
    assert counts(result) == (1, 0, 0, 1)
    assert set(living()) == {"셋"}


def test_a_run_that_broke_off_goes_on_where_it_stopped(
    system: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dangol.platform.exchange.records.rows.BATCH", 2)
    rows = [(f"사람{i}", f"p{i}@narae.test", "", "", "", "") for i in range(7)]
    path = write(tmp_path / "a.csv", rows)

    def break_off(done: int, total: int, step: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    from dangol.platform.exchange.by_command import take_in

    with pytest.raises(KeyboardInterrupt):
        take_in("people", path, actor=system, columns={}, options={}, is_dry=False, listener=break_off)
    run = ImportRun.objects.get()
    assert (run.done_rows, run.is_begun, len(living())) == (4, True, 4)
    result = take_in("people", path, actor=system, columns={}, options={}, is_dry=False, listener=lambda *a: None)
    assert counts(result) == (7, 0, 0, 0)
    assert ImportRun.objects.count() == 1
    assert len(living()) == 7
    assert undo(system, UUID(result["event_id"])).changed == 7


def test_what_somebody_changed_since_stays_when_an_import_is_undone(system: Actor, tmp_path: Path) -> None:
    result = take(write(tmp_path / "a.csv"), system)
    change_person(actor=system, record_id=living()["김지우"].pk, values={"city": "서울"})
    assert undo(system, UUID(result["event_id"])).left["changed"] == 1
    assert set(living()) == {"김지우"}


def test_people_known_by_nothing_are_all_new_and_that_is_said(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("김지우", "서울"), ("김지우", "부산")], ("이름", "도시"))
    result: dict[str, Any] = take(path, system)
    assert counts(result) == (2, 0, 0, 0)
    assert any("every row becomes a new record" in warning for warning in result["warnings"])
    assert HEADER
