"""Calls with an idempotency key, sent again and again to a web process that is killed in their midst."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.services import create_api_key
from dangol.platform.api.tests.web import Web
from tests.cast import Cast

CALLS, KILLS = 45, 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_nothing_is_lost_and_nothing_is_done_twice(cast: Cast) -> None:
    secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="till")[1]
    web, answered = Web(), dict[int, int]()

    def send(numbers: range) -> None:
        with httpx.Client(base_url=web.address, headers={"X-API-Key": secret}, timeout=30) as client:
            for n in numbers:
                while n not in answered:
                    try:
                        answer = client.post(
                            "/api/v1/people", json={"name": f"Kim {n}"}, headers={"Idempotency-Key": f"call-{n}"}
                        )
                        if answer.status_code == 201:
                            answered[n] = answer.json()["id"]
                            continue
                    except httpx.TransportError:
                        pass
                    time.sleep(0.05)

    senders = [threading.Thread(target=send, args=[range(start, CALLS, 3)]) for start in range(3)]
    try:
        web.start()
        for sender in senders:
            sender.start()
        for kill in range(KILLS):
            while len(answered) < (kill + 1) * CALLS // (KILLS + 1):
                time.sleep(0.01)
            web.kill()
            web.start()
        for sender in senders:
            sender.join(120)
    finally:
        web.kill()
    made = dict(Person.objects.for_system("a test counts").values_list("name", "pk"))
    assert made == {f"Kim {n}": pk for n, pk in answered.items()}
    assert Person.objects.for_system("a test counts").count() == CALLS
