"""What webhooks were told, by REST: the log, one message, a test, sending again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services.sending import Try, note_attempt
from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
from dangol.backoffice.webhooks.outgoing import Answer
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.api.tests.program import Program
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

GONE_WRONG = Try({}, 12, Answer(500, {}, "the till is broken"), "HTTP 500")


@pytest.fixture
def call(cast: Cast) -> Program:
    return Program(cast)


@pytest.fixture
def place(call: Program) -> str:
    """A webhook, told of people."""
    answer = call("POST", "/webhooks", {"url": "https://example.com/hook", "events": ["person.*"]})
    return str(answer["Location"].removeprefix("/api/v1"))


def told(cast: Cast, system: Actor, name: str) -> Any:
    """The message about a new person."""
    create_person(actor=cast.actor("admin"), values={"name": name})
    event = EventRecord.objects.filter(name="person.created").latest("xid", "id")
    tell_endpoints(actor=system, record=event)
    return Message.objects.for_system("test").get(event_id=event.pk)


def given_up(message: Any, system: Actor) -> None:
    note_attempt(actor=system, message_id=message.pk, tried=GONE_WRONG)
    Message.objects.for_system("test").filter(pk=message.pk).update(state="failed")


def test_the_log_is_read_page_by_page_and_by_state(cast: Cast, system: Actor, call: Program, place: str) -> None:
    sent = [told(cast, system, f"Kim {n}") for n in range(3)]
    given_up(sent[0], system)
    first = call("GET", f"{place}/deliveries?limit=2").json()
    assert [row["id"] for row in first["rows"]] == [str(sent[2].pk), str(sent[1].pk)]
    rest = call("GET", f"{place}/deliveries?limit=2&after={first['next']}").json()
    assert ([row["id"] for row in rest["rows"]], rest["next"]) == ([str(sent[0].pk)], "")
    failed = call("GET", f"{place}/deliveries?state=failed").json()["rows"]
    assert [(row["id"], row["last_status"], row["next_at"]) for row in failed] == [(str(sent[0].pk), 500, None)]
    for wrong in ("state=lost", "after=x", "limit=0"):
        assert call("GET", f"{place}/deliveries?{wrong}").status_code == 422


def test_one_message_says_what_is_sent_and_what_came_back(cast: Cast, system: Actor, call: Program, place: str) -> None:
    message = told(cast, system, "Kim")
    given_up(message, system)
    found = call("GET", f"{place}/deliveries/{message.pk}").json()
    assert found["body"] == json.loads(message.body)
    assert found["message_id"] == message.webhook_id
    assert [(t["number"], t["status"], t["response_body"]) for t in found["tries"]] == [(1, 500, "the till is broken")]


def test_what_was_given_up_is_sent_again(cast: Cast, system: Actor, call: Program, place: str) -> None:
    sent = [told(cast, system, f"Kim {n}") for n in range(2)]
    for message in sent:
        given_up(message, system)
    assert call("POST", f"{place}/deliveries/{sent[0].pk}/replay").status_code == 204
    assert call("GET", f"{place}/deliveries/{sent[0].pk}").json()["state"] == "waiting"
    assert call("POST", f"{place}/deliveries/replay", {"since": "2999-01-01T00:00:00Z"}).json() == {"count": 0}
    assert call("POST", f"{place}/deliveries/replay", {}).json() == {"count": 1}
    assert call("POST", f"{place}/deliveries/replay", {"since": "2026-01-01T00:00:00"}).status_code == 422


def test_a_test_message_is_in_the_log(call: Program, place: str) -> None:
    answer = call("POST", f"{place}/ping")
    assert (answer.status_code, answer.json()["type"]) == (201, "webhook.ping")
    assert call("GET", f"{place}/deliveries").json()["rows"] == [answer.json()]


def test_messages_of_another_webhook_or_of_none_are_not_found(
    cast: Cast, system: Actor, call: Program, place: str
) -> None:
    message = told(cast, system, "Kim")
    other = call("POST", "/webhooks", {"url": "https://example.com/2", "events": ["order.*"]}).json()["id"]
    nobody = "01a201ed-f2df-7f92-b72c-18186554d8ae"
    for path in (f"/webhooks/{other}/deliveries/{message.pk}", f"{place}/deliveries/{nobody}"):
        assert call("GET", path).status_code == call("POST", f"{path}/replay").status_code == 404
    assert call("GET", f"{place}/deliveries/nonsense").status_code == 422
    assert call("GET", "/webhooks/999999/deliveries").status_code == 404


def test_who_may_not_see_the_record_reads_the_log_without_what_it_tells(
    cast: Cast, system: Actor, call: Program, place: str
) -> None:
    message = told(cast, system, "Kim Secret")
    given_up(message, system)
    for scopes, is_readable in ((["webhook:*"], False), (["webhook:see", "person:see"], False),
                                (["webhook:*", "person:see"], True)):  # fmt: skip
        answer = Program(cast, scopes=scopes)("GET", f"{place}/deliveries/{message.pk}")
        assert (answer.status_code, answer.json()["body"] is not None) == (200, is_readable)
        assert ("Kim Secret" in answer.content.decode(), "till" in answer.content.decode()) == (is_readable,) * 2


def test_the_page_keeps_it_back_too(cast: Cast, system: Actor, place: str) -> None:
    from dangol.platform.accounts.models import Role

    message = told(cast, system, "Kim Secret")
    role = Role.objects.get(name="scope-own")
    role.grants = {**role.grants, "webhook": {"*": "all"}}
    role.save()
    client = Client()
    client.force_login(cast.owner)
    page = client.get(f"/setup{place}/{message.pk}").content.decode()
    assert "Kim Secret" not in page
    assert "may not see" in page
