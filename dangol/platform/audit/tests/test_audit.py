from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.consent.ledger.events import ConsentsRecorded
from dangol.core.customers.people.events import PersonChanged
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role
from dangol.platform.audit import queries
from dangol.platform.audit.rules import Ask, AskedWrong, months_before, read, removable
from dangol.platform.audit.services import keep_for, remove_old
from dangol.platform.events.event import RowChange
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.events.stream import emit_bulk
from tests.cast import Cast


@pytest.fixture
def jiwoo(cast: Cast) -> Any:
    person = create_person(actor=cast.actor("owner"), values={"name": "Kim Jiwoo", "city": "Seoul"})
    change_person(
        actor=cast.actor("owner"), record_id=person.pk, values={"city": "Busan", "email": "secret@narae.test"}
    )
    return person


def let_see(name: str, **fields: str) -> None:
    role = Role.objects.get(name=name)
    role.grants = {**role.grants, "audit": {"see": "all"}}
    role.fields = {"person": fields}
    role.save()


def names(cast: Cast, reader: str, **ask: Any) -> list[str]:
    return [e.event.name for e in queries.page(cast.actor(reader), Ask(**ask), UTC).entries]


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def page(cast: Cast, who: str, address: str, status: int = 200) -> str:
    answer = client_of(cast, who).get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def bulk(actor: Actor, *people: Any) -> EventRecord:
    rows = [RowChange("person", p.pk, {"city": "Seoul"}, {"city": "Jeju"}, p.pk) for p in people]
    return emit_bulk(PersonChanged(), actor=actor, rows=rows)


@pytest.mark.django_db
def test_it_says_who_when_where_what_and_from_which_value_to_which(cast: Cast, jiwoo: Any) -> None:
    html = page(cast, "admin", "/audit?subject=person")
    for words in ("Owner", "Screen", "Kim Jiwoo", f"/people/{jiwoo.pk}", "<del>Seoul</del>", "<ins>Busan</ins>"):
        assert words in html
    assert "secret@narae.test" in html


@pytest.mark.django_db
def test_each_thing_asked_for_narrows(cast: Cast, jiwoo: Any) -> None:
    owner = cast.users["owner"].pk
    both = ["person.changed", "person.created"]
    today = timezone.now().date()
    assert names(cast, "admin", subject="person") == both
    assert names(cast, "admin", who=owner) == both
    assert names(cast, "admin", who=cast.users["mate"].pk) == []
    assert names(cast, "admin", subject="person", record=jiwoo.pk) == both
    assert names(cast, "admin", subject="person", record=jiwoo.pk + 1) == []
    assert names(cast, "admin", name="person.created") == ["person.created"]
    assert names(cast, "admin", field="city") == both
    assert names(cast, "admin", field="email") == ["person.changed"]
    assert names(cast, "admin", subject="person", source="screen") == both
    assert names(cast, "admin", subject="person", source="api") == []
    assert names(cast, "admin", text="busan") == ["person.changed"]
    assert names(cast, "admin", text='"%_') == []
    assert names(cast, "admin", subject="person", since=today, until=today) == both
    assert names(cast, "admin", subject="person", since=today + timedelta(days=1)) == []
    assert names(cast, "admin", request="nothing-like-it") == []


@pytest.mark.django_db
def test_only_who_may_see_it_comes_in(cast: Cast, jiwoo: Any) -> None:
    page(cast, "owner", "/audit", status=403)
    with pytest.raises(Forbidden):
        queries.page(cast.actor("owner"), Ask(), UTC)
    assert Client().get("/audit").status_code == 302
    assert client_of(cast, "owner").post("/audit/export").status_code == 403
    assert client_of(cast, "owner").get("/audit/settings").status_code == 403


@pytest.mark.django_db
def test_a_reader_sees_only_what_concerns_records_they_see(cast: Cast, jiwoo: Any) -> None:
    let_see("scope-team")
    assert names(cast, "mate", subject="person") == ["person.changed", "person.created"]
    assert names(cast, "stranger", subject="person") == []
    event = EventRecord.objects.get(name="person.changed")
    page(cast, "stranger", f"/audit/{event.id}", status=404)
    page(cast, "mate", f"/audit/{event.id}")


@pytest.mark.django_db
def test_what_is_told_of_deleted_records_only_administrators_see(cast: Cast, jiwoo: Any) -> None:
    let_see("scope-team")
    Person.plain.filter(pk=jiwoo.pk).delete()
    assert names(cast, "mate", subject="person") == []
    assert names(cast, "admin", subject="person") == ["person.changed", "person.created"]
    assert "deleted" in page(cast, "admin", "/audit?subject=person")


