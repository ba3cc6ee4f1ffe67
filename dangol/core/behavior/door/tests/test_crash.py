"""Web processes and workers are killed in mid load, many times; every event with a 2xx is there exactly once."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from typing import Any

import pytest

from dangol.core.behavior.door.tests.serving import Serving, worker
from dangol.core.behavior.stream.models import Inbox
from dangol.core.behavior.stream.services.partitions import keep_ready
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.stream.tests.inbox import events, key_of, source, track

KILLS = 4
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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


def test_what_got_a_2xx_is_there_exactly_once_whatever_is_killed() -> None:
    from django.utils import timezone

    key, chance = key_of(source(most_per_second=0)), random.Random(5)
    keep_ready(timezone.now())
    serving = Serving()
    senders = [Sender(f"s{n}", serving.port, key) for n in range(3)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    working: Any = worker()
    try:
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(1.0 + chance.random())
            serving.kill_and_start()
            working.kill()
            working.wait()
            working = worker()
        time.sleep(1.0)
    finally:
        for sender in senders:
            sender.has_ended = True
        for thread in threads:
            thread.join(30)
        serving.end()
        working.kill()
        working.wait()
    accepted = [i for sender in senders for i in sender.accepted]
    before = len(events())
    work_off_all()
    kept = [event.message_id for event in events()]
    assert len(accepted) > 100
    assert before > 0
    assert len(kept) == len(set(kept)), "an event is there twice"
    assert set(accepted) <= set(kept), "an event with a 2xx is lost"
    assert not Inbox.objects.for_system("test").exists()
