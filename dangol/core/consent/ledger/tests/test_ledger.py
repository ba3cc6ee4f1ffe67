from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.consent.ledger.models import ConsentRecord, ConsentState, Purpose, Wording
from dangol.core.consent.ledger.queries import active_purposes, current_wording, history_of, state_of
from dangol.core.consent.ledger.services import Said, add_wording, record_consent, record_many, save_purpose
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def jiwoo(system: Actor) -> int:
    return int(create_person(actor=system, values={"name": "김지우", "email": "jiwoo@narae.test"}).pk)


def offers() -> Purpose:
    return Purpose.objects.get(code="offers")


def record(actor: Actor, person_id: int, state: str = "given", **more: Any) -> ConsentRecord:
    values = {"purpose_id": offers().pk, "channel": "email", "method": "staff", **more}
    return record_consent(actor=actor, person_id=person_id, state=state, **values)


def now_of(person_id: int) -> dict[tuple[int, str, bool], tuple[str, datetime, int]]:
    rows = ConsentState.objects.for_system("t").filter(person_id=person_id)
    return {(r.purpose_id, r.channel, r.is_for_night): (r.state, r.at, r.record_id) for r in rows}


def test_what_was_said_is_kept_told_and_holds_at_once(system: Actor, jiwoo: int) -> None:
    words = current_wording(offers(), "ko")
    kept = record(system, jiwoo, at=DAY, method="form", wording=words, evidence={"form": 3})
    assert now_of(jiwoo) == {(offers().pk, "email", False): ("given", DAY, kept.pk)}
    event = EventRecord.objects.get(name="consent.recorded")
    assert (event.subject_id, event.about_id) == (kept.pk, jiwoo)
    assert event.payload["state"] == "given"
    assert event.payload["wording_version"] == 1
    record(system, jiwoo, "withdrawn")
    assert [state.state for state in state_of(system, jiwoo)] == ["withdrawn"]
    assert [line.state for line in history_of(system, jiwoo)] == ["withdrawn", "given"]


def test_a_line_that_comes_late_does_not_overrule_a_later_word(system: Actor, jiwoo: int) -> None:
    record(system, jiwoo, "withdrawn", at=DAY)
    record(system, jiwoo, "given", at=DAY - timedelta(days=1), method="paper")
    assert [state.state for state in state_of(system, jiwoo)] == ["withdrawn"]


def test_the_night_has_a_consent_of_its_own(system: Actor, jiwoo: int) -> None:
    record(system, jiwoo, "given", channel="sms")
    record(system, jiwoo, "refused", channel="sms", is_for_night=True)
    assert {(k[1], k[2]): v[0] for k, v in now_of(jiwoo).items()} == {("sms", False): "given", ("sms", True): "refused"}


lines = st.lists(
    st.builds(
        dict,
        channel=st.sampled_from(["email", "sms"]), state=st.sampled_from(["given", "refused", "withdrawn"]),
        minute=st.integers(0, 3), is_for_night=st.booleans(), is_news=st.booleans(), person=st.integers(0, 1),
    ),
    max_size=14,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
@given(lines=lines, cuts=st.lists(st.tuples(st.integers(0, 14), st.booleans()), max_size=4))
def test_what_holds_is_the_newest_line_in_whatever_order_they_came(
    system: Actor, lines: list[dict[str, Any]], cuts: list[tuple[int, bool]]
) -> None:
    with transaction.atomic():
        people = [int(Person.objects.create(name="K").pk) for _ in range(2)]
        news = Purpose.objects.get(code="news").pk
        said = [
            Said(
                people[each["person"]], news if each["is_news"] else offers().pk, each["channel"], each["state"],
                DAY + timedelta(minutes=each["minute"]), "import", is_for_night=each["is_for_night"],
            )
            for each in lines
        ]  # fmt: skip
        places = sorted({min(place, len(said)) for place, _many in cuts} | {0, len(said)})
        in_bulk = dict(cuts)
        for begin, end in pairwise(places):
            if in_bulk.get(begin, True):
                record_many(actor=system, rows=said[begin:end])
                continue
            for each in said[begin:end]:
                record_consent(
                    actor=system, person_id=each.person_id, purpose_id=each.purpose_id, channel=each.channel,
                    state=each.state, method="import", at=each.at, is_for_night=each.is_for_night,
                )  # fmt: skip
        rows = ConsentRecord.objects.for_system("t").filter(person_id__in=people).order_by("at", "pk")
        newest = {
            (r.person_id, r.purpose_id, r.channel, r.is_for_night): (r.state, r.at, r.pk) for r in rows
        }  # later lines overwrite earlier ones
        assert rows.count() == len(said)
        assert {(p, *key): value for p in people for key, value in now_of(p).items()} == newest
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE consent_record SET state = 'given' WHERE id = %s", "DELETE FROM consent_record WHERE id = %s"],
)
def test_the_plain_role_can_neither_change_nor_delete_a_line(system: Actor, jiwoo: int, statement: str) -> None:
    kept = record(system, jiwoo, "withdrawn")
    assert connections["default"].settings_dict["USER"] != connections["owner"].settings_dict["USER"]
    with transaction.atomic(), connection.cursor() as cursor:
        point = transaction.savepoint()
        with pytest.raises(DatabaseError, match="only added"):
            cursor.execute(statement, [kept.pk])
        transaction.savepoint_rollback(point)
    assert ConsentRecord.objects.for_system("t").get().state == "withdrawn"


