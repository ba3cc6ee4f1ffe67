"""Merging and parting again changes nothing, whatever belongs to the two."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.collaborative.activities.notes.models import Note
from dangol.core.identity.merging.services import merge, unmerge
from dangol.core.identity.merging.tests.rows import everything, order, person, said
from dangol.platform.access.actor import Actor
from dangol.platform.access.models import Share
from dangol.platform.api.models import ExternalId

SYSTEM = Actor.system("test")
SIDES = st.sampled_from([0, 1])
PEOPLE = st.fixed_dictionaries({
    "city": st.sampled_from(["", "Seoul", "Busan"]), "email": st.sampled_from(["", "a@b.kr", "c@d.kr"]),
    "number": st.booleans(), "born_on": st.sampled_from([None, "1990-01-02"]),
})  # fmt: skip
BELONGINGS = st.lists(
    st.tuples(SIDES, st.sampled_from(["order", "note", "external", "share", "given", "refused"])), max_size=6
)


def add(who: list[Any], place: int, what: str, number: int, user: Any) -> None:
    owner = who[place]
    if what == "order":
        order(owner.pk, f"N{number}")
    elif what == "note":
        Note.objects.create(object_name="person", record_id=owner.pk, body=f"note {number}")
    elif what == "external":
        ExternalId.objects.create(object_name="person", record_id=owner.pk, system="shop", external_id=f"{number}")
    elif what == "share":
        Share.objects.get_or_create(object_name="person", record_id=owner.pk, user=user)
    else:
        said(owner.pk, what, 1 + number % 28, number % 2)


def clashes(things: list[tuple[int, str]]) -> bool:
    """Whether a later yes of one stands against a no of the other: then a line more is written, which is kept."""
    said_by = [{what for place, what in things if place == side and what in ("given", "refused")} for side in (0, 1)]
    return any("refused" in mine and "given" in theirs for mine, theirs in (said_by, said_by[::-1]))


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    PEOPLE,
    PEOPLE,
    BELONGINGS,
    st.dictionaries(st.sampled_from(["city", "email"]), st.sampled_from(["survivor", "loser"])),
)
def test_merging_and_parting_is_as_if_nothing_had_happened(
    cast: Any, one: dict[str, Any], other: dict[str, Any], things: list[tuple[int, str]], chosen: dict[str, str]
) -> None:
    who = []
    for place, values in enumerate((one, other)):
        number = {"customer_number": f"C{place}-{id(things)}"} if values["number"] else {}
        rest = {n: v for n, v in values.items() if n != "number" and v}
        who.append(person(f"P{place}", **rest, **number))
    for number, (place, what) in enumerate(things):
        add(who, place, what, number, cast.mate)
    before = everything()
    done = merge(actor=SYSTEM, object_name="person", survivor_id=who[0].pk, loser_id=who[1].pk, chosen=chosen)
    unmerge(actor=SYSTEM, merge_id=done.pk)
    after = everything()
    if clashes(things):
        for table in ("consent_record", "consent_state"):
            after.pop(table), before.pop(table)
    assert after == before
    with connection.cursor() as cursor:  # the next example begins with nobody
        cursor.execute("DELETE FROM purchases_order")
        cursor.execute("DELETE FROM api_externalid")
