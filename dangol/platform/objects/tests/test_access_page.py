"""Who reaches a record and why; sharing it with one colleague. The page says what the queries do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import SCOPES
from dangol.platform.access.errors import Forbidden
from dangol.platform.access.models import Share
from dangol.platform.accounts.models import Role, Team, User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.sharing import share_record, unshare_record
from dangol.platform.objects.who_sees import ACTIONS, WhoSees
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MODELS = {"person": Person, "order": Order}


@pytest.fixture
def person(cast: Cast) -> Person:
    return create_person(actor=cast.actor("owner"), values={"name": "김지우", "email": "jiwoo@narae.test"})


def share(cast: Cast, who: str, person: Person, user: str, **more: Any) -> Share:
    return share_record(actor=cast.actor(who), object_name="person", record_id=person.pk, user=cast.users[user], **more)


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


# ---- The answer --------------------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_page_and_the_queries_give_the_same_answer(cast: Cast, data: st.DataObject) -> None:
    """For any roles, teams, managers and shares, of a person and of an order that follows one."""
    with transaction.atomic():
        _compare_for_any_rights(cast, data)
        transaction.set_rollback(True)


def _compare_for_any_rights(cast: Cast, data: st.DataObject) -> None:
    users = list(cast.users.values())
    ids = [u.pk for u in users]
    teams = [None, *Team.objects.values_list("pk", flat=True)]
    grants = st.dictionaries(st.sampled_from(["person", "order", "*"]),
                             st.dictionaries(st.sampled_from([*ACTIONS, "*"]), st.sampled_from(SCOPES)))  # fmt: skip
    roles = [Role.objects.create(name=f"r{n}-{Role.objects.count()}", grants=data.draw(grants)) for n in range(3)]
    for user in users:
        user.roles.set(data.draw(st.sets(st.sampled_from(roles))))
        manager = data.draw(st.sampled_from([None, *ids]))
        User.objects.filter(pk=user.pk).update(team_id=data.draw(st.sampled_from(teams)), manager_id=manager)
    someone = Person.plain.create(name="Kim", owner_id=data.draw(st.sampled_from([None, *ids])))
    order = Order.plain.create(number="1", person=data.draw(st.sampled_from([someone, None])),
                               ordered_at=timezone.now(), currency="KRW")  # fmt: skip
    for pk in data.draw(st.sets(st.sampled_from(ids))):
        level, days = data.draw(st.sampled_from(["see", "change"])), data.draw(st.sampled_from([None, -3, 3]))
        ends_on = timezone.localdate() + timedelta(days=days) if days else None
        Share.objects.create(object_name="person", record_id=someone.pk, user_id=pk, level=level, ends_on=ends_on)
    for name, record in (("person", someone), ("order", order)):
        for line in WhoSees(object_type(name), record).lines:
            actor = actor_for(User.objects.get(pk=line.user.pk))
            for action in ACTIONS:
                reached = MODELS[name].objects.visible_to(actor, action).filter(pk=record.pk).exists()
                assert bool(line.ways[action]) is reached, (name, action, actor)
                assert bool(line.why_not[action]) is not reached


def test_each_rule_is_said_in_words(cast: Cast, person: Person) -> None:
    share(cast, "owner", person, "stranger")
    said = {line.user.name: line for line in WhoSees(object_type("person"), person).lines}
    assert said["Owner"].ways["see"][0].words == "owns it"
    assert said["Mate"].ways["see"][0].words == "team mate of the owner, Owner"
    assert said["Manager"].ways["change"][0].words == "leads the owner, Owner"
    assert said["Manager"].ways["change"][0].roles == "subordinates"
    assert said["Stranger"].ways["see"][0].words.startswith("shared by Owner on ")
    assert said["Stranger"].why_not["change"] == "reaches only their own and their team’s"
    assert said["Admin"].ways["delete"][0].words == "all People"
    assert said["Admin"].ways["delete"][0].roles == "Administrator"


def test_hidden_fields_are_named_with_those_from_whom_they_are_hidden(cast: Cast, person: Person) -> None:
    Role.objects.filter(name="scope-team").update(fields={"person": {"email": "hidden", "city": "read"}})
    shown = browser(cast, "admin").get(f"/people/{person.pk}/access").content.decode()
    assert "Fields that are not open to all of them" in shown
    lines = WhoSees(object_type("person"), person).fields({f.name: f for f in object_type("person").fields})
    assert [(line.field.name, line.hidden, line.read) for line in lines] == [
        ("email", ["Mate"], []), ("city", [], ["Mate"]),
    ]  # fmt: skip
    for_mate = browser(cast, "mate").get(f"/people/{person.pk}/access").content.decode()
    assert "E-mail" not in for_mate.partition("fields-title")[2]


def test_a_hundred_colleagues_cost_the_queries_of_five(cast: Cast, person: Person) -> None:
    client, costs = browser(cast, "admin"), []
    client.get(f"/people/{person.pk}/access")
    for more in (0, 100):
        made = User.objects.bulk_create(
            User(email=f"{n}@many.test", name=f"Colleague {n}", team=cast.owner.team) for n in range(more)
        )
        role = Role.objects.get(name="scope-team")
        User.roles.through.objects.bulk_create(User.roles.through(user=u, role=role) for u in made)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(f"/people/{person.pk}/access")
        assert answer.status_code == 200
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 24
    assert "104 of 105 colleagues may see this." in answer.content.decode()
    found = client.get(f"/people/{person.pk}/access?q=colleague+99").content.decode()
    assert "Colleague 99" in found
    assert "Colleague 98" not in found.partition("who-title")[2]


def test_one_asks_why_about_one_colleague(cast: Cast, person: Person) -> None:
    shown = browser(cast, "owner").get(f"/people/{person.pk}/access?who={cast.stranger.pk}").content.decode()
    assert "Stranger: may not. Stranger reaches only their own and their team’s." in shown
    assert browser(cast, "stranger").get(f"/people/{person.pk}/access").status_code == 404
    assert Client().get(f"/people/{person.pk}/access").status_code == 302
    assert browser(cast, "owner").get(f"/people/{person.pk}/access?who={10**30}").status_code == 200


def test_records_that_follow_others_say_so(cast: Cast, person: Person) -> None:
    order = Order.plain.create(number="7", person=person, ordered_at=timezone.now(), currency="KRW")
    shown = browser(cast, "owner").get(f"/orders/{order.pk}/access").content.decode()
    assert f'href="/people/{person.pk}/access"' in shown
    assert "/share" not in shown
    with pytest.raises(ValidationError, match="share that one"):
        share_record(actor=cast.actor("owner"), object_name="order", record_id=order.pk, user=cast.stranger)


# ---- Sharing -----------------------------------------------------------------------------------------------------


def test_sharing_opens_a_record_to_see_then_to_change_and_is_taken_back(cast: Cast, person: Person) -> None:
    share(cast, "owner", person, "stranger")
    with pytest.raises(Forbidden):
        change_person(actor=cast.actor("stranger"), record_id=person.pk, values={"city": "부산"})
    share(cast, "owner", person, "stranger", level="change")
    change_person(actor=cast.actor("stranger"), record_id=person.pk, values={"city": "부산"})
    unshare_record(actor=cast.actor("owner"), object_name="person", record_id=person.pk, user_id=cast.stranger.pk)
    with pytest.raises(NotFound):
        change_person(actor=cast.actor("stranger"), record_id=person.pk, values={"city": "서울"})
    told = EventRecord.objects.filter(subject="person", subject_id=person.pk, name__contains="shared")
    assert [(e.name, e.payload.get("level")) for e in told.order_by("id")] == [
        ("person.shared", "see"), ("person.shared", "change"), ("person.unshared", None),
    ]  # fmt: skip


def test_a_share_ends_after_its_last_day(cast: Cast, person: Person) -> None:
    share(cast, "owner", person, "stranger", ends_on=timezone.localdate() + timedelta(days=2))
    assert Person.objects.visible_to(cast.actor("stranger")).exists()
    Share.objects.update(ends_on=timezone.localdate() - timedelta(days=2))
    assert not Person.objects.visible_to(cast.actor("stranger")).exists()


def test_who_may_only_see_may_not_share(cast: Cast, person: Person) -> None:
    Role.objects.filter(name="scope-team").update(grants={"person": {"see": "team"}})
    with pytest.raises(Forbidden, match="Only who may change"):
        share(cast, "mate", person, "stranger")
    with pytest.raises(NotFound):
        share(cast, "stranger", person, "mate")
    assert browser(cast, "mate").post(f"/people/{person.pk}/share", {"user": cast.stranger.pk}).status_code == 403


def test_sharing_adds_rows_to_a_right_and_gives_none(cast: Cast, person: Person) -> None:
    Role.objects.filter(name="scope-team").update(grants={"person": {"see": "shared"}, "order": {"see": "own"}})
    with pytest.raises(ValidationError) as caught:
        share(cast, "owner", person, "stranger", level="change")
    assert "has no right to change" in caught.value.message_dict["level"][0]
    share(cast, "owner", person, "stranger")
    assert list(Person.objects.visible_to(cast.actor("stranger"))) == [person]
    Role.objects.filter(name="scope-team").update(grants={})
    with pytest.raises(ValidationError) as caught:
        share(cast, "owner", person, "mate")
    assert "has no right to see" in caught.value.message_dict["user"][0]


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"user": ""}, "user"), ({"user": "x"}, "user"), ({"user": str(10**30)}, "user"), ({"level": "own"}, "level"),
     ({"ends_on": "soon"}, "ends_on"), ({"ends_on": "2001-01-01"}, "ends_on")],
)  # fmt: skip
def test_a_wrong_share_comes_back_with_the_error_beside_its_field(
    cast: Cast, person: Person, sent: dict[str, str], field: str
) -> None:
    whole = {"user": str(cast.stranger.pk), "level": "see", "ends_on": "", **sent}
    answer = browser(cast, "owner").post(f"/people/{person.pk}/share", whole)
    assert answer.status_code == 422
    assert f'aria-describedby="share-{ {"ends_on": "ends"}.get(field, field) }-error"' in answer.content.decode()
    assert not Share.objects.exists()


def test_a_colleague_gives_up_what_was_shared_with_them(cast: Cast, person: Person) -> None:
    client = browser(cast, "owner")
    client.post(f"/people/{person.pk}/share", {"user": cast.stranger.pk, "level": "see"})
    stranger = browser(cast, "stranger")
    assert "Take back" in stranger.get(f"/people/{person.pk}/access").content.decode()
    assert stranger.post(f"/people/{person.pk}/share/{cast.stranger.pk}/remove").status_code == 302
    assert stranger.get(f"/people/{person.pk}").status_code == 404
    assert json.dumps(EventRecord.objects.filter(name="person.unshared").get().payload)