def test_invented_people_take_their_consent_with_them(system: Actor) -> None:
    invented = int(Person.objects.create(name="Demo", is_demo=True).pk)
    record(system, invented)
    Person.objects.for_system("t").filter(pk=invented).delete()
    assert ConsentRecord.objects.for_system("t").count() == ConsentState.objects.for_system("t").count() == 0


def test_people_who_were_not_invented_are_not_deleted_past_their_ledger(system: Actor, jiwoo: int) -> None:
    record(system, jiwoo)
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        Person.objects.for_system("t").filter(pk=jiwoo).delete()


def test_many_lines_are_one_event_with_each_line_beside_its_person(system: Actor, jiwoo: int) -> None:
    rows = [Said(jiwoo, offers().pk, channel, "given", DAY, "import") for channel in ("email", "sms", "kakao")]
    assert record_many(actor=system, rows=rows) == 3
    assert record_many(actor=system, rows=[]) == 0
    event = EventRecord.objects.get(name="consent.recorded_many")
    assert event.payload == {"count": 3}
    told = EventChange.objects.filter(event=event)
    assert {change.about_id for change in told} == {jiwoo}
    kept = ConsentRecord.objects.for_system("t").values_list("pk", flat=True)
    assert sorted(change.subject_id for change in told) == sorted(kept)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"purpose_id": 10**9}, "purpose"), ({"channel": "fax"}, "channel"), ({"state": "maybe"}, "state"),
     ({"method": "dream"}, "method"), ({"at": timezone.now() + timedelta(hours=1)}, "at")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(system: Actor, jiwoo: int, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        record(system, jiwoo, wrong.pop("state", "given"), **wrong)
    assert field in caught.value.message_dict
    assert ConsentRecord.objects.for_system("t").count() == 0


def test_the_words_of_another_purpose_are_refused(system: Actor, jiwoo: int) -> None:
    words = current_wording(Purpose.objects.get(code="news"), "en")
    assert words is not None
    with pytest.raises(ValidationError):
        record(system, jiwoo, wording=words)
    row = Said(jiwoo, offers().pk, "email", "given", DAY, "import", wording_id=words.pk)
    with pytest.raises(ValidationError):
        record_many(actor=system, rows=[row])


def test_who_may_record_is_who_may_reach_the_person(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values={"name": "Mine"})
    record(owner, person.pk)
    record(cast.actor("mate"), person.pk)
    with pytest.raises(NotFound):
        record(cast.actor("stranger"), person.pk)
    with pytest.raises(Forbidden):
        record(Actor.anonymous(), person.pk)
    with pytest.raises(Forbidden):
        record_many(actor=owner, rows=[])
    assert state_of(cast.actor("stranger"), person.pk) == []
    assert len(history_of(owner, person.pk)) == 2


def test_new_words_are_a_new_version_and_older_consents_keep_theirs(cast: Cast, jiwoo: int) -> None:
    admin = cast.actor("admin")
    old = current_wording(offers(), "ko")
    kept = record(admin, jiwoo, wording=old)
    new = add_wording(actor=admin, purpose_id=offers().pk, language="ko", text="새 문구에 동의합니다.")
    assert add_wording(actor=admin, purpose_id=offers().pk, language="ko", text=" 새 문구에 동의합니다. ") == new
    assert (new.version, current_wording(offers(), "ko")) == (2, new)
    assert current_wording(offers(), "en") != new
    kept.refresh_from_db()
    assert kept.wording == old
    assert Wording.objects.get(pk=old.pk if old else 0).text != new.text
    assert EventRecord.objects.filter(name="wording.added").count() == 1


@pytest.mark.parametrize(("language", "text", "field"), [("fr", "Oui", "language"), ("ko", "  ", "text")])
def test_words_need_a_language_and_a_text(system: Actor, language: str, text: str, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        add_wording(actor=system, purpose_id=offers().pk, language=language, text=text)
    assert field in caught.value.message_dict


def test_purposes_are_added_changed_and_retired_by_who_may_change_the_workspace(cast: Cast) -> None:
    admin = cast.actor("admin")
    values = {"code": "parties", "label_en": "Parties", "label_ko": "행사", "place": 5}
    added = save_purpose(actor=admin, purpose_id=None, values=values)
    assert [p.code for p in active_purposes()] == ["parties", "offers", "news"]
    save_purpose(actor=admin, purpose_id=added.pk, values={"is_active": False, "code": "ignored"})
    assert [p.code for p in active_purposes()] == ["offers", "news"]
    assert EventRecord.objects.filter(name="purpose.changed").count() == 2
    save_purpose(actor=admin, purpose_id=added.pk, values={"is_active": False})
    assert EventRecord.objects.filter(name="purpose.changed").count() == 2
    for wrong in (
        {"code": "offers", "label_en": "x", "label_ko": "x"},
        {"code": "new", "label_en": "", "label_ko": "x"},
    ):
        with pytest.raises(ValidationError):
            save_purpose(actor=admin, purpose_id=None, values=wrong)
    with pytest.raises(NotFound):
        save_purpose(actor=admin, purpose_id=10**9, values={})
    for call in (
        lambda: save_purpose(actor=cast.actor("owner"), purpose_id=added.pk, values={"place": 1}),
        lambda: add_wording(actor=cast.actor("owner"), purpose_id=added.pk, language="ko", text="x"),
    ):
        with pytest.raises(Forbidden):
            call()
