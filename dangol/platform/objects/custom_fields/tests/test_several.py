"""A field that leads to several records: list, filter, form, import, REST, export, history and undo; and never to one
that the reader may not see."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.customers.companies.services import create_company, trash_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_people, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.api.feed import rendered
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import exporting, listing
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.many import change_many
from dangol.platform.objects.past import as_of
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.writing import Conflict, writer_of
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast


@pytest.fixture
def actor(db: None, system: Actor) -> Actor:
    values = {"kind": "relations", "label_en": "Friends", "relation": "person"}
    add_field(actor=system, object_name="person", values=values)
    add_field(actor=system, object_name="person", values={**values, "label_en": "Firms", "relation": "company"})
    return system


def person(actor: Actor, name: str, **values: Any) -> Person:
    return create_person(actor=actor, values={"name": name, **values})


def found(actor: Actor, op: str, value: Any = None, field: str = "c_friends") -> list[str]:
    tree = {"field": field, "op": op, **({} if value is None else {"value": value})}
    rows = listing.page(object_type("person"), actor, ListQuery(filter=tree, columns=["name", field])).rows
    return sorted(r.record.name for r in rows)


def shown(actor: Actor, record: Person, field: str = "c_friends") -> list[str]:
    rows = listing.page(object_type("person"), actor, ListQuery(columns=["name", field])).rows
    [value] = [r.values[field] for r in rows if r.id == record.pk]
    return [one.title for one in value or ()]


def test_it_is_kept_filtered_and_shown(actor: Actor) -> None:
    a, b = person(actor, "A"), person(actor, "B", city="Seoul")
    c = person(actor, "C", c_friends=[b.pk, a.pk, b.pk])
    d = person(actor, "D", c_friends=f"{a.pk}")
    assert Person.plain.get(pk=c.pk).custom == {"c_friends": [b.pk, a.pk]}
    assert shown(actor, c) == ["B", "A"]
    assert found(actor, "is", a.pk) == ["C", "D"]
    assert found(actor, "is_not", b.pk) == ["A", "B", "D"]
    assert found(actor, "in", [b.pk, d.pk]) == ["C"]
    assert found(actor, "where", {"field": "city", "op": "is", "value": "Seoul"}) == ["C"]
    assert found(actor, "where", {"field": "c_friends", "op": "is", "value": a.pk}) == []
    assert found(actor, "is_empty") == ["A", "B"]
    assert found(actor, "is_not_empty") == ["C", "D"]
    assert person(actor, "E", c_friends=[]).custom == {}


def test_what_does_not_exist_or_is_no_id_is_refused(actor: Actor) -> None:
    for wrong in ([10**9], ["x"], [0], [-1], [2**63], [[1]], list(range(1, 502)), "1,x", '{"a": 1}', [None], True):
        with pytest.raises(ValidationError) as caught:
            person(actor, "A", c_friends=wrong)
        assert list(caught.value.message_dict) == ["c_friends"], wrong
    made = create_people(actor=actor, values=[{"name": "B", "c_friends": [10**9]}, {"name": "C"}])
    assert list(made[0].message_dict) == ["c_friends"]
    assert made[1].pk


def test_one_who_sees_a_part_sees_finds_and_changes_that_part_alone(actor: Actor, cast: Cast) -> None:
    who = cast.actor("owner")
    mine, mine_too = (person(actor, n, owner=cast.owner.pk) for n in ("Mine", "Mine too"))
    foreign, other = (person(actor, n, owner=cast.stranger.pk, city="Jeju") for n in ("Foreign", "Other"))
    record = person(actor, "R", owner=cast.owner.pk, c_friends=[foreign.pk, mine.pk])
    lone = person(actor, "L", owner=cast.owner.pk, c_friends=[other.pk])
    assert (shown(who, record), shown(who, lone)) == (["Mine"], [])
    assert (found(who, "is", foreign.pk), found(who, "is", mine.pk)) == ([], ["R"])
    assert found(who, "in", [foreign.pk, other.pk]) == []
    assert found(who, "where", {"field": "city", "op": "is", "value": "Jeju"}) == []
    assert found(who, "is_empty") == ["L", "Mine", "Mine too"]
    assert found(who, "is_not", foreign.pk) == ["L", "Mine", "Mine too", "R"]
    with pytest.raises(ValidationError):
        change_person(actor=who, record_id=record.pk, values={"c_friends": [other.pk]})
    seen = {"c_friends": str(mine.pk)}
    change_person(actor=who, record_id=record.pk, values={"c_friends": [mine_too.pk]}, expected=seen)
    assert Person.plain.get(pk=record.pk).c_friends == [mine_too.pk, foreign.pk]
    with pytest.raises(Conflict) as caught:
        change_person(actor=who, record_id=record.pk, values={"c_friends": []}, expected=seen)
    assert caught.value.current == {"c_friends": [mine_too.pk]}
    writer = writer_of("person")
    assert writer is not None
    change_many(writer, actor=who, values={record.pk: {"c_friends": []}, lone.pk: {"c_friends": [mine.pk]}})
    assert Person.plain.get(pk=record.pk).c_friends == [foreign.pk]
    assert Person.plain.get(pk=lone.pk).c_friends == [mine.pk, other.pk]


def test_a_hidden_one_is_in_no_page_file_answer_or_feed(actor: Actor, cast: Cast) -> None:
    mine = person(actor, "Mine", owner=cast.owner.pk)
    foreign = person(actor, "Unseen one", owner=cast.stranger.pk)
    record = person(actor, "R", owner=cast.owner.pk, c_friends=[foreign.pk, mine.pk])
    client = Client()
    client.force_login(cast.owner)
    for path in (f"/people/{record.pk}", f"/people/{record.pk}/history", f"/people/{record.pk}/edit?field=c_friends",
                 "/people?columns=name,c_friends", f"/people/choices?field=c_friends&several=1&c_friends={foreign.pk}",
                 "/api/v1/people?fields=c_friends", f"/api/v1/people/{record.pk}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Unseen one" not in answer.content.decode(), path
        if "history" not in path and "choices" not in path:
            assert "Mine" in answer.content.decode(), path
    rows = client.get("/api/v1/people?fields=c_friends").json()["rows"]
    assert [r["c_friends"] for r in rows if r["title"] == "R"] == [[{"id": mine.pk, "title": "Mine"}]]


def test_a_list_is_exported_by_name_and_by_id(actor: Actor) -> None:
    a, b = person(actor, "A, Inc."), person(actor, "=B")
    person(actor, "C", c_friends=[b.pk, a.pk])
    for form, wanted in (
        ({"kind": "csv"}, "C,\"'=B; A, Inc.\""), ({"kind": "csv", "values": "codes"}, f"{b.pk}; {a.pk}"),
        ({"kind": "jsonl"}, f'"c_friends":[{{"id":{b.pk},"title":"=B"}}'),
    ):  # fmt: skip
        taken = exporting.begin_export(
            actor=actor, declared=object_type("person"), query=ListQuery(columns=["c_friends"]),
            form=exporting.Form(**form), viewer=Viewer(actor=actor),
        )  # fmt: skip
        text = b"".join(taken.pieces).decode()
        assert wanted in text, text


def test_it_is_told_undone_and_seen_in_the_past(actor: Actor) -> None:
    a, b = person(actor, "A"), person(actor, "B")
    record = person(actor, "C", c_friends=[a.pk])
    told = change_person(actor=actor, record_id=record.pk, values={"c_friends": [b.pk]}).told_by
    event = EventRecord.objects.get(pk=told)
    assert event.changes == {"c_friends": [[a.pk], [b.pk]]}
    begin(actor=actor, action="undo", object_name="person", undoes=event)
    back = Person.plain.get(pk=record.pk)
    assert back.c_friends == [a.pk]
    assert as_of(object_type("person"), actor, back, event.occurred_at).values["c_friends"] == [b.pk]


def test_rest_takes_ids_and_answers_links(actor: Actor, cast: Cast) -> None:
    a = person(actor, "A")
    client = Client()
    client.force_login(cast.admin)

    def send(method: str, path: str, body: Any) -> Any:
        return getattr(client, method)(f"/api/v1/people{path}", json.dumps(body), content_type="application/json")

    made = send("post", "", {"name": "B", "c_friends": [a.pk]})
    assert (made.status_code, made.json()["c_friends"]) == (201, [{"id": a.pk, "title": "A"}])
    assert send("patch", f"/{made.json()['id']}", {"c_friends": []}).json()["c_friends"] is None
    assert send("patch", f"/{made.json()['id']}", {"c_friends": [10**9]}).status_code == 422
    assert send("patch", f"/{made.json()['id']}", {"c_friends": "A"}).status_code == 422


def test_the_form_and_the_search_keep_what_is_ticked_without_script(actor: Actor, cast: Cast) -> None:
    a, b = person(actor, "Anna"), person(actor, "Berta")
    record = person(actor, "C", c_friends=[a.pk])
    client = Client()
    client.force_login(cast.admin)
    at = f"/people/{record.pk}/edit?field=c_friends"
    assert f'value="{a.pk}" checked' in client.get(at).content.decode()
    more = client.get(f"/people/choices?field=c_friends&several=1&c_friends={a.pk}&c_friends__q=Berta").content.decode()
    assert f'value="{a.pk}" checked' in more
    assert f'value="{b.pk}">' in more
    found = client.post(at, {"_search": "c_friends", "c_friends__q": "Berta", "c_friends": a.pk}).content.decode()
    assert f'value="{a.pk}" checked' in found
    assert f'value="{b.pk}">' in found
    assert client.post(at, {"c_friends": [a.pk, b.pk], "expected_c_friends": str(a.pk)}).status_code == 302
    assert Person.plain.get(pk=record.pk).c_friends == [a.pk, b.pk]
    assert client.post(at, {"expected_c_friends": f"{a.pk},{b.pk}"}).status_code == 302
    assert Person.plain.get(pk=record.pk).c_friends is None


def test_the_other_record_shows_who_leads_there(actor: Actor, cast: Cast) -> None:
    add_field(
        actor=actor, object_name="person", values={"kind": "relation", "label_en": "Mentor", "relation": "person"}
    )
    firm, a = create_company(actor=actor, values={"name": "Hwaro"}), person(actor, "Anna")
    person(actor, "Carl", c_friends=[a.pk], c_firms=[firm.pk], c_mentor=a.pk, owner=cast.owner.pk)
    person(actor, "Dora", c_friends=[a.pk], owner=cast.stranger.pk)
    client = Client()
    client.force_login(cast.admin)

    def leading(at: str) -> dict[str, str]:
        page = client.get(at).content.decode()
        asked = re.findall(r"<dt>(People · \w+)</dt><dd class=.fixed.><span hx-get=.([^ ]+). hx", page)
        return {label: client.get(unescape(url)).content.decode() for label, url in asked}

    found = leading(f"/people/{a.pk}")
    assert ["Carl" in said and "Dora" in said for said in found.values()] == [True, False]
    assert list(found) == ["People · Friends", "People · Mentor"]
    assert "Carl" in leading(f"/companies/{firm.pk}")["People · Firms"]
    cast.admin.roles.update(fields={"person": {"c_friends": "hidden"}})
    assert list(leading(f"/people/{a.pk}")) == ["People · Mentor"]


def test_a_target_in_the_trash_stays_and_says_so(actor: Actor, cast: Cast) -> None:
    firm = create_company(actor=actor, values={"name": "Hwaro"})
    record = person(actor, "C", c_firms=[firm.pk])
    trash_company(actor=actor, record_id=firm.pk)
    client = Client()
    client.force_login(cast.admin)
    assert "<s>Hwaro</s>" in client.get("/people?columns=name,c_firms").content.decode()
    assert found(actor, "where", {"field": "name", "op": "is", "value": "Hwaro"}, "c_firms") == []
    change_person(actor=actor, record_id=record.pk, values={"city": "Busan"})
    assert Person.plain.get(pk=record.pk).c_firms == [firm.pk]


def test_the_builder_asks_of_and_through_it(actor: Actor, cast: Cast) -> None:
    a = person(actor, "Anna", city="Seoul")
    person(actor, "Carl", c_friends=[a.pk])
    client = Client()
    client.force_login(cast.admin)
    own = {"field": "c_friends", "op": "is", "value": a.pk}
    through = {"field": "c_friends", "op": "where", "value": {"field": "city", "op": "is", "value": "Seoul"}}
    for tree in (own, through, {**own, "op": "in", "value": [a.pk]}, {"and": [own, {"not": through}]}):
        for path in ("/people/filter", "/people"):
            answer = client.get(path, {"filter": json.dumps(tree)})
            assert answer.status_code == 200, (path, tree)
    assert "Anna" in client.get("/people", {"filter": json.dumps(own)}).content.decode()
    assert client.get("/people/condition", {"field": "c_friends", "op": "is"}).status_code == 200


def test_the_feed_names_none_that_is_hidden(actor: Actor, cast: Cast) -> None:
    mine, foreign = person(actor, "Mine", owner=cast.owner.pk), person(actor, "X", owner=cast.stranger.pk)
    record = person(actor, "R", owner=cast.owner.pk)
    told = change_person(actor=actor, record_id=record.pk, values={"c_friends": [foreign.pk, mine.pk]}).told_by
    event = EventRecord.objects.get(pk=told)
    for who, ids in (("owner", [mine.pk]), ("admin", [foreign.pk, mine.pk])):
        said = rendered(event, cast.actor(who))
        assert said is not None
        assert said["changes"] == {"c_friends": [None, ids]}, who
