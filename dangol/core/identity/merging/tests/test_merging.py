"""Two records become one, and two again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dangol.collaborative.activities.notes.models import Note
from dangol.core.consent.ledger.models import ConsentRecord, ConsentState
from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, restore_person, trash_person
from dangol.core.identity.merging.models import Merge
from dangol.core.identity.merging.queries import into
from dangol.core.identity.merging.services import gather, merge, unmerge
from dangol.core.identity.merging.services.forgetting import forget, held
from dangol.core.identity.merging.services.joining import CannotMerge
from dangol.core.identity.merging.services.parting import CannotPart
from dangol.core.identity.merging.tests.rows import everything, order, person, said
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.former import numbers_of
from dangol.platform.objects.holders import Subject
from dangol.platform.objects.writing import Conflict, NotFound
from dangol.platform.search.models import SearchEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def join(survivor: Any, loser: Any, **more: Any) -> Merge:
    return merge(actor=SYSTEM, object_name="person", survivor_id=survivor.pk, loser_id=loser.pk, **more)


def holds(who: Any) -> set[tuple[str, bool]]:
    rows = ConsentState.objects.for_system("test").filter(person_id=who.pk)
    return {(row.state, row.is_for_night) for row in rows}


def now(record: Any) -> Any:
    return type(record).objects.for_system("test").get(pk=record.pk)


def test_orders_notes_and_consent_go_over_and_the_old_number_leads_on() -> None:
    a, b = person("Kim Jiwoo"), person("김지우", email="jiwoo@example.com")
    mine, theirs = order(a.pk, "1"), order(b.pk, "2")
    note = Note.objects.create(object_name="person", record_id=b.pk, body="likes filter coffee")
    said(b.pk, "given", 3)
    done = join(a, b)
    assert [now(o).person_id for o in (mine, theirs)] == [a.pk, a.pk]
    assert now(note).record_id == a.pk
    assert holds(a) == {("given", False)}
    assert (into("person", b.pk), numbers_of("person", a.pk)) == (a.pk, (a.pk, b.pk))
    assert now(a).email == "jiwoo@example.com"
    assert now(b).deleted_at is not None
    assert not SearchEntry.objects.filter(object_name="person", record_id=b.pk).exists()
    told = EventRecord.objects.get(name="person.merged")
    assert (told.subject_id, told.payload["other_id"], told.payload["merge_id"]) == (a.pk, b.pk, str(done.pk))
    assert EventRecord.objects.filter(name="person.merged_away", subject_id=b.pk).exists()


def test_values_are_chosen_one_by_one_and_what_may_stand_once_only_changes_hands() -> None:
    a = person("Kim", customer_number="A1", city="Seoul")
    b = person("Kim Jiwoo", customer_number="B1", city="Busan", phone="010-1234-5678")
    before = everything()
    done = join(a, b, chosen={"customer_number": "loser", "city": "survivor", "name": "loser"})
    assert (now(a).customer_number, now(a).city, now(a).name, now(a).phone) == (
        "B1", "Seoul", "Kim Jiwoo", "+821012345678",
    )  # fmt: skip
    assert now(b).customer_number is None
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert everything() == before


def test_a_choice_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="city"):
        join(person("A"), person("B"), chosen={"city": "both"})


@pytest.mark.parametrize("states", [("given", "withdrawn"), ("withdrawn", "given")])
def test_a_no_of_either_holds_whichever_came_last_and_both_have_their_own_again(states: tuple[str, str]) -> None:
    a, b = person("A"), person("B")
    said(a.pk, states[0], 5)
    said(b.pk, states[1], 9 if states[1] == "given" else 2)
    done = join(a, b)
    assert holds(a) == {("withdrawn", False)}
    lines = ConsentRecord.objects.for_system("test").filter(person_id=a.pk)
    assert lines.count() == 3
    assert lines.get(evidence__has_key="merge").state == "withdrawn"
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert (holds(a), holds(b)) == ({(states[0], False)}, {(states[1], False)})


def test_the_night_is_judged_by_itself() -> None:
    a, b = person("A"), person("B")
    said(a.pk, "given", 5)
    said(a.pk, "given", 5, is_for_night=True)
    said(b.pk, "refused", 2, is_for_night=True)
    join(a, b)
    assert holds(a) == {("given", False), ("refused", True)}


def test_what_came_since_stays_and_a_no_said_in_between_holds_for_both() -> None:
    a, b = person("A"), person("B")
    said(a.pk, "given", 3)
    said(b.pk, "given", 4)
    done = join(a, b)
    since = order(a.pk, "since")
    said(a.pk, "withdrawn", 20)
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert now(since).person_id == a.pk
    assert (holds(a), holds(b)) == ({("withdrawn", False)}, {("withdrawn", False)})


def test_what_somebody_changed_since_is_left_alone() -> None:
    a, b = person("A"), person("B", city="Busan", phone="010-1234-5678")
    done = join(a, b)
    change_person(actor=SYSTEM, record_id=a.pk, values={"city": "Daegu"})
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert (now(a).city, now(a).phone) == ("Daegu", "")
    assert (now(b).city, now(b).phone) == ("Busan", "+821012345678")


def test_what_comes_to_the_old_number_goes_over_and_goes_with_it_again() -> None:
    a, b = person("A"), person("B", customer_number="B7")
    done = join(a, b)
    late = order(b.pk, "late")
    assert gather("person", b.pk) == 1
    assert now(late).person_id == a.pk
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert now(late).person_id == b.pk


def test_chains_lead_to_their_end_and_are_parted_from_there() -> None:
    a, b, c = person("A"), person("B"), person("C")
    first = order(a.pk, "1")
    low, high = join(b, a), join(c, b)
    assert (into("person", a.pk), set(numbers_of("person", c.pk))) == (c.pk, {a.pk, b.pk, c.pk})
    with pytest.raises(CannotPart, match="merged further"):
        unmerge(actor=SYSTEM, merge_id=low.pk)
    unmerge(actor=SYSTEM, merge_id=high.pk)
    unmerge(actor=SYSTEM, merge_id=low.pk)
    assert now(first).person_id == a.pk
    with pytest.raises(CannotPart, match="parted already"):
        unmerge(actor=SYSTEM, merge_id=low.pk)


def test_two_that_went_up_in_one_are_parted_in_any_order() -> None:
    a, b, c = person("A"), person("B"), person("C")
    said(b.pk, "withdrawn", 2)
    said(a.pk, "given", 3)
    orders = [order(who.pk, str(who.pk)) for who in (a, b, c)]
    before = everything()
    first, second = join(a, b), join(a, c)
    unmerge(actor=SYSTEM, merge_id=first.pk)
    assert [now(o).person_id for o in orders] == [a.pk, b.pk, a.pk]
    unmerge(actor=SYSTEM, merge_id=second.pk)
    after = everything()
    for table in ("consent_record", "consent_state"):  # the no that was written once more stays with whom it is of
        assert len(after.pop(table)) >= len(before.pop(table))
    assert after == before
    assert (holds(a), holds(b)) == ({("given", False)}, {("withdrawn", False)})


def test_a_merged_record_is_not_taken_out_of_the_trash_by_itself() -> None:
    a, b = person("A"), person("B")
    join(a, b)
    with pytest.raises(Conflict, match="merged with another one"):
        restore_person(actor=SYSTEM, record_id=b.pk)


def test_some_two_stay_two() -> None:
    a, b, gone = person("A"), person("B"), person("C")
    trash_person(actor=SYSTEM, record_id=gone.pk)
    Person.objects.for_system("test").filter(pk=b.pk).update(is_demo=True)
    for other, why in ((a, "one record already"), (gone, "lies in the trash"), (b, "demo company")):
        with pytest.raises(CannotMerge, match=why):
            join(a, other)


def test_both_records_need_the_right_to_merge(cast: Cast) -> None:
    from dangol.platform.accounts.models import Role

    for role in Role.objects.filter(name="scope-own"):
        role.grants["person"]["merge"] = "own"
        role.save()
    mine = person("Mine", owner=cast.owner.pk)
    also, theirs = person("Also", owner=cast.owner.pk), person("Theirs", owner=cast.stranger.pk)
    owner = cast.actor("owner")

    def try_with(actor: Actor, one: Any, two: Any) -> Merge:
        return merge(actor=actor, object_name="person", survivor_id=one.pk, loser_id=two.pk)

    with pytest.raises(NotFound):
        try_with(owner, mine, theirs)
    with pytest.raises(NotFound):
        try_with(owner, theirs, mine)
    with pytest.raises(Forbidden):
        try_with(cast.actor("mate"), mine, also)
    done = try_with(owner, mine, also)
    with pytest.raises((Forbidden, NotFound)):
        unmerge(actor=cast.actor("stranger"), merge_id=done.pk)
    unmerge(actor=owner, merge_id=done.pk)


def test_the_people_of_a_company_go_over_with_it() -> None:
    a = create_company(actor=SYSTEM, values={"name": "한빛", "registration_number": "1"})
    b = create_company(actor=SYSTEM, values={"name": "(주)한빛", "registration_number": "2", "city": "Seoul"})
    someone = person("Kim", company=b.pk)
    before = everything()
    done = merge(actor=SYSTEM, object_name="company", survivor_id=a.pk, loser_id=b.pk,
                 chosen={"registration_number": "loser"})  # fmt: skip
    assert (now(someone).company_id, now(a).registration_number, now(a).city) == (a.pk, "2", "Seoul")
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert everything() == before


def test_orders_that_were_moved_on_since_stay_where_they_are() -> None:
    a, b, c = person("A"), person("B"), person("C")
    moved = order(b.pk, "1")
    done = join(a, b)
    Order.objects.for_system("test").filter(pk=moved.pk).update(person_id=c.pk)
    unmerge(actor=SYSTEM, merge_id=done.pk)
    assert now(moved).person_id == c.pk


def test_who_is_erased_is_erased_under_the_old_number_too() -> None:
    a, b = person("A"), person("B", email="b@b.kr")
    join(a, b)
    assert held(Subject(a.pk)) == 1
    assert forget(Subject(a.pk)) == 2
    assert (now(b).name, now(b).email) == ("", "")
    assert not Merge.objects.for_system("test").exists()
