"""The count of an undo by one statement says what judging row by row says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.events import PersonChanged
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.events.event import RowChange
from dangol.platform.events.models import EventChange
from dangol.platform.events.stream import emit_bulk
from dangol.platform.objects.many import update_rows
from dangol.platform.objects.undoing.counting import tally
from dangol.platform.objects.undoing.judging import judge
from dangol.platform.objects.undoing.planning import plan_undo
from dangol.platform.objects.undoing.told import told_rows
from dangol.platform.objects.writing import writer_of
from tests.cast import Cast

NOTHING = "nothing"
SIDES: dict[str, Any] = {
    "city": st.sampled_from([NOTHING, None, "", "Seoul", "Busan"]),
    "name": st.sampled_from([NOTHING, "김지우", "100% O'Hara"]),
    "born_on": st.sampled_from([NOTHING, None, "1990-01-02", "2001-12-31"]),
    "owner": st.sampled_from([NOTHING, None, "owner", "mate"]),
    "deleted_at": st.sampled_from([NOTHING, None, "?", "then", "2020-01-01T00:00:00+00:00"]),
    "strange": st.sampled_from([NOTHING, 1, 2]),
}
SIDE = st.one_of(st.none(), st.fixed_dictionaries(SIDES), st.fixed_dictionaries({"city": SIDES["city"]}))
ROWS = st.lists(st.tuples(st.integers(0, 5), SIDE, SIDE), min_size=1, max_size=12)


@pytest.fixture
def people(cast: Cast) -> list[int]:
    """Of the owner: plain, with more values, in the trash; of somebody else; one that others hang on; none at all."""
    owner, more = cast.actor("owner"), {"city": "Busan", "born_on": "1990-01-02", "owner": cast.owner.pk}
    made = [
        create_person(actor=owner, values=v)
        for v in ({"name": "김지우"}, {"name": "100% O'Hara", **more}, {"name": "T"})
    ]
    trash_person(actor=owner, record_id=made[2].pk)
    theirs = create_person(actor=cast.actor("stranger"), values={"name": "S"})
    return [*(p.pk for p in made), theirs.pk, create_person(actor=owner, values={"name": "H"}).pk, 10**12]


def _side(cast: Cast, side: dict[str, Any] | None, moment: str) -> dict[str, Any] | None:
    if side is None:
        return None
    known = {name: value for name, value in side.items() if value != NOTHING}
    if known.get("owner"):
        known["owner"] = cast.users[known["owner"]].pk
    if known.get("deleted_at") == "then":
        known["deleted_at"] = moment
    return known


@pytest.mark.parametrize("hidden", [False, True])
def test_counting_and_judging_are_of_one_mind(cast: Cast, people: list[int], hidden: bool) -> None:
    if hidden:
        role = cast.owner.roles.get()
        role.fields = {"person": {"city": "read"}}
        role.grants = {**role.grants, "person": {**role.grants["person"], "delete": "none"}}
        role.save()
    actor, writer = cast.actor("owner"), writer_of("person")
    assert writer is not None
    moment = Person.objects.for_system("test").get(pk=people[2]).deleted_at.isoformat()

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(ROWS)
    def trying(drawn: list[Any]) -> None:
        rows = [RowChange("person", people[at], _side(cast, b, moment), _side(cast, a, moment)) for at, b, a in drawn]
        with transaction.atomic():
            told = emit_bulk(PersonChanged(), actor=actor, rows=rows)
            verdicts = judge(writer, actor, told_rows(EventChange.objects.filter(event=told).order_by("pk")), [told.id])
            found = tally(writer, actor, [told.id])
            assert found is not None
            assert (found.total, found.takes, found.done, dict(found.left)) == (
                len(rows), sum(v.takes for v in verdicts), sum(v.is_done for v in verdicts),
                dict(Counter(left.reason for v in verdicts for left in v.left)),
            )  # fmt: skip
            transaction.set_rollback(True)

    trying()


def test_what_hangs_on_new_records_is_counted(cast: Cast) -> None:
    actor, writer = cast.actor("owner"), writer_of("company")
    assert writer is not None
    firms = [create_company(actor=actor, values={"name": f"F{n}"}).pk for n in range(3)]
    create_person(actor=actor, values={"name": "Kim", "company": firms[0]})
    rows = [RowChange("company", pk, None, {"name": f"F{n}", "owner_id": cast.owner.pk}) for n, pk in enumerate(firms)]
    told = emit_bulk(PersonChanged(), actor=actor, rows=rows)
    found = tally(writer, actor, [told.id])
    assert found is not None
    assert (found.takes, dict(found.left)) == (2, {"held": 1})


def test_a_value_that_its_column_no_longer_takes_is_judged_row_by_row(cast: Cast, people: list[int]) -> None:
    actor, writer = cast.actor("owner"), writer_of("person")
    assert writer is not None
    rows = [RowChange("person", people[n], {"born_on": "soon"}, {"born_on": "1990-01-02"}) for n in range(2)]
    told = emit_bulk(PersonChanged(), actor=actor, rows=rows)
    assert tally(writer, actor, [told.id]) is None
    update_rows(Person, ["born_on"], [(people[0], "1990-01-02")])
    plan = plan_undo(actor, told.id)
    assert (plan.total, plan.takes, plan.left) == (2, 0, {"refused": 2})


def test_beyond_two_thousand_rows_each_is_counted_and_the_first_are_shown(cast: Cast) -> None:
    actor = cast.actor("owner")
    made = Person.plain.bulk_create([Person(name=f"P{n}", city="Busan", owner_id=cast.owner.pk) for n in range(2_500)])
    rows = [RowChange("person", p.pk, {"city": "Seoul"}, {"city": "Busan"}) for p in made]
    told = emit_bulk(PersonChanged(), actor=actor, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_person, event_change")
    update_rows(Person, ["city"], [(p.pk, "Jeju") for p in made[2_400:]])
    plan = plan_undo(actor, told.id)
    assert (plan.total, plan.takes, plan.done, plan.left) == (2_500, 2_400, 0, {"changed": 100})
    assert (len(plan.shown), len(plan.kept)) == (20, 20)
