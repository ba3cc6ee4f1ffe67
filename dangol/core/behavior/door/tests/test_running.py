"""The running web server and worker: killed in mid load, many times, and asked by Segment's own library for Python."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dangol.core.behavior.door.tests.serving import Serving
from dangol.core.behavior.stream.models import Inbox
from dangol.core.behavior.stream.services.partitions import keep_ready
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.stream.tests.inbox import events, key_of, source, track

KILLS = 4
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def house(django_db_setup: None) -> Iterator[Serving]:
    found = Serving()
    yield found
    found.close()


@pytest.fixture
def serving(house: Serving) -> Iterator[Serving]:
    house.start("web")
    yield house
    house.kill_all()


class Sender:
    """A client library: numbers its events, sends each batch again until it has a 2xx, goes on with the next."""

    def __init__(self, name: str, port: int, key: str) -> None:
        self.name, self.port, self.key = name, port, key
        self.accepted: list[str] = []
        self.again = 0
        self.has_ended = False

    def run(self) -> None:
        number = 0
        while not self.has_ended:
            ids = [f"{self.name}-{number + n}" for n in range(10)]
            number += 10
            while not self._send(ids) and not self.has_ended:
                self.again += 1
                time.sleep(0.05)

    def _send(self, ids: list[str]) -> bool:
        body = json.dumps({"writeKey": self.key, "batch": [track("Load", i) for i in ids]})
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("POST", "/v1/batch", body)
            is_in = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        if is_in:
            self.accepted += ids
        return is_in


def test_what_got_a_2xx_is_there_exactly_once_whatever_is_killed(house: Serving) -> None:
    key, chance = key_of(source(most_per_second=0)), random.Random(5)
    keep_ready(timezone.now())
    web, work = house.start("web"), house.start("work")
    senders = [Sender(f"s{n}", house.port, key) for n in range(3)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    try:
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(0.7 + chance.random())
            house.kill(web)
            house.kill(work)
            web, work = house.start("web"), house.start("work")
        time.sleep(0.7)
    finally:
        for sender in senders:
            sender.has_ended = True
        for thread in threads:
            thread.join(30)
        house.kill_all()
    accepted = [i for sender in senders for i in sender.accepted]
    before = len(events())
    work_off_all()
    kept = [event.message_id for event in events()]
    assert len(accepted) > 100
    assert before > 0
    assert len(kept) == len(set(kept)), "an event is there twice"
    assert set(accepted) <= set(kept), "an event with a 2xx is lost"
    assert not Inbox.objects.for_system("test").exists()


def test_every_call_of_the_python_library_arrives_packed_or_not(serving: Serving) -> None:
    analytics = library()
    shop = source(name="Python")
    long_ago = datetime.now(UTC) - timedelta(days=40)
    for is_packed in (False, True):
        client = analytics.Client(key_of(shop), host=serving.address, gzip=is_packed, sync_mode=True, timeout=10)
        client.identify("u-1", {"email": "kim@shop.test", "name": "김민준"})
        client.track("u-1", "Order Completed", {"total": 25000, "at": long_ago}, timestamp=long_ago)
        client.page("u-1", "Docs", "Home", {"url": "https://shop.test/", "path": "/"})
        client.screen("u-1", "App", "Start")
        client.group("u-1", "g-1", {"plan": "gold"})
        client.alias("anonymous-1", "u-1")
    work_off_all()
    kept = events()
    kinds = ["identify", "track", "page", "screen", "group", "alias"]
    assert [event.kind for event in kept] == kinds * 2
    assert kept[0].properties == {"email": "kim@shop.test", "name": "김민준"}
    assert kept[0].context["library"]["name"] == "analytics-python"
    assert abs(kept[1].at - long_ago) < timedelta(seconds=30)
    assert (kept[1].name, kept[1].properties["total"], kept[2].path) == ("Order Completed", 25000, "/")


def test_the_python_library_gathers_events_and_hears_of_a_wrong_key(serving: Serving) -> None:
    analytics = library()
    failed: list[Any] = []
    client = analytics.Client(key_of(source()), host=serving.address, upload_size=50, upload_interval=0.1)
    for n in range(230):
        client.track("u-1", "Viewed", {"n": n})
    client.shutdown()
    wrong = analytics.Client("wrong", host=serving.address, on_error=lambda error, batch: failed.append(error),
                             upload_interval=0.1, max_retries=1)  # fmt: skip
    wrong.track("u-1", "Viewed")
    wrong.shutdown()
    assert work_off_all().kept == 230
    assert sorted(event.properties["n"] for event in events()) == list(range(230))
    assert [error.status for error in failed] == [401]


def library() -> Any:
    """Segment's library for Python, as it is published."""
    return pytest.importorskip("segment.analytics.client", reason="needs segment-analytics-python: make setup-dev")