@pytest.mark.django_db
def test_hidden_fields_neither_show_nor_find(cast: Cast, jiwoo: Any) -> None:
    let_see("scope-team", email="hidden")
    html = page(cast, "mate", "/audit?subject=person")
    assert "secret@narae.test" not in html
    assert "hidden from you" in html
    assert names(cast, "mate", text="secret@narae") == []
    assert names(cast, "mate", field="email") == []
    assert names(cast, "mate", text="busan") == ["person.changed"]


@pytest.mark.django_db
def test_a_bulk_change_opens_into_its_rows_with_the_same_rules(cast: Cast, jiwoo: Any) -> None:
    other = create_person(actor=cast.actor("stranger"), values={"name": "Lee Elsewhere"})
    event = bulk(cast.actor("admin"), jiwoo, other)
    html = page(cast, "admin", f"/audit/{event.id}")
    assert "Kim Jiwoo" in html
    assert "Lee Elsewhere" in html
    assert "<ins>Jeju</ins>" in html
    let_see("scope-team", city="hidden")
    html = page(cast, "mate", f"/audit/{event.id}")
    assert "Kim Jiwoo" in html
    assert "Lee Elsewhere" not in html
    assert "Jeju" not in html
    assert names(cast, "admin", subject="person", record=jiwoo.pk)[0] == "person.changed"


@pytest.mark.django_db
def test_pages_go_on_to_the_end_without_gap_or_repeat(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOW", 7)
    for i in range(25):
        create_person(actor=cast.actor("owner" if i % 5 else "admin"), values={"name": f"Person {i}"})
    seen, after, who = [], None, cast.users["admin"].pk
    for _ in range(20):
        found = queries.page(cast.actor("admin"), Ask(who=who, subject="person"), UTC, after=after, limit=2)
        seen += [e.event.id for e in found.entries]
        after = found.next
        if after is None:
            break
    mine = EventRecord.objects.filter(actor_id=who, subject="person")
    assert sorted(seen) == sorted(mine.values_list("id", flat=True))
    assert len(seen) == 5


@pytest.mark.django_db
def test_a_search_that_gives_up_says_how_far_it_looked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOW", 3)
    for i in range(5):
        create_person(actor=cast.actor("owner"), values={"name": f"Person {i}"})
    assert "Look further back" in page(cast, "admin", "/audit?text=nothing+like+it")


@pytest.mark.django_db
def test_a_page_asks_at_most_twelve_times(cast: Cast, jiwoo: Any) -> None:
    client = client_of(cast, "admin")
    client.get("/audit")
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/audit").status_code == 200
    assert len(caught) <= 12, "\n".join(q["sql"][:150] for q in caught)


@pytest.mark.django_db
def test_an_export_is_itself_written_down_and_follows_the_same_rules(cast: Cast, jiwoo: Any) -> None:
    let_see("scope-team", email="hidden")
    role = Role.objects.get(name="scope-team")
    role.grants = {**role.grants, "audit": {"see": "all", "export": "all"}}
    role.save()
    answer = client_of(cast, "mate").post("/audit/export", {"subject": "person"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Busan" in text
    assert "secret@narae" not in text
    told = EventRecord.objects.get(name="audit.exported")
    assert told.payload["filter"] == {"subject": "person"}
    assert "audit.exported" in names(cast, "admin")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["who=x", "since=yesterday", "until=2026-13-01", "record=abc", "after=x", "after=2026-01-01~1", "who=" + "9" * 30],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(cast: Cast, query: str) -> None:
    assert "href" in page(cast, "admin", f"/audit?{query}", status=400)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["text", "who", "subject", "record", "name", "field", "since"]), st.text()))
def test_whatever_is_asked_is_read_or_refused(sent: dict[str, str]) -> None:
    try:
        ask = read(sent)
    except AskedWrong:
        return
    assert read(ask.as_filter()) == ask


@pytest.mark.django_db
def test_undo_stands_where_it_may_be_done(cast: Cast, jiwoo: Any) -> None:
    event = EventRecord.objects.get(name="person.changed")
    assert f"/undo/{event.id}" in page(cast, "admin", "/audit?subject=person")


