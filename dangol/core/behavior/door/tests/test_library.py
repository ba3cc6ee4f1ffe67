"""Segment's own library for Python, as it is published, against the running web server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dangol.core.behavior.door.tests.serving import Serving
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.stream.tests.inbox import events, key_of, source

analytics = pytest.importorskip("segment.analytics.client", reason="needs segment-analytics-python: make install")
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def serving() -> Any:
    found = Serving()
    yield found
    found.end()


def test_every_call_of_the_library_arrives_packed_or_not_and_a_wrong_key_is_told(serving: Serving) -> None:
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


def test_the_library_gathers_events_and_hears_of_a_wrong_key(serving: Serving) -> None:
    failed: list[Any] = []
    client = analytics.Client(key_of(source()), host=serving.address, flush_at=50, flush_interval=0.1)
    for n in range(230):
        client.track("u-1", "Viewed", {"n": n})
    client.shutdown()
    wrong = analytics.Client("wrong", host=serving.address, on_error=lambda error, batch: failed.append(error),
                             flush_interval=0.1, max_retries=1)  # fmt: skip
    wrong.track("u-1", "Viewed")
    wrong.shutdown()
    assert work_off_all().kept == 230
    assert sorted(event.properties["n"] for event in events()) == list(range(230))
    assert [error.status for error in failed] == [401]
