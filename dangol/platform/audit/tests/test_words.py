"""What the log finds by its text: values however long ago, in rows of bulk writes too; and from where it came."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.analytical.segments.definitions.events import RulesSaved
from dangol.core.customers.people.events import PersonChanged
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.accounts.entry.signing_in import sign_in
from dangol.platform.accounts.keys import key_behind
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.services import create_api_key
from dangol.platform.api.tests.test_feed import settled
from dangol.platform.audit import queries, words
from dangol.platform.audit.models import WordsOfRows
from dangol.platform.audit.rules import Ask
from dangol.platform.audit.services import keep_for, remove_old
from dangol.platform.events.event import RowChange
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.events.stream import emit, emit_bulk
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(cast.users[who])
    return client


def found(cast: Cast, who: str, text: str) -> set[str]:
    role = cast.users[who].roles.get()
    Role.objects.filter(pk=role.pk).update(grants={**role.grants, "audit": {"see": "all", "export": "all"}})
    return {e.event.name for e in queries.page(cast.actor(who), Ask(text=text), UTC).entries}


@pytest.fixture
def bulk(cast: Cast) -> EventRecord:
    """A bulk change of two people of the owner's, in two batches."""
    people = [Person.plain.create(name=f"Kim {n}", owner=cast.owner) for n in range(2)]
    rows = [RowChange("person", p.pk, {"city": "Seoul"}, {"city": f"Gangneung {n}"}) for n, p in enumerate(people)]
    head = emit_bulk(PersonChanged(), actor=cast.actor("owner"), rows=rows[:1])
    emit_bulk(PersonChanged(), actor=cast.actor("owner"), rows=rows[1:], part_of=head.pk)
    noted(head)
    return head


def noted(*heads: EventRecord) -> None:
    """Note their words as the job does; in a test no transaction is final, so they are named."""
    with connection.cursor() as cursor:
        for event in EventRecord.objects.filter(Q(pk__in=[h.pk for h in heads]) | Q(part_of__in=[h.pk for h in heads])):
            cursor.execute(words._NOTE, [event.pk, event.pk])


@pytest.mark.parametrize("text", ["Gangneung", "gangn", "Gangneung 1", "GANGNEUNG 0", "seoul"])
def test_rows_of_bulk_writes_are_found_by_their_words(cast: Cast, bulk: EventRecord, text: str) -> None:
    assert found(cast, "admin", text) == found(cast, "owner", text) == {"person.changed"}
    assert found(cast, "stranger", text) == set()
    assert found(cast, "admin", "Gangneung 7") == set()


def test_a_row_is_not_found_by_what_is_hidden(cast: Cast, bulk: EventRecord) -> None:
    cast.owner.roles.update(fields={"person": {"city": "hidden"}})
    assert found(cast, "owner", "Gangneung") == set()


