"""A person is erased: what was planted about her is found nowhere any more, in the database, the lake and the files."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

from dangol.core.consent.gate.queries import may_send
from dangol.core.consent.gate.tests.people import advertising, person, said, stopped
from dangol.core.consent.ledger.models import ConsentRecord, Purpose
from dangol.core.consent.ledger.services import record_consent
from dangol.core.consent.rights.models import Erasure, RightsRequest
from dangol.core.consent.rights.queries import preview, subject_of, walk
from dangol.core.consent.rights.services import (
    answer_request,
    confirm_request,
    erase_person,
    finish_erasure,
    replay_list,
    take_person_out,
    take_request,
)
from dangol.core.consent.rights.services.replaying import replay
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.mail.models import CaughtMail
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

WORD = "Zyxquark"
MAIL, PHONE = "zyxquark@narae.test", "+821076543210"
pytestmark = pytest.mark.django_db
ALL = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
  AND c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'tsvector', 'ARRAY') ORDER BY 1, 2
"""


def remains(*words: str) -> list[str]:
    """Where in the database a word still stands, as table.column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        for table, column in cursor.fetchall():
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s'
                    f' OR "{column}"::text LIKE %s', [f"%{word}%", f"%{word.encode().hex()}%"],
                )  # fmt: skip
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return sorted(set(found))


def planted(system: Actor) -> Person:
    values = {"name": WORD, "email": MAIL, "phone": PHONE, "city": WORD, "address": f"{WORD}-ro 1", "country": "KR"}
    found = create_person(actor=system, values=values)
    change_person(actor=system, record_id=found.pk, values={"job_title": WORD})
    record_consent(
        actor=system, person_id=found.pk, purpose_id=Purpose.objects.get(code="offers").pk, channel="email",
        state="given", method="form", evidence={"note": WORD, "address": MAIL},
    )  # fmt: skip
    return Person.objects.for_system("t").get(pk=found.pk)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(replay_list, "path", lambda: tmp_path / "erasures.jsonl")
    return tmp_path


def erased(system: Actor, row: Person) -> Erasure:
    erasure = erase_person(actor=system, person_id=row.pk, reason="she asked")
    finish_erasure(actor=system, erasure_id=erasure.pk)
    erasure.refresh_from_db()
    return erasure


def test_nothing_of_an_erased_person_is_left_in_the_database(system: Actor, home: Path) -> None:
    row = planted(system)
    other = create_person(actor=system, values={"name": "Other", "job_title": f"friend of {MAIL}"})
    stopped("email", MAIL)
    CaughtMail.objects.create(message_id="m1", message_class="service", envelope_to=MAIL, subject=WORD, raw=b"x")
    order = Order.objects.create(number="1", person_id=row.pk, ordered_at=row.created_at, currency="KRW", note=WORD,
                                 amount=100, value=100)  # fmt: skip
    take_request(actor=system, person_id=row.pk, kind="erasure", way="phone", note=WORD)
    assert {"customers_person.email", "event.changes", "search_searchentry.text"} <= set(remains(WORD, MAIL))
    erasure = erased(system, row)
    assert remains(WORD, MAIL, PHONE, PHONE[3:]) == []
    assert not Person.objects.for_system("t").filter(pk=row.pk).exists()
    kept = Order.objects.for_system("t").get(pk=order.pk)
    assert (kept.person_id, kept.note, kept.amount) == (None, "", 100)
    assert Person.objects.for_system("t").get(pk=other.pk).job_title == "friend of [erased]"
    assert erasure.finished_at
    assert not erasure.pending
    request = RightsRequest.objects.for_system("t").get()
    assert (request.state, request.person_id, request.note) == ("done", None, "")
    told = EventRecord.objects.get(name="person.erased")
    assert told.subject_id == row.pk
    assert told.payload["counts"]["consent_record"] == 1
    assert EventRecord.objects.filter(name="person.created", subject_id=row.pk, changes={}).exists()


def test_what_bulk_changes_said_of_her_is_emptied_and_others_rows_stay(system: Actor, home: Path) -> None:
    row = planted(system)
    event = EventRecord.objects.filter(about_id=row.pk).first() or EventRecord.objects.first()
    assert event is not None
    for pk, name in ((row.pk, WORD), (row.pk + 1000, "Kept")):
        EventChange.objects.create(event=event, subject="person", subject_id=pk, before={"name": name}, after=None)
    erased(system, row)
    left = dict(EventChange.objects.filter(subject="person").values_list("subject_id", "before"))
    assert left == {row.pk: {}, row.pk + 1000: {"name": "Kept"}}


def test_an_erased_address_gets_no_advertising_until_its_owner_consents_anew(system: Actor, home: Path) -> None:
    row = planted(system)
    erased(system, row)
    assert not Suppression.objects.for_system("t").exists()
    back = person(email=MAIL.upper(), phone="")
    said(back)
    assert may_send(back, advertising()).reason == "forgotten"
    record_consent(actor=system, person_id=back, purpose_id=advertising().purpose_id or 0, channel="email",
                   state="given", method="form")  # fmt: skip
    assert may_send(back, advertising()).verdict == "send"


def test_an_address_that_somebody_else_has_too_is_left_to_them(system: Actor, home: Path) -> None:
    row = planted(system)
    mother = person(email="mother@narae.test", phone=PHONE)
    assert PHONE not in subject_of(row).marks
    erased(system, row)
    assert Person.objects.for_system("t").get(pk=mother).phone == PHONE


def test_whom_a_restored_backup_brings_back_is_erased_again(system: Actor, home: Path) -> None:
    row = planted(system)
    before = {f.attname: getattr(row, f.attname) for f in Person._meta.concrete_fields}
    erasure = erased(system, row)
    replay_list.note(erasure.person_number, erasure.mark, erasure.erased_at)
    stranger = {**before, "id": row.pk + 1, "customer_number": None}
    Person.plain.bulk_create([Person(**before), Person(**stranger)])
    replay_list.note(row.pk + 1, "another mark", erasure.erased_at)
    assert replay(actor=system) == 1
    assert set(Person.objects.for_system("t").values_list("pk", flat=True)) == {row.pk + 1}
    assert replay(actor=system) == 0


def test_the_preview_says_what_would_go_and_changes_nothing(system: Actor) -> None:
    row = planted(system)
    told = {what: (count, fate) for what, count, fate in preview(row)}
    assert told["consent_record"] == (1, "erase")
    assert Person.objects.for_system("t").filter(pk=row.pk).exists()
    assert "consent_state" in walk(row.pk).rows


def test_the_archive_of_a_person_holds_her_rows_and_a_page(system: Actor) -> None:
    row, to = planted(system), BytesIO()
    take_person_out(actor=system, person_id=row.pk, to=to)
    with zipfile.ZipFile(to) as archive:
        people = json.loads(archive.read("data/customers_person.json"))
        assert people[0]["email"] == MAIL
        assert json.loads(archive.read("data/consent_record.json"))[0]["evidence"]["note"] == WORD
        assert WORD in archive.read("README.html").decode()
    assert EventRecord.objects.filter(name="person.taken_out", subject_id=row.pk).count() == 1


def test_only_who_may_does_any_of_it(cast: Cast, system: Actor) -> None:
    row, owner = planted(system), cast.actor("owner")
    calls: list[Any] = [
        lambda: erase_person(actor=owner, person_id=row.pk, reason="x"),
        lambda: take_person_out(actor=owner, person_id=row.pk, to=BytesIO()),
        lambda: take_request(actor=owner, person_id=row.pk, kind="access", way="mail"),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(ValidationError):
        erase_person(actor=system, person_id=row.pk, reason="  ")
    with pytest.raises(NotFound):
        erase_person(actor=system, person_id=10**9, reason="x")


def test_a_request_knows_its_last_day_and_a_restriction_holds_at_once(system: Actor) -> None:
    row = planted(system)
    korea = take_request(actor=system, person_id=row.pk, kind="access", way="mail")
    assert (korea.due_on - korea.asked_at.date()).days in (9, 10, 11)
    limit = take_request(actor=system, person_id=row.pk, kind="restriction", way="page", is_confirmed=False)
    assert may_send(row.pk, advertising()).verdict == "send"
    confirm_request(actor=system, request_id=limit.pk)
    assert may_send(row.pk, advertising()).reason == "restricted"
    answer_request(actor=system, request_id=limit.pk, is_done=False, answer="no ground")
    assert may_send(row.pk, advertising()).verdict == "send"
    assert ConsentRecord.objects.for_system("t").filter(person_id=row.pk).count() == 1
    assert settings.HOME