@pytest.mark.django_db
def test_sign_ins_and_changes_of_roles_stand_in_it_in_words(cast: Cast) -> None:
    Client().post("/login", {"username": "admin@firm.test", "password": "wrong-password"})
    assert "Sign-in failed" in page(cast, "admin", "/audit?subject=user")


# -- how long it is kept -----------------------------------------------------------------------------------------------


def add_old(name: str, months: int, person: Any = None) -> EventRecord:
    at = months_before(timezone.now(), months) - timedelta(days=2)
    event = EventRecord.objects.create(
        name=name, subject=name.split(".")[0], subject_id=getattr(person, "pk", None), actor_kind="user", occurred_at=at
    )
    EventChange.objects.create(event=event, subject="person", subject_id=1, before={}, after={"city": "Seoul"})
    return event


@pytest.mark.django_db
def test_old_entries_go_when_the_time_is_set_and_their_removal_stands_there(cast: Cast, system: Actor) -> None:
    old, young = add_old("person.changed", 24), add_old("person.changed", 13)
    assert remove_old(actor=system) == 0
    keep_for(actor=cast.actor("admin"), months=20)
    assert remove_old(actor=system) == 1
    assert not EventRecord.objects.filter(pk=old.pk).exists()
    assert not EventChange.objects.filter(event_id=old.pk).exists()
    assert EventRecord.objects.filter(pk=young.pk).exists()
    told = EventRecord.objects.get(name="audit.removed")
    assert (told.payload["count"], told.payload["rows"]) == (1, 1)
    assert remove_old(actor=system) == 0


@pytest.mark.django_db
def test_stories_of_customers_and_proofs_of_consent_stay(cast: Cast, system: Actor) -> None:
    kept = ["message.sent", "order.created", "orders.imported", "note.added", "consent.recorded", "audit.exported"]
    gone = ["person.changed", "user.signed_in", "user.sign_in_failed", "role.changed"]
    for name in (*kept, *gone, ConsentsRecorded.NAME):
        add_old(name, 30)
    keep_for(actor=cast.actor("admin"), months=6)
    assert remove_old(actor=system) == len(gone)
    left = set(EventRecord.objects.filter(occurred_at__lt=timezone.now() - timedelta(days=300)).values_list("name"))
    assert left == {(name,) for name in (*kept, ConsentsRecorded.NAME)}


@pytest.mark.django_db
def test_half_a_year_and_consent_stay_whatever_the_database_is_asked(db: None) -> None:
    young, consent = add_old("person.changed", 3), add_old("consent.recorded", 30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_remove(%s, now(), 100)", [["person.changed", "consent.recorded"]])
    assert set(EventRecord.objects.values_list("pk", flat=True)) == {young.pk, consent.pk}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event",
        "UPDATE event SET actor_name = 'x'",
        "DELETE FROM event_change",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP FUNCTION event_is_kept() CASCADE",
    ],
)
def test_the_program_can_neither_change_nor_delete_entries(db: None, sql: str) -> None:
    add_old("person.changed", 30)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert EventRecord.objects.get().actor_name == ""


@pytest.mark.django_db
def test_the_time_is_set_on_a_page_and_mistakes_stand_beside_the_field(cast: Cast) -> None:
    client = client_of(cast, "admin")
    for wrong in ("", "5", "x", "700", "-1", "٣"):
        answer = client.post("/audit/settings", {"keep": "months", "months": wrong})
        assert answer.status_code == 422, wrong
        assert "error-note" in answer.content.decode()
    assert client.post("/audit/settings", {"keep": "months", "months": "24"}).status_code == 302
    assert queries.kept_months() == 24
    assert client.post("/audit/settings", {"keep": "good"}).status_code == 302
    assert queries.kept_months() is None
    assert EventRecord.objects.filter(name="audit.kept_for").count() == 2
    with pytest.raises(ValidationError):
        keep_for(actor=cast.actor("admin"), months=1)
    with pytest.raises(Forbidden):
        keep_for(actor=cast.actor("owner"), months=None)


def test_a_month_ago_is_the_same_day_or_the_last_one() -> None:
    at = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert months_before(at, 1).date().isoformat() == "2026-02-28"
    assert months_before(at, 12).date().isoformat() == "2025-03-31"
    assert months_before(at, 3).date().isoformat() == "2025-12-31"


def test_every_event_of_customers_stories_is_kept() -> None:
    names = [("person.changed", "changes"), ("message.sent", "messages"), ("consent.recorded", "changes")]
    assert removable(names) == ["person.changed"]