def test_values_long_ago_are_found_beyond_the_window(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = create_person(actor=cast.actor("owner"), values={"name": "Kim", "city": "Gangneung"})
    for n in range(5):
        change_person(actor=cast.actor("owner"), record_id=kim.pk, values={"city": f"Busan {n}"})
    monkeypatch.setattr(queries, "WINDOW", 2)
    assert found(cast, "admin", "gangneung") == {"person.created", "person.changed"}
    shown = browser(cast, "admin").get("/audit", {"text": "gangneung"}).content.decode()
    assert "Look further back" in shown
    assert "is_part=True" in shown


@pytest.mark.parametrize("text", ["'", "\\", "a:*|b", "!!", "&", "한글", "%", "x" * 200, "é'\\\"&"])
def test_any_text_is_an_answer_and_no_crash(cast: Cast, bulk: EventRecord, text: str) -> None:
    assert browser(cast, "admin").get("/audit", {"text": text}).status_code == 200


def test_the_search_for_words_goes_by_index(cast: Cast, bulk: EventRecord) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as caught:
            found(cast, "admin", "gangneung")
        asked = next(q["sql"] for q in caught if "audit_words_of_rows" in q["sql"] and "UNION" in q["sql"])
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "event_by_word" in plan
    assert "audit_by_word" in plan
    assert "Seq Scan" not in plan


@pytest.mark.django_db(transaction=True)
def test_the_job_notes_each_bulk_change_once_and_they_go_together(cast: Cast) -> None:
    people = [Person.plain.create(name=f"Kim {n}", owner=cast.owner) for n in range(3)]
    rows = [RowChange("person", p.pk, None, {"city": "Gangneung", "note": "x" * 90_000}) for p in people]
    emit_bulk(PersonChanged(), actor=cast.actor("owner"), rows=rows)
    settled()
    while words.note_words():
        pass
    assert WordsOfRows.objects.count() == 1
    assert found(cast, "owner", "gangneung") == {"person.changed"}
    assert words.note_words() == 0
    assert WordsOfRows.objects.count() == 1


# ---- From where ----------------------------------------------------------------------------------------------------


def placed(name: str) -> str:
    return str(EventRecord.objects.filter(name=name).latest("occurred_at", "id").payload.get("address", ""))


def test_signing_in_and_failing_to_say_from_where(cast: Cast) -> None:
    cast.owner.set_password("far-away-mountain-7")
    cast.owner.save()
    assert sign_in(email="owner@firm.test", password="wrong", address="203.0.113.7") is None
    assert placed("user.sign_in_failed") == "203.0.113.7"
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.post("/login", {"email": "owner@firm.test", "password": "far-away-mountain-7"})
    assert placed("user.signed_in") == "203.0.113.9"
    assert "203.0.113.9" in browser(cast, "admin").get("/audit").content.decode()
    assert found(cast, "admin", "203.0.113.7") == {"user.sign_in_failed"}


def test_exports_and_looking_through_others_eyes_say_from_where(cast: Cast) -> None:
    client = browser(cast, "admin", REMOTE_ADDR="203.0.113.9")
    b"".join(client.post("/people/export").streaming_content)  # type: ignore[attr-defined]
    assert placed("person.exported") == "203.0.113.9"
    b"".join(client.post("/audit/export").streaming_content)  # type: ignore[attr-defined]
    assert placed("audit.exported") == "203.0.113.9"
    client.post(f"/view-as/{cast.owner.pk}")
    assert placed("user.view_started") == "203.0.113.9"


def test_what_a_stranger_forwards_is_not_believed(cast: Cast) -> None:
    client = browser(cast, "admin", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.1")
    b"".join(client.post("/people/export").streaming_content)  # type: ignore[attr-defined]
    assert placed("person.exported") == "203.0.113.9"


def test_the_use_of_a_key_is_told_once_a_day_from_each_address(cast: Cast) -> None:
    _key, secret = create_api_key(actor=cast.actor("admin"), user=cast.owner, name="till")
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8", "203.0.113.7", "203.0.113.8"):
        Client(REMOTE_ADDR=address).get("/api/v1/people", headers={"X-API-Key": secret})
    told = EventRecord.objects.filter(name="api_key.used")
    assert sorted(e.payload["address"] for e in told) == ["203.0.113.7", "203.0.113.8"]
    assert {e.actor_id for e in told} == {cast.owner.pk}
    assert key_behind("dgl_nothing", address="203.0.113.7") is None


def test_addresses_go_with_the_time_that_was_set_also_of_what_stays(cast: Cast, system: Any) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    for name in ("audit.exported", "user.sign_in_failed"):
        EventRecord.objects.create(name=name, subject="audit", actor_kind="user", occurred_at=long_ago,
                                   payload={"address": "203.0.113.7", "filter": {}})  # fmt: skip
    remove_old(actor=system)
    assert placed("audit.exported") == "203.0.113.7"
    keep_for(actor=cast.actor("admin"), months=6)
    remove_old(actor=system)
    assert not EventRecord.objects.filter(name="user.sign_in_failed").exists()
    kept = EventRecord.objects.get(name="audit.exported", occurred_at=long_ago)
    assert kept.payload == {"filter": {}}


# ---- Cost, and what is hidden --------------------------------------------------------------------------------------


def test_a_page_with_every_kind_of_record_asks_at_most_twelve_times(cast: Cast) -> None:
    actor = cast.actor("admin")
    kinds: Any = {
        "company": {"name": "Narae"}, "product": {"code": "YIRGA", "name": "Ethiopia"}, "segment": {"name": "Best"},
        "campaign": {"name": "Autumn"}, "person": {"name": "Kim", "owner": cast.owner.pk},
    }  # fmt: skip
    made = {name: object_type(name).create(actor=actor, values=values) for name, values in kinds.items()}  # type: ignore[misc]
    change_person(actor=actor, record_id=made["person"].pk, values={"company": made["company"].pk})
    order = {"number": "1", "person": made["person"].pk, "currency": "KRW", "ordered_at": timezone.now()}
    object_type("order").create(actor=actor, values={**order, "lines": [{"unit_price": 1}]})  # type: ignore[misc]
    client = browser(cast, "admin")
    client.get("/audit")
    with CaptureQueriesContext(connection) as caught:
        shown = client.get("/audit").content.decode()
    for title in ("Narae", "Kim", "Ethiopia", "Best", "Autumn"):
        assert title in shown
    assert len(caught) <= 12, "\n".join(q["sql"][:150] for q in caught)


def test_a_condition_on_a_hidden_field_is_not_told(cast: Cast) -> None:
    segment = object_type("segment").create(actor=cast.actor("admin"), values={"name": "Best"})  # type: ignore[misc]
    rules = {"filter": [{}, {"field": "city", "op": "is", "value": "Zugvogel"}]}
    emit(RulesSaved(subject_id=segment.pk, changes=rules), actor=cast.actor("admin"))
    assert "Zugvogel" in browser(cast, "admin").get("/audit").content.decode()
    cast.admin.roles.update(fields={"person": {"city": "hidden"}})
    client = browser(cast, "admin")
    told = EventRecord.objects.get(name="segment.rules_saved")
    for address in ("/audit", "/audit?text=Zugvogel", f"/audit/{told.pk}", f"/segments/{segment.pk}",
                    f"/segments/{segment.pk}/history"):  # fmt: skip
        said = client.get(address).content.decode().replace('value="Zugvogel"', "").replace("text=Zugvogel", "")
        assert "Zugvogel" not in said, address


def test_words_of_rows_go_with_the_entry(cast: Cast, system: Any, bulk: EventRecord) -> None:
    assert WordsOfRows.objects.exists()
    old = timezone.now() - timedelta(days=400)
    gone = EventRecord.objects.create(name=PersonChanged.NAME, subject="person", actor_kind="user", occurred_at=old)
    EventChange.objects.create(event=gone, subject="person", subject_id=1, after={"city": "Gangneung"})
    noted(gone)
    keep_for(actor=cast.actor("admin"), months=6)
    assert remove_old(actor=system) == 1
    assert not WordsOfRows.objects.filter(event_id=gone.pk).exists()
    assert WordsOfRows.objects.exists()
