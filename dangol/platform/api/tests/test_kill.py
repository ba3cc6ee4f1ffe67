"""A web process is killed in the middle of batches, again and again; each row and each event is there once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from django.db import connection

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.services import create_api_key
from dangol.platform.api.batches import AT_MOST
from dangol.platform.api.models import KeptAnswer
from dangol.platform.api.tests.web import Web
from dangol.platform.db.processes import wait_until
from dangol.platform.events.models import EventChange, EventRecord
from tests.cast import Cast

SENDERS = 2
PAUSES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Seconds from the moment at which a batch has begun to write to the kill."""
_IS_WRITING = """
SELECT count(*) > 0 FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_start > %s AND backend_xid IS NOT NULL
  AND xact_start < clock_timestamp() - interval '20 ms'
"""


class Sender(threading.Thread):
    """Sends batches one after the other until there were enough; what was not answered is sent again under the same
    key."""

    def __init__(self, address: str, key: str, first: int, enough: threading.Event) -> None:
        super().__init__()
        self.address, self.key, self.first, self.enough = address, key, first, enough
        self.answered: dict[int, list[int]] = {}
        self.unanswered = 0
        self.others: Counter[int] = Counter()

    def run(self) -> None:
        end = time.monotonic() + 240
        with httpx.Client(base_url=self.address, headers={"X-API-Key": self.key}, timeout=60) as client:
            for number in count(self.first, SENDERS):
                if self.enough.is_set() or time.monotonic() >= end:
                    return
                while number not in self.answered and time.monotonic() < end:
                    self._send(client, number)

    def _send(self, client: httpx.Client, number: int) -> None:
        items = [{"do": "create", "values": {"name": f"Kim {number} {n}"}} for n in range(AT_MOST)]
        body = {"items": items, "atomic": number % 2 == 0}
        try:
            answer = client.post("/api/v1/people/batch", json=body, headers={"Idempotency-Key": f"batch-{number}"})
        except httpx.TransportError:
            self.unanswered += 1
            return
        if answer.status_code == 200:
            self.answered[number] = [result["id"] for result in answer.json()["results"]]
        else:
            self.others[answer.status_code] += 1
            time.sleep(0.1)


def is_writing(since: datetime) -> bool:
    """Whether a process that connected after `since` is in the middle of a transaction that has written."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_WRITING, [since])
        return bool(cursor.fetchone()[0])


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_web_process_loses_no_batch_and_does_none_twice(cast: Cast, tmp_path: Path) -> None:
    key = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="till")[1]
    web = Web(tmp_path / "web.log")
    enough = threading.Event()
    senders = [Sender(web.address, key, first, enough) for first in range(SENDERS)]
    try:
        for sender in senders:
            sender.start()
        for pause in PAUSES:
            since = now()
            web.start()
            assert wait_until(lambda since=since: is_writing(since), 60, pause=0.01), "no batch is under way"
            time.sleep(pause)
            web.kill()
        enough.set()
        web.start()
        for sender in senders:
            sender.join(120)
    finally:
        enough.set()
        web.close()
    _each_once(senders)


def _each_once(senders: list[Sender]) -> None:
    answered = {number: ids for sender in senders for number, ids in sender.answered.items()}
    for sender in senders:
        assert sorted(sender.answered) == [sender.first + n * SENDERS for n in range(len(sender.answered))]
    assert {status for sender in senders for status in sender.others} <= {409}, "only a call that is still under way"
    assert sum(sender.unanswered for sender in senders) > 0, "no kill hit a call"
    made = dict(Person.objects.for_system("a test counts").values_list("pk", "name"))
    assert made == {pk: f"Kim {number} {n}" for number, ids in answered.items() for n, pk in enumerate(ids)}
    assert len(made) == len(answered) * AT_MOST
    assert KeptAnswer.objects.count() == len(answered)
    events = EventRecord.objects.filter(name="person.created")
    told = [*events.values_list("subject_id", flat=True), *EventChange.objects.values_list("subject_id", flat=True)]
    assert Counter(pk for pk in told if pk is not None) == Counter(list(made)), "each is told once"
    assert events.count() == len(answered)
