"""The door from outside: who comes in, who does not, and that 2xx means committed."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.behavior.door import services
from dangol.core.behavior.door.api import EventDoor
from dangol.core.behavior.door.rules import KINDS
from dangol.core.behavior.door.tests.asking import Answer, ask, pages
from dangol.core.behavior.sources.models import WriteKey
from dangol.core.behavior.sources.services import change_source, revoke_key, switch_source
from dangol.core.behavior.stream.models import Inbox, Tally
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.stream.tests.inbox import SYSTEM, events, key_of, source, track

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = "https://shop.test"


def run(*asks: Callable[[EventDoor], Awaitable[Answer]]) -> list[Answer]:
    """Ask a door of its own, one after the other."""

    async def inside() -> list[Answer]:
        door = EventDoor(pages)
        return [await one(door) for one in asks]

    return asyncio.run(inside())


def post(path: str, body: Any, **headers: str) -> Callable[[EventDoor], Awaitable[Answer]]:
    return lambda door: ask(door, "POST", path, body, {k.replace("_", "-"): v for k, v in headers.items()})


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def waiting() -> list[Any]:
    return list(Inbox.objects.for_system("test").order_by("pk"))


def test_every_address_takes_its_events_in_by_key_of_header_or_body() -> None:
    shop = source()
    key = key_of(shop)
    bodies = {"batch": {"batch": [track()]}, "alias": {"userId": "b", "previousId": "a"}, "group":
              {"userId": "b", "groupId": "g"}, "track": {"userId": "b", "event": "x"}}  # fmt: skip
    asks = [post(f"/v1/{path}", {**bodies.get(kind, {"userId": "b"}), "writeKey": key}) for path, kind in KINDS.items()]
    packed = gzip.compress(json.dumps({"batch": [track(), track()]}).encode())
    asks.append(post("/v1/batch", packed, authorization=basic(key), content_encoding="gzip"))
    asks.append(post("/v1/t/", {"event": "x", "userId": 1, "writeKey": key}, content_type="text/plain"))
    answers = run(*asks)
    assert [(a.status, a.told) for a in answers] == [(200, {"success": True})] * len(asks)
    assert [row.kind for row in waiting()[: len(KINDS)]] == list(KINDS.values())
    assert json.loads(zlib.decompress(bytes(waiting()[-2].body)))["batch"][1] == track()
    assert work_off_all().kept == len(asks) + 1


def test_who_has_no_key_or_a_wrong_one_is_told_so() -> None:
    shop = source()
    key = key_of(shop)
    body = track()
    before = run(post("/v1/track", body), post("/v1/track", {**body, "writeKey": "x"}))
    assert [(a.status, a.told["code"]) for a in before] == [(401, "no_write_key"), (401, "invalid_write_key")]
    switch_source(actor=SYSTEM, source_id=shop.pk, is_active=False)
    assert run(post("/v1/track", body, authorization=basic(key)))[0].status == 401
    switch_source(actor=SYSTEM, source_id=shop.pk, is_active=True)
    revoke_key(actor=SYSTEM, source_id=shop.pk, key_id=WriteKey.objects.for_system("test").get().pk)
    assert run(post("/v1/track", body, authorization=basic(key)))[0].status == 401
    assert waiting() == []


def test_addresses_and_methods_that_are_none() -> None:
    answers = run(
        lambda door: ask(door, "GET", "/v1/track"), post("/v1/hover", {}), post("/v1/projects/x/settings", {}),
        lambda door: ask(door, "GET", "/people"), post("/v1/m", {"series": []}),
    )  # fmt: skip
    assert [a.status for a in answers] == [405, 404, 405, 299, 200]
    assert answers[0].headers["allow"] == "POST, OPTIONS"


def test_only_pages_of_allowed_origins_may_send_and_others_are_not_named() -> None:
    body = {**track(), "writeKey": key_of(source())}
    preflight = {"access-control-request-method": "POST"}

    def options(origin: str) -> Any:
        return lambda door: ask(door, "OPTIONS", "/v1/track", b"", {"origin": origin, **preflight})

    ours, theirs, asked, asked_by_others = run(
        post("/v1/t", body, origin=ORIGIN), post("/v1/t", body, origin="https://evil.test"), options(ORIGIN),
        options("https://evil.test"),
    )  # fmt: skip
    assert (ours.status, ours.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "retry-after" in ours.headers["access-control-expose-headers"]
    assert (theirs.status, theirs.told["code"]) == (403, "origin")
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert asked_by_others.status == 204
    for answer in (theirs, asked_by_others):
        assert not any("allow" in name or "evil" in value for name, value in answer.headers.items())
    assert len(waiting()) == 1


def test_a_library_learns_from_the_settings_where_to_send() -> None:
    key = key_of(source())
    found, unknown, strange_host = run(
        lambda door: ask(door, "GET", f"/v1/projects/{key}/settings", b"", {"origin": ORIGIN}),
        lambda door: ask(door, "GET", "/v1/projects/nobody/settings"),
        lambda door: ask(door, "GET", f"/v1/projects/{key}/settings", b"", {"host": "evil.test"}),
    )
    told = found.told["integrations"]["Segment.io"]
    assert (told["apiKey"], told["apiHost"], told["protocol"]) == (key, "testserver/v1", "http")
    assert found.headers["access-control-allow-origin"] == ORIGIN
    assert (unknown.status, strange_host.status) == (401, 400)


def test_of_browsers_that_say_no_nothing_is_written() -> None:
    shop = source()
    body = {**track(), "writeKey": key_of(shop)}
    answers = run(post("/v1/t", body, dnt="1"), post("/v1/t", body, sec_gpc="1"), post("/v1/t", body, dnt="0"))
    assert [a.status for a in answers] == [200] * 3
    assert len(waiting()) == 1
    change_source(actor=SYSTEM, source_id=shop.pk, values={"honours_refusal": False, "consent_category": "Analytics"})
    denied = {**body, "context": {"consent": {"categoryPreferences": {"Analytics": False}}}}
    run(post("/v1/t", body, dnt="1"), post("/v1/t", denied))
    assert len(waiting()) == 2


@pytest.mark.parametrize(("keeps", "kept"), [("none", ""), ("cut", "203.0.113.0"), ("full", "203.0.113.77")])
def test_of_an_address_no_more_is_kept_than_the_source_may(keeps: str, kept: str) -> None:
    body = {**track(), "writeKey": key_of(source(keeps_address=keeps))}
    run(post("/v1/t", body, x_forwarded_for="9.9.9.9", user_agent="Firefox"))
    assert [(row.address, row.agent) for row in waiting()] == [(kept, "Firefox")]
    work_off_all()
    assert events()[0].context == {"userAgent": "Firefox"} | ({"ip": kept} if kept else {})


def test_a_source_that_sends_too_fast_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_WEB_PROCESSES", "1")
    monkeypatch.setattr(services, "COUNT_EVERY_SECONDS", 0.0)
    body = {"batch": [track()] * 15, "writeKey": key_of(source(most_per_second=10))}
    first, second, last = run(post("/v1/b", body), post("/v1/b", body), post("/v1/b", {**body, "batch": [track()]}))
    assert (first.status, second.status, last.status) == (200, 429, 200)
    assert int(second.headers["retry-after"]) == int(second.headers["x-ratelimit-reset"]) >= 1
    assert len(waiting()) == 2
    assert [t.refused for t in Tally.objects.for_system("test").filter(at_door=True)] == [15]


def test_while_the_database_is_away_senders_keep_their_events(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {**track(), "writeKey": key_of(source())}

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise psycopg.OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(psycopg, "connect", refuse)
        away = run(post("/v1/t", body))[0]
    assert (away.status, away.told["code"]) == (503, "away")
    assert int(away.headers["retry-after"]) > 0
    assert [a.status for a in run(post("/v1/t", body))] == [200]


def test_requests_that_come_together_are_written_together_and_each_is_there() -> None:
    key = key_of(source())

    async def many() -> list[Answer]:
        door = EventDoor(pages)
        asks = [ask(door, "POST", "/v1/t", {**track(message_id=f"m{n}"), "writeKey": key}) for n in range(60)]
        return await asyncio.gather(*asks)

    assert [a.status for a in asyncio.run(many())] == [200] * 60
    assert len(waiting()) == 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["batch", "writeKey", "context", "properties", "type", "event", "userId", "sentAt", "x"]),
        inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def test_whatever_is_sent_nothing_breaks() -> None:
    key = key_of(source(consent_category="Analytics"))
    loop = asyncio.new_event_loop()
    door = EventDoor(pages)

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        path=st.sampled_from(
            [f"/v1/{p}" for p in (*KINDS, "m", "projects/x/settings", "", "%00", "projects//settings")]
        ),
        method=st.sampled_from(["GET", "POST", "POST", "POST", "OPTIONS", "PUT", "HEAD"]),
        body=st.binary(max_size=60) | JSON.map(lambda v: json.dumps(v).encode()),
        headers=st.dictionaries(
            st.sampled_from(["authorization", "origin", "content-encoding", "content-length", "dnt", "user-agent"]),
            st.sampled_from(["", "1", "gzip", basic("x"), basic(key), "Basic é", "null", ORIGIN, "-5", "9" * 30]),
            max_size=4,
        ),
    )
    def fuzz(path: str, method: str, body: bytes, headers: dict[str, str]) -> None:
        answer = loop.run_until_complete(ask(door, method, path, body, headers))
        assert answer.status < 500, (path, method, body, headers, answer.body)

    fuzz()
    loop.close()
    work_off_all()
    assert waiting() == []
