"""The matching over all records, its queue, and what people say about pairs."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from dangol.core.customers.people.models import Person
from dangol.core.identity.matching.models import MatchRun, Pair
from dangol.core.identity.matching.queries import queue
from dangol.core.identity.matching.services import reopen, say_different, set_matching
from dangol.core.identity.matching.services.automatic import merge_sure
from dangol.core.identity.matching.services.queueing import write
from dangol.core.identity.merging.queries import into
from dangol.core.identity.merging.services import merge, unmerge
from dangol.core.identity.merging.tests.rows import person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def pair(one: Any, other: Any, probability: float = 0.9) -> Pair:
    low, high = sorted((one.pk, other.pk))
    return Pair.objects.create(object_name="person", first_id=low, second_id=high, probability=probability)


class Found:
    """What a matching hands to the queue."""

    def __init__(self, *pairs: tuple[int, int, float]) -> None:
        self.left, self.right, self.probability = zip(*pairs, strict=True)


def refill(*pairs: tuple[int, int, float]) -> int:
    run = MatchRun.objects.create(object_name="person")
    found: Any = Found(*pairs)
    return write("person", run.pk, found, 0.5)


def listed(actor: Actor = SYSTEM, **more: Any) -> list[int]:
    return [shown.pair.pk for shown in queue(actor, "person", **more).rows]


def test_likelier_pairs_come_first_and_those_in_the_trash_not_at_all() -> None:
    a, b, c = person("A"), person("B"), person("C")
    low, high = pair(a, b, 0.6), pair(a, c, 0.99)
    assert listed() == [high.pk, low.pk]
    Person.objects.for_system("test").filter(pk=c.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert listed() == [low.pk]


def test_only_who_sees_both_sees_the_pair(cast: Cast) -> None:
    mine, theirs = person("A", owner=cast.owner.pk), person("B", owner=cast.stranger.pk)
    made = pair(mine, theirs)
    assert listed(cast.actor("owner")) == listed(cast.actor("stranger")) == []
    assert listed(cast.actor("admin")) == [made.pk]


def test_not_the_same_is_remembered_by_later_runs_and_can_be_taken_back() -> None:
    a, b, c = (person(n) for n in "ABC")
    assert refill((a.pk, b.pk, 0.9), (b.pk, c.pk, 0.8), (a.pk, c.pk, 0.3)) == 2
    said = say_different(actor=SYSTEM, object_name="person", first_id=b.pk, second_id=a.pk)
    assert refill((a.pk, b.pk, 0.95)) == 0
    assert (listed(), listed(state="different")) == ([], [said.pk])
    reopen(actor=SYSTEM, pair_id=said.pk)
    assert listed() == [said.pk]


def test_what_was_said_of_a_record_holds_for_the_one_it_went_up_in() -> None:
    a, b, c = (person(n) for n in "ABC")
    say_different(actor=SYSTEM, object_name="person", first_id=b.pk, second_id=c.pk)
    merge(actor=SYSTEM, object_name="person", survivor_id=a.pk, loser_id=b.pk)
    assert refill((a.pk, c.pk, 0.99)) == 0


def test_nothing_is_merged_by_itself_until_the_company_says_from_where(system: Actor) -> None:
    a, b, c, d = (person(n) for n in "ABCD")
    pair(a, b, 0.999), pair(b, c, 0.998), pair(a, d, 0.7)
    assert merge_sure("person", None, Tracker(None)) == 0
    assert merge_sure("person", 0.99, Tracker(None)) == 2
    assert [into("person", who.pk) for who in (a, b, c, d)] == [None, a.pk, a.pk, None]


def test_what_somebody_said_is_different_is_never_brought_together_by_a_third() -> None:
    a, b, c = (person(n) for n in "ABC")
    say_different(actor=SYSTEM, object_name="person", first_id=a.pk, second_id=c.pk)
    pair(a, b, 0.999), pair(b, c, 0.998)
    assert merge_sure("person", 0.99, Tracker(None)) == 1
    assert into("person", c.pk) is None


def test_the_threshold_is_set_by_administrators_within_reason(cast: Cast) -> None:
    admin = cast.actor("admin")
    for wrong in (0.2, 1.1):
        with pytest.raises(ValidationError, match="between 50 and 100"):
            set_matching(actor=admin, object_name="person", automatic_from=wrong, is_nightly=False)
    with pytest.raises(Forbidden):
        set_matching(actor=cast.actor("owner"), object_name="person", automatic_from=0.9, is_nightly=False)
    assert set_matching(actor=admin, object_name="person", automatic_from=0.9, is_nightly=True).automatic_from == 0.9


def test_who_may_not_merge_says_nothing_about_a_pair(cast: Cast) -> None:
    a, b = person("A", owner=cast.owner.pk), person("B", owner=cast.owner.pk)
    with pytest.raises(Forbidden):
        say_different(actor=cast.actor("owner"), object_name="person", first_id=a.pk, second_id=b.pk)
    with pytest.raises(NotFound):
        say_different(actor=cast.actor("stranger"), object_name="person", first_id=a.pk, second_id=b.pk)


def test_pages_lead_through_the_queue_and_back(cast: Cast, client: Client) -> None:
    a, b = person("Kim Jiwoo", city="Seoul"), person("김지우", phone="010-1234-5678")
    pair(a, b)
    client.force_login(cast.admin)
    page = client.get("/identity/duplicates").content.decode()
    assert "90 %" in page or "90.0 %" in page
    assert "similar name" in page
    side = client.get(f"/identity/merge/people/{a.pk}/{b.pk}?next=/identity/duplicates")
    assert "010-1234-5678" in side.content.decode()
    done = client.post(f"/identity/merge/people/{a.pk}/{b.pk}", {"take_name": "loser", "next": "//evil.test"})
    assert (done.status_code, done["Location"]) == (302, f"/people/{a.pk}")
    assert client.get(f"/people/{b.pk}")["Location"] == f"/people/{a.pk}"
    assert client.get(f"/api/v1/people/{b.pk}")["Location"] == f"/api/v1/people/{a.pk}"
    assert "Part them again" in client.get(f"/people/{a.pk}").content.decode()
    assert client.post(f"/identity/merge/people/{a.pk}/{b.pk}").status_code == 422
    from dangol.core.identity.merging.models import Merge

    merged = Merge.objects.for_system("test").get()
    back = client.post(f"/identity/merges/{merged.pk}/undo")
    assert back["Location"] == f"/people/{b.pk}"
    assert client.get(f"/people/{b.pk}").status_code == 200
    wrong = client.post("/identity/duplicates/settings", {"of": "person", "is_automatic": "1", "automatic_from": "x"})
    assert wrong.status_code == 422
    assert client.post(f"/identity/duplicates/people/{a.pk}/{b.pk}/different").status_code == 302
    client.force_login(cast.owner)
    assert client.get("/identity/duplicates").status_code == 403
    assert unmerge.__name__ == "unmerge"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_people_who_are_there_twice_are_found_without_any_example(system: Actor) -> None:
    from dangol.core.identity.matching.services import run
    from dangol.core.identity.matching.tests.test_lab import people

    rows, dice = people(600), random.Random(3)
    with connection.cursor() as cursor:
        for row in rows:
            mail = f"{row['given']}.{row['family']}{dice.randrange(50)}@x.test"
            cursor.execute(
                "INSERT INTO customers_person (name, phone, born_on, address, email) VALUES (%s, %s, %s, %s, %s)",
                [f"{row['given']} {row['family']}", f"+82{row['phone'][1:]}", row["born"] or None,
                 f"{row['street']} {row['house']}", mail],
            )  # fmt: skip
    done = run(actor=system, object_name="person")
    assert (done.records, done.finished_at is not None) == (800, True)
    found = Pair.objects.for_system("test").filter(object_name="person", state="open")
    whose = dict(zip(Person.objects.for_system("test").order_by("pk").values_list("pk", flat=True),
                     (row["who"] for row in rows), strict=True))  # fmt: skip
    right = sum(whose[p.first_id] == whose[p.second_id] for p in found)
    assert right >= 190
    assert right / found.count() > 0.9
