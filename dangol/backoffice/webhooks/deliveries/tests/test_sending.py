from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.models import Attempt, Message
from dangol.backoffice.webhooks.deliveries.rules import MOST_ATTEMPTS
from dangol.backoffice.webhooks.deliveries.services import sending
from dangol.backoffice.webhooks.deliveries.services.forgetting import forget_old
from dangol.backoffice.webhooks.deliveries.services.replaying import replay_failed, replay_one
from dangol.backoffice.webhooks.deliveries.services.sending import Try, note_attempt, send_due
from dangol.backoffice.webhooks.deliveries.services.telling import ping, tell_endpoints
from dangol.backoffice.webhooks.deliveries.tests.receiver import Receiver, receiver
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.services import create_endpoint, rotate_secret, switch_endpoint
from dangol.core.customers.people.services import change_person, create_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from tests.cast import Cast
from tests.work import cut_connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.0/8")


@pytest.fixture
def admin(cast: Cast) -> Actor:
    return cast.actor("admin")


def endpoint_at(admin: Actor, told: Receiver, owner: Any, events: list[str] | None = None) -> tuple[Any, str]:
    values = {"url": told.url, "owner_id": owner.pk, "events": events or [], "description": "till"}
    return create_endpoint(actor=admin, values=values)


def tell_all(system: Actor) -> None:
    """What the subscriber's job does, for every event so far."""
    for record in EventRecord.objects.order_by("id"):
        if not Message.objects.for_system("test").filter(event_id=record.pk).exists():
            tell_endpoints(actor=system, record=record)


def bodies(told: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in told.came]


