from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.rules import MOST_ATTEMPTS, pause_after
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.rules import new_secret, signature, url_fault, wants
from dangol.backoffice.webhooks.endpoints.services import create_endpoint
from dangol.core.customers.people.services import create_person
from dangol.platform.access.errors import Forbidden
from dangol.platform.db.secrets import decrypt
from dangol.platform.events.models import EventRecord
from tests.cast import Cast


@settings(max_examples=30)
@given(st.text(max_size=40), st.integers(0, 2**40))
def test_signatures_are_those_of_the_specification(body: str, at: int) -> None:
    from datetime import UTC, datetime

    secret = new_secret()
    body = body.encode("utf-8", "ignore").decode()
    moment = datetime.fromtimestamp(at % 4_000_000_000, tz=UTC)
    theirs = Webhook(secret).sign("msg_1", moment, body)
    assert signature(secret, "msg_1", at % 4_000_000_000, body.encode()) == theirs


def test_a_secret_has_256_bits_and_is_never_the_same() -> None:
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.com/x?y=1", ""),
        ("http://10.0.0.1:8080/x", ""),
        ("ftp://example.com", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("", "scheme"),
        ("https://", "host"),
        ("https://exa mple.com", "long"),
        ("https://a.test/\r\nX: y", "long"),
        ("https://user:pass@example.com", "user"),
        ("https://example.com:99999", "host"),
        ("https://example.com/#x", "fragment"),
        ("https://[::1", "host"),
    ],
)
def test_addresses_are_judged(url: str, fault: str) -> None:
    assert url_fault(url) == fault


def test_events_are_chosen_by_name_by_object_or_all() -> None:
    assert wants([], "order.created")
    assert wants(["person.*"], "person.changed")
    assert not wants(["person.*"], "order.created")
    assert wants(["order.created"], "order.created")


def test_pauses_grow_and_end_after_about_three_days() -> None:
    pauses = [pause_after(n, 0.5) for n in range(1, MOST_ATTEMPTS + 1)]
    assert pauses[-1] is None
    known = [p for p in pauses if p is not None]
    assert known == sorted(known)
    assert 3 <= sum(known) / 86_400 <= 3.5
    assert pause_after(1, 0.0) == 4
    assert pause_after(1, 1.0) == pytest.approx(6)


def values(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"url": "https://example.com/hook", "events": ["person.*"], "owner_id": cast.users["admin"].pk, **more}


@pytest.fixture
def endpoint(cast: Cast) -> Any:
    return create_endpoint(actor=cast.actor("admin"), values=values(cast))[0]


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_secrets_lie_encrypted(cast: Cast) -> None:
    endpoint, secret = create_endpoint(actor=cast.actor("admin"), values=values(cast))
    kept = Endpoint.objects.for_system("test").get(pk=endpoint.pk)
    assert secret not in kept.secret
    assert decrypt(kept.secret) == secret
    assert secret not in str(EventRecord.objects.values_list("changes", "payload"))


@pytest.mark.parametrize("who", ["owner", "mate", "manager", "stranger"])
def test_only_administrators_come_near(cast: Cast, endpoint: Any, who: str) -> None:
    with pytest.raises(Forbidden):
        create_endpoint(actor=cast.actor(who), values=values(cast))
    client, one = browser(cast, who), f"/setup/webhooks/{endpoint.pk}"
    for path in ("/setup/webhooks", "/setup/webhooks/new", one, f"{one}/edit"):
        assert client.get(path).status_code == 403
    for act in ("secret", "rotate", "test", "again", "switch", "delete"):
        assert client.post(f"{one}/{act}").status_code == 403
    assert Client().get("/setup/webhooks").status_code == 302


def test_the_builtin_manager_is_no_administrator(cast: Cast) -> None:
    from dangol.platform.accounts.rules import BUILTIN_ROLES

    assert BUILTIN_ROLES["manager"][1]["webhook"] == {"*": "none"}


@pytest.mark.parametrize(
    "wrong",
    [{"url": "nonsense"}, {"events": ["no.such"]}, {"owner_id": 0}, {"owner_id": "x"}, {"description": "x" * 201}],
)
def test_what_is_wrong_stands_beside_its_field(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        create_endpoint(actor=cast.actor("admin"), values=values(cast, **wrong))
    assert list(caught.value.message_dict) == list(wrong)
    answer = browser(cast, "admin").post("/setup/webhooks/new", values(cast, **wrong))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode() or "events" in wrong


def test_pages_lead_from_the_list_to_one_message(cast: Cast) -> None:
    client = browser(cast, "admin")
    assert "No webhooks yet" in client.get("/setup/webhooks").content.decode()
    made = client.post("/setup/webhooks/new", values(cast), follow=True)
    one = made.request["PATH_INFO"]
    client.post(f"{one}/test")
    message = Message.objects.for_system("test").get()
    page = client.get(one).content.decode()
    assert str(message.pk) in page
    assert "webhook.ping" in client.get(f"{one}/{message.pk}").content.decode()
    assert client.post(f"{one}/{message.pk}/again").status_code == 302
    shown = client.post(f"{one}/secret")
    assert "whsec_" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert "whsec_" not in page
    assert EventRecord.objects.filter(name="webhook.secret_shown").count() == 1
    assert client.post(f"{one}/edit", values(cast, description="till")).status_code == 302
    client.post(f"{one}/switch", {})
    assert "Nothing is sent now" in client.get(one).content.decode()
    client.post(f"{one}/delete")
    assert client.get(one).status_code == 404
    for path in (f"{one}/{message.pk}", "/setup/webhooks/999999", "/setup/webhooks/99999999999999999999"):
        assert client.get(path).status_code == 404


def test_without_a_wanting_endpoint_an_event_costs_no_job(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def jobs() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            create_person(actor=cast.actor("admin"), values={"name": "A"})
        return [q["sql"] for q in caught if "procrastinate" in q["sql"] and "webhooks.tell" in q["sql"]]

    assert jobs() == []
    create_endpoint(actor=cast.actor("admin"), values=values(cast, events=["order.*"]))
    assert jobs() == []
    create_endpoint(actor=cast.actor("admin"), values=values(cast))
    assert len(jobs()) == 1


def test_a_bulk_write_is_told_once_with_the_way_to_the_feed(cast: Cast, system: Any) -> None:
    import json

    from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
    from dangol.core.customers.people.events import PersonChanged
    from dangol.platform.events.event import RowChange
    from dangol.platform.events.stream import emit_bulk

    admin = cast.actor("admin")
    create_endpoint(actor=admin, values=values(cast))
    person = create_person(actor=admin, values={"name": "A"})
    rows = [RowChange("person", person.pk, {"city": ""}, {"city": "서울"})]
    record = emit_bulk(PersonChanged(), actor=admin, rows=rows)
    assert tell_endpoints(actor=system, record=EventRecord.objects.get(pk=record.pk)) == 1
    data = json.loads(Message.objects.for_system("test").get(event_id=record.pk).body)["data"]
    assert (data["kind"], data["objects"]) == ("bulk", ["person"])
    assert data["changes_url"].startswith("/api/v1/changes?after=")
