"""The feed reads only what no running transaction can still change, so these tests commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from dangol.core.customers.people.events import PersonChanged
from dangol.platform.api.feed import rendered
from dangol.platform.api.tests.program import Program
from dangol.platform.events.event import RowChange
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import emit_bulk
from dangol.platform.objects.sharing import share_record
from tests.cast import Cast


def settled() -> None:
    """Wait until every transaction that began before now is over, in other databases of the server, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        mine = cursor.fetchone()[0]
        for _ in range(12_000):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > mine:
                return
            time.sleep(0.02)
    raise AssertionError("another transaction does not end")


def read(call: Program, after: str = "", **more: Any) -> Iterator[dict[str, Any]]:
    """Everything from a place on."""
    while True:
        asked = "&".join(f"{name}={value}" for name, value in {"after": after, **more}.items())
        answer = call("GET", f"/changes?{asked}")
        assert answer.status_code == 200, answer.content
        yield from answer.json()["rows"]
        after = answer.json()["next"]
        if not answer.json()["has_more"]:
            return


def short(rows: Iterator[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(row["kind"], row["record_id"]) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_each_reader_hears_what_concerns_them_and_no_more(cast: Cast) -> None:
    owner, mate, stranger = Program(cast, "owner"), Program(cast, "mate"), Program(cast, "stranger")
    kim = owner.person(name="Kim", city="Busan")["id"]
    owner("PATCH", f"/people/{kim}", {"city": "Seoul"})
    owner("DELETE", f"/people/{kim}")
    owner("POST", f"/people/{kim}/restore")
    settled()
    told = [("created", kim), ("changed", kim), ("trashed", kim), ("restored", kim)]
    assert short(read(owner)) == short(read(mate, limit=1)) == told
    assert short(read(stranger)) == []
    changed = list(read(owner))[1]
    assert changed["changes"] == {"city": ["Busan", "Seoul"]}
    assert (changed["event"], changed["by"]["name"], changed["source"]) == ("person.changed", "Owner", "api")
    after = list(read(owner))[1]["cursor"]
    assert short(read(owner, after)) == told[2:]
    assert short(read(owner, "latest")) == []

    place = owner("GET", "/changes?after=latest").json()["next"]
    admin = Program(cast)
    admin("PATCH", f"/people/{kim}", {"owner": cast.stranger.pk})
    admin("PATCH", f"/people/{kim}", {"city": "Ulsan"})
    settled()
    assert short(read(owner, place)) == [("gone", kim)]
    assert next(iter(read(owner, place)))["changes"] == {}
    assert short(read(stranger, place, records="true")) == [("changed", kim), ("changed", kim)]
    assert next(iter(read(stranger, place, records="true")))["record"]["city"] == "Ulsan"
    share_record(actor=cast.actor("admin"), object_name="person", record_id=kim, user=cast.owner)
    settled()
    assert [row["event"] for row in read(owner, place)] == ["person.changed", "person.changed", "person.shared"]


@pytest.mark.django_db(transaction=True)
def test_hidden_fields_and_hidden_links_are_not_told(cast: Cast) -> None:
    admin, mate = Program(cast), Program(cast, "mate")
    theirs = admin("POST", "/companies", {"name": "Hidden", "owner": cast.stranger.pk}).json()["id"]
    kim = admin.person(name="Kim", owner=cast.mate.pk)["id"]
    settled()
    place = mate("GET", "/changes?after=latest").json()["next"]
    role = cast.users["mate"].roles.get()
    role.fields = {"person": {"email": "hidden"}}
    role.save()
    admin("PATCH", f"/people/{kim}", {"email": "kim@shop.test"})
    admin("PATCH", f"/people/{kim}", {"email": "kim@home.test", "city": "Busan", "company": theirs})
    settled()
    [told] = read(mate, place)
    assert told["changes"] == {"city": ["", "Busan"]}
    hidden = EventRecord.objects.filter(name="person.changed", subject_id=kim).order_by("occurred_at").first()
    assert hidden is not None
    assert rendered(hidden, cast.actor("mate")) is None
    assert rendered(hidden, cast.actor("admin"))["changes"] == {"email": ["", "kim@shop.test"]}  # type: ignore[index]


@pytest.mark.django_db(transaction=True)
def test_bulk_writes_are_told_row_by_row_with_a_place_inside(cast: Cast) -> None:
    admin, owner = Program(cast), Program(cast, "owner")
    mine = [owner.person(name=f"Kim {n}")["id"] for n in range(5)]
    theirs = admin.person(name="Lee")["id"]
    settled()
    place = owner("GET", "/changes?after=latest").json()["next"]
    rows = [RowChange("person", pk, {"city": ""}, {"city": "Busan"}, pk) for pk in [*mine, theirs]]
    rows += [RowChange("membership", 1, None, {"segment": 1}), RowChange("person", 999_999, {"name": "X"}, None)]
    emit_bulk(PersonChanged(), actor=cast.actor("admin"), rows=rows)
    settled()
    everything = [("changed", pk) for pk in mine]
    for limit in (1, 2, 3, 100):
        assert short(read(owner, place, limit=limit)) == everything
    assert short(read(admin, place, limit=3)) == [*everything, ("changed", theirs), ("gone", 999_999)]
    inside = list(read(owner, place))[2]["cursor"]
    assert short(read(owner, inside)) == everything[3:]
    assert short(read(owner, place, objects="company")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "W10", "WzEsMl0", "é", "WyIxIiwiYSIsMV0", "bnVsbA"])
def test_a_place_that_cannot_be_read_is_refused(cast: Cast, after: str) -> None:
    assert Program(cast)("GET", f"/changes?after={after}").status_code == 400


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_reader_beside_many_writers_misses_nothing_and_hears_nothing_twice(cast: Cast) -> None:
    admin = cast.actor("admin")
    from dangol.core.customers.people.services import create_person

    written, stop = list[int](), threading.Event()

    def write(n: int) -> None:
        for m in range(25):
            with transaction.atomic():
                made = [create_person(actor=admin, values={"name": f"Kim {n} {m} {k}"}).pk for k in range(n % 3 + 1)]
                time.sleep((n * 7 + m * 3) % 11 / 500)  # ids are given; others overtake before this commits
            written.extend(made)
        connection.close()

    heard, call = list[int](), Program(cast)

    def follow() -> None:
        after = ""
        while True:
            is_last = stop.is_set()
            found = call("GET", f"/changes?objects=person&limit=7&after={after}").json()
            heard.extend(row["record_id"] for row in found["rows"])
            after = found["next"]
            if is_last and not found["has_more"]:
                break
        connection.close()

    writers = [threading.Thread(target=write, args=[n]) for n in range(5)]
    reader = threading.Thread(target=follow)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    settled()
    stop.set()
    reader.join()
    assert sorted(heard) == sorted(written)
    assert len(heard) == len(set(heard)) == 5 * 25 + 25 * (0 + 1 + 2 + 0 + 1)
