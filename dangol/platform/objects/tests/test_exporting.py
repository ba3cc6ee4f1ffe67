"""Lists as files: which rows and columns, how values are written, formulas made harmless, who took what."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.services import create_api_key
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs.models import Progress
from dangol.platform.objects import export_places, exporting
from dangol.platform.objects.exporting import no_formula
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    """Three people of the owner, one of the stranger; one name is a formula."""
    rows = [("=1+1", "+821012345678", "부산", cast.owner), ("Kim", "", "Seoul", cast.owner),
            ("O'Hara", "", "", cast.owner), ("Lee", "", "Busan", cast.stranger)]  # fmt: skip
    return [Person.plain.create(name=n, phone=p, city=c, owner=o, country="KR") for n, p, c, o in rows]


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def taken(cast: Cast, who: str = "admin", **asked: str) -> list[list[str]]:
    answer = browser(cast, who).post("/people/export", {"columns": "name,phone,city,owner", **asked})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(text)))


def test_a_list_is_taken_in_its_order_with_its_columns(cast: Cast, people: list[Person]) -> None:
    rows = taken(cast, sort="-name")
    assert rows[0] == ["Name", "Phone", "City", "Owner"]
    assert [r[0] for r in rows[1:]] == ["O'Hara", "Lee", "Kim", "'=1+1"]
    assert taken(cast, filter='{"field": "city", "op": "is", "value": "Seoul"}')[1:] == [["Kim", "", "Seoul", "Owner"]]


def test_formulas_are_made_harmless_and_can_be_read_back(cast: Cast, people: list[Person]) -> None:
    row = next(r for r in taken(cast, values="codes") if r[1].endswith("=1+1"))
    assert row[1:4] == ["'=1+1", "'+821012345678", "부산"]
    assert row[0] == str(people[0].pk)


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_taking_one_apostrophe_off_gives_the_text_back(text: str) -> None:
    written = no_formula(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert (written[1:] if written.startswith("'") else written) == text


def test_only_rows_that_one_sees_and_may_export_are_taken(cast: Cast, people: list[Person]) -> None:
    Role.objects.filter(name="scope-team").update(grants={"person": {"see": "all", "export": "own"}})
    assert [r[0] for r in taken(cast, "stranger")[1:]] == ["Lee"]
    Role.objects.filter(name="scope-team").update(grants={"person": {"see": "own", "export": "all"}})
    assert [r[0] for r in taken(cast, "stranger")[1:]] == ["Lee"]
    Role.objects.filter(name="scope-team").update(grants={"person": {"see": "all"}})
    client = browser(cast, "stranger")
    assert client.get("/people/export").status_code == client.post("/people/export").status_code == 403
    assert "/people/export" not in client.get("/people").content.decode()
    assert Client().post("/people/export").status_code == 302


def test_a_hidden_field_is_neither_a_column_nor_asked_for(cast: Cast, people: list[Person]) -> None:
    cast.admin.roles.update(fields={"person": {"phone": "hidden"}})
    assert taken(cast)[0] == ["Name", "City", "Owner"]
    assert "Phone" not in taken(cast, which="all")[0]
    client = browser(cast, "admin")
    asked = {"filter": '{"field": "phone", "op": "is", "value": "+821012345678"}'}
    assert client.post("/people/export", asked).status_code == 400
    assert client.post("/people/export", {"sort": "phone"}).status_code == 400


def test_who_took_what_is_written_down_before_the_first_piece(cast: Cast, people: list[Person]) -> None:
    tree = {"field": "country", "op": "is", "value": "KR"}
    answer = browser(cast, "owner").post("/people/export", {"filter": json.dumps(tree), "columns": "name,city"})
    told = EventRecord.objects.get(name="person.exported")
    assert told.actor_name == "Owner"
    assert told.payload == {"count": 3, "filter": tree, "search": "", "sort": "name", "columns": ["name", "city"],
                            "form": "csv/comma/sheet", "address": "127.0.0.1"}  # fmt: skip
    assert answer["X-Total-Count"] == "3"
    assert answer["Content-Disposition"].startswith('attachment; filename="people-')


def test_json_lines_hold_values_as_they_are(cast: Cast, people: list[Person]) -> None:
    answer = browser(cast, "admin").post("/people/export", {"format": "jsonl", "columns": "phone,owner,created_at"})
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[arg-type]
    first = next(line for line in lines if line["name"] == "=1+1")
    assert first["phone"] == "+821012345678"
    assert first["owner"] == {"id": cast.owner.pk, "title": "Owner"}
    assert first["created_at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("asked", "begins"),
    [({"bom": "1"}, b"\xef\xbb\xbfName,City"), ({"separator": "tab"}, b"Name\tCity"),
     ({"separator": "semicolon"}, b"Name;City"), ({"separator": "nonsense"}, b"Name,City")],
)  # fmt: skip
def test_mark_and_separators(cast: Cast, asked: dict[str, str], begins: bytes) -> None:
    answer = browser(cast, "admin").post("/people/export", {"columns": "name,city", **asked})
    assert b"".join(answer.streaming_content).startswith(begins)  # type: ignore[arg-type]


def test_more_rows_cost_no_more_queries(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 5)
    taken(cast)  # the very first page of a new house also writes down that house
    costs = []
    for more in (5, 20):
        Person.plain.bulk_create(Person(name=f"P{n}", owner=cast.owner) for n in range(more))
        with CaptureQueriesContext(connection) as caught:
            assert len(taken(cast)) == Person.plain.count() + 1
        costs.append(len(caught))
    assert costs[0] == costs[1]


async def _whole(client: AsyncClient, asked: dict[str, Any]) -> bytes:
    answer: Any = await client.post("/people/export", asked)
    return b"".join([piece async for piece in answer.streaming_content])


@pytest.mark.django_db(transaction=True)
def test_the_web_server_streams_too(cast: Cast) -> None:
    from asgiref.sync import async_to_sync

    Person.plain.create(name="Kim", owner=cast.owner)
    client = AsyncClient()
    client.force_login(cast.admin)
    assert async_to_sync(_whole)(client, {"columns": "name"}) == b"Name\r\nKim\r\n"


def test_the_page_asks_for_the_form_of_the_file(cast: Cast, people: list[Person]) -> None:
    shown = browser(cast, "admin").get("/people/export", {"q": "", "sort": "-name"}).content.decode()
    assert "4 rows of this list" in shown
    assert 'name="sort" value="-name"' in shown


# ---- How many at once ----------------------------------------------------------------------------------------------


def begun(cast: Cast, who: str = "admin") -> Any:
    """A file that is asked for and not read yet."""
    return browser(cast, who).post("/people/export", {"columns": "name"})


def test_one_person_takes_out_two_files_at_once_and_no_more(cast: Cast, people: list[Person]) -> None:
    first, _second, third = begun(cast), begun(cast), begun(cast)
    assert third.status_code == 429
    assert third["Retry-After"] == "30"
    assert "taking out 2 files already" in third.content.decode()
    assert EventRecord.objects.filter(name="person.exported").count() == 2
    key = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="t")[1]
    told = Client().get("/api/v1/people/export", headers={"X-API-Key": key})
    assert (told.status_code, told["Retry-After"]) == (429, "30")
    assert "2 files" in told.json()["detail"]
    assert begun(cast, "owner").status_code == 200
    b"".join(first.streaming_content)
    assert begun(cast).status_code == 200


def test_all_together_take_out_so_many_files_and_no_more(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(export_places, "IN_ALL", 3)
    assert [begun(cast, who).status_code for who in ("admin", "admin", "owner", "mate")] == [200, 200, 200, 429]


def test_a_file_that_nobody_reads_any_more_holds_no_place(cast: Cast, people: list[Person]) -> None:
    begun(cast), begun(cast)
    Progress.objects.filter(kind="export").update(beat_at=timezone.now() - export_places.SILENT * 2)
    assert begun(cast).status_code == 200
    assert set(Progress.objects.filter(kind="export").values_list("state", flat=True)) == {"failed", "running"}


def test_a_reader_who_goes_gives_the_place_back(cast: Cast) -> None:
    pieces = export_places.handed_out(export_places.take_place(cast.actor("admin"), "person"), iter([b"a", b"b"]))
    assert next(pieces) == b"a"
    pieces.close()  # type: ignore[attr-defined]
    assert Progress.objects.get(kind="export").state == "done"
