"""A file names records as programs do: by what another system calls them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.core.customers.people.tests.files import counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.api.models import ExternalId
from dangol.platform.exchange.errors import BadMapping, BadOption
from dangol.platform.objects.undoing.services import undo
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEADER = ("External ID", "Name", "Email")


def named(system: str = "shop") -> dict[str, int]:
    return dict(ExternalId.objects.filter(system=system).values_list("external_id", "record_id"))


def test_records_are_found_by_the_id_of_another_system(system: Actor, tmp_path: Path) -> None:
    known = create_person(actor=system, values={"name": "Mina", "email": "mina@x.test"})
    ExternalId.objects.create(object_name="person", record_id=known.pk, system="shop", external_id="A/1")
    rows = [("A/1", "Mina Kim", "other@x.test"), ("A/2", "Jiwoo", "jiwoo@x.test"), ("", "Hana", "hana@x.test")]
    path = write(tmp_path / "a.csv", rows, HEADER)
    for is_dry in (True, False):
        assert counts(take(path, system, is_dry=is_dry, system="shop")) == (2, 1, 0, 0)
    people = living()
    assert people["Mina Kim"].pk == known.pk
    assert named() == {"A/1": known.pk, "A/2": people["Jiwoo"].pk}
    assert counts(take(path, system, system="shop")) == (0, 0, 3, 0)


def test_who_is_found_otherwise_is_called_so_from_then_on(system: Actor, tmp_path: Path) -> None:
    known = create_person(actor=system, values={"name": "Mina", "email": "mina@x.test"})
    path = write(tmp_path / "a.csv", [("7", "Mina", "mina@x.test")], HEADER)
    assert counts(take(path, system, system="shop")) == (0, 0, 1, 0)
    assert named() == {"7": known.pk}


def test_another_id_of_the_same_system_is_another_record(system: Actor, tmp_path: Path) -> None:
    rows = [("1", "Mina", "family@x.test"), ("2", "Jiwoo", "family@x.test")]
    path = write(tmp_path / "a.csv", rows, HEADER)
    assert counts(take(path, system, system="shop")) == (2, 0, 0, 0)
    assert counts(take(path, system, system="shop")) == (0, 0, 2, 0)
    assert counts(take(path, system, system="erp")) == (0, 0, 0, 2)  # two fit the address: nobody is guessed


def test_what_lies_in_the_trash_stays_there_unless_an_undo_put_it_there(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("1", "Mina", "mina@x.test"), ("2", "Jiwoo", "jiwoo@x.test")], HEADER)
    result = take(path, system, system="shop")
    undo(system, UUID(result["event_id"]))
    assert not living()
    assert counts(take(path, system, system="shop")) == (0, 0, 2, 0)
    assert Person.objects.for_system("test").count() == 2
    trash_person(actor=system, record_id=living()["Mina"].pk)
    assert take(path, system, system="shop")["reasons"] == {"in_trash": 1}
    Person.objects.for_system("test").filter(name="Mina").delete()
    assert counts(take(path, system, system="shop")) == (1, 0, 1, 0)
    assert named()["1"] == living()["Mina"].pk


def test_an_id_of_somebody_elses_record_is_not_taken_over(cast: Cast, system: Actor, tmp_path: Path) -> None:
    theirs = create_person(actor=cast.actor("stranger"), values={"name": "theirs", "email": "t@x.test"})
    ExternalId.objects.create(object_name="person", record_id=theirs.pk, system="shop", external_id="1")
    path = write(tmp_path / "a.csv", [("1", "mine", "m@x.test")], HEADER)
    assert take(path, cast.actor("owner"), system="shop")["reasons"] == {"not_yours": 1}
    assert named() == {"1": theirs.pk}


def test_the_system_has_to_be_named(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("x" * 201, "Mina", "mina@x.test")], HEADER)
    for name in ("", "My Shop!"):
        with pytest.raises(BadOption):
            take(path, system, system=name)
    assert take(path, system, system="shop")["reasons"] == {"bad_external_id": 1}
    with pytest.raises(BadMapping):
        take(write(tmp_path / "b.csv", [("1", "2")], ("External ID", "foo")), system, system="shop")