def test_a_change_arrives_signed_as_its_owner_may_know_it(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        _endpoint, secret = endpoint_at(admin, told, cast.users["owner"], ["person.*"])
        person = create_person(actor=cast.actor("owner"), values={"name": "김지우", "city": "서울"})
        create_person(actor=cast.actor("stranger"), values={"name": "Unseen"})
        tell_all(system)
        assert send_due(actor=system) == 1
    headers, body = told.came[0]
    seen = Webhook(secret).verify(body, headers)
    assert seen["type"] == "person.created"
    assert seen["data"]["record_id"] == person.pk
    assert seen["data"]["changes"]["city"] == [None, "서울"]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    message = Message.objects.for_system("test").get()
    assert (message.state, message.attempts, headers["webhook-id"]) == ("delivered", 1, message.webhook_id)


def test_a_hidden_field_is_not_told(cast: Cast, admin: Actor, system: Actor) -> None:
    role = cast.users["owner"].roles.get()
    role.fields = {"person": {"city": "hidden"}}
    role.save()
    with receiver() as told:
        endpoint_at(admin, told, cast.users["owner"])
        person = create_person(actor=admin, values={"name": "A", "city": "서울", "owner": cast.users["owner"].pk})
        change_person(actor=admin, record_id=person.pk, values={"city": "부산"})
        tell_all(system)
        send_due(actor=system)
    assert [b["type"] for b in bodies(told)] == ["person.created"]
    assert "서울" not in told.came[0][1].decode()


def test_only_chosen_events_are_told(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint_at(admin, told, cast.users["admin"], ["person.trashed"])
        person = create_person(actor=admin, values={"name": "A"})
        trash_person(actor=admin, record_id=person.pk)
        tell_all(system)
        send_due(actor=system)
    assert [b["data"]["kind"] for b in bodies(told)] == ["trashed"]


def test_after_a_rotation_old_and_new_secret_both_verify_for_a_day(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint, old = endpoint_at(admin, told, cast.users["admin"])
        new = rotate_secret(actor=admin, endpoint_id=endpoint.pk)
        ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
        rows = Endpoint.objects.for_system("test").filter(pk=endpoint.pk)
        rows.update(old_secret_until=timezone.now() - timedelta(seconds=1))
        ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
    (first, one), (second, two) = told.came
    for secret in (old, new):
        assert Webhook(secret).verify(one, first)["type"] == "webhook.ping"
    assert Webhook(new).verify(two, second)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(two, second)
    kept = rows.get()
    assert old not in (kept.secret, kept.old_secret)


def test_a_failure_is_tried_again_later_under_the_same_id(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver(answers=[500, 204]) as told:
        endpoint, secret = endpoint_at(admin, told, cast.users["admin"])
        message = ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
        assert send_due(actor=system) == 0  # not yet
        rows = Message.objects.for_system("test").filter(pk=message.pk)
        assert 3 < (rows.get().next_at - timezone.now()).total_seconds() < 7
        rows.update(next_at=timezone.now())
        send_due(actor=system)
    assert {headers["webhook-id"] for headers, _body in told.came} == {message.webhook_id}
    assert told.came[0][1] == told.came[1][1]
    for headers, body in told.came:
        Webhook(secret).verify(body, headers)
    log = list(Attempt.objects.for_system("test").order_by("id").values_list("status", "error", "response_body"))
    assert log == [(500, "HTTP 500", "said"), (204, "", "")]
    first = Attempt.objects.for_system("test").order_by("id")[0]
    assert "set-cookie" not in first.response_headers
    assert "webhook-signature" not in first.request_headers
    kept = Endpoint.objects.for_system("test").get()
    assert (kept.failing_since, kept.last_success_at is not None) == (None, True)


def test_sending_goes_on_after_the_database_was_restarted(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver(answers=[200]) as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
        assert send_due(actor=system) == 0
        cut_connections()
        ping(actor=admin, endpoint_id=endpoint.pk)
        assert send_due(actor=system) == 1


def test_redirects_are_not_followed(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver(answers=[302]) as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
        ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
    assert len(told.came) == 1
    assert Message.objects.for_system("test").get().last_status == 302


def test_gone_switches_the_endpoint_off_and_its_owner_hears(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver(answers=[410]) as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
        ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
        ping(actor=admin, endpoint_id=endpoint.pk)
        assert send_due(actor=system) == 0
    kept = Endpoint.objects.for_system("test").get()
    assert (kept.is_active, kept.stopped) == (False, "gone")
    assert EventRecord.objects.get(name="webhook.disabled").payload == {"reason": "gone"}
    switch_endpoint(actor=admin, endpoint_id=endpoint.pk, is_active=True)
    with receiver() as told:
        Endpoint.objects.for_system("test").update(url=told.url)
        Message.objects.for_system("test").update(next_at=timezone.now())
        assert send_due(actor=system) == 2  # what waited while it was off


def test_days_of_failure_switch_it_off_and_the_last_attempt_gives_up(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
    message = ping(actor=admin, endpoint_id=endpoint.pk)
    failed = Try({}, 1, outgoing.Answer(503), "HTTP 503")
    for _ in range(MOST_ATTEMPTS):
        note_attempt(actor=system, message_id=message.pk, tried=failed)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MOST_ATTEMPTS)
    assert Endpoint.objects.for_system("test").get().is_active
    Endpoint.objects.for_system("test").update(failing_since=timezone.now() - timedelta(days=6))
    note_attempt(actor=system, message_id=message.pk, tried=failed)
    assert Endpoint.objects.for_system("test").get().stopped == "failing"
    assert replay_failed(actor=admin, endpoint_id=endpoint.pk) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_who_left_ends_the_endpoint_that_told_what_they_saw(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint_at(admin, told, cast.users["owner"])
        cast.users["owner"].is_active = False
        cast.users["owner"].save()
        create_person(actor=admin, values={"name": "A"})
        tell_all(system)
    assert Endpoint.objects.for_system("test").get().stopped == "owner"
    assert Message.objects.for_system("test").count() == 0


def test_a_slow_receiver_keeps_no_other_waiting(
    cast: Cast, admin: Actor, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.8)
    with receiver(slow_seconds=3) as slow, receiver() as quick:
        for told, owner in ((slow, "admin"), (quick, "manager")):
            endpoint, _secret = endpoint_at(admin, told, cast.users[owner])
            for _ in range(3):
                ping(actor=admin, endpoint_id=endpoint.pk)
        assert send_due(actor=system) == 4
        assert (len(slow.came), len(quick.came)) == (1, 3)
    rests = Endpoint.objects.for_system("test").exclude(rest_until=None)
    assert [e.url for e in rests] == [slow.url]


def test_messages_to_one_endpoint_come_in_order(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint_at(admin, told, cast.users["admin"], ["person.*"])
        made = [create_person(actor=admin, values={"name": f"P{n}"}).pk for n in range(5)]
        tell_all(system)
        send_due(actor=system)
    assert [b["data"]["record_id"] for b in bodies(told)] == made


def test_replaying_one_sends_it_again_under_its_id(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
        message = ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
        replay_one(actor=admin, endpoint_id=endpoint.pk, message_id=message.pk)
        send_due(actor=system)
    assert [headers["webhook-id"] for headers, _ in told.came] == [message.webhook_id] * 2
    with pytest.raises(Forbidden):
        replay_one(actor=cast.actor("owner"), endpoint_id=endpoint.pk, message_id=message.pk)


def test_a_claimed_message_of_a_dead_worker_is_taken_up_when_its_lease_ends(
    cast: Cast, admin: Actor, system: Actor
) -> None:
    with receiver() as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
        ping(actor=admin, endpoint_id=endpoint.pk)
        assert sending._claim(endpoint.pk) is not None
        assert send_due(actor=system) == 0
        Message.objects.for_system("test").update(next_at=timezone.now())
        assert send_due(actor=system) == 1


def test_the_log_forgets_what_is_old_but_nothing_that_waits(cast: Cast, admin: Actor, system: Actor) -> None:
    with receiver() as told:
        endpoint, _secret = endpoint_at(admin, told, cast.users["admin"])
    for _ in range(2):
        ping(actor=admin, endpoint_id=endpoint.pk)
    rows = Message.objects.for_system("test")
    rows.update(created_at=timezone.now() - timedelta(days=31))
    done = rows.order_by("id")[0]
    note_attempt(actor=system, message_id=done.pk, tried=Try({}, 1, outgoing.Answer(200)))
    assert forget_old(actor=system) == 1
    assert rows.count() == 1
    assert Attempt.objects.for_system("test").count() == 0
