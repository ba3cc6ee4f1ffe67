"""A process that is killed while a receiver has its message in hand: nothing is lost, nothing gets another name."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services.sending import send_due
from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
from dangol.backoffice.webhooks.deliveries.tests.receiver import Receiver, receiver
from dangol.backoffice.webhooks.endpoints.services import create_endpoint
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from tests.cast import Cast
from tests.work import environment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE = 3
SENDING = """
import django
django.setup()
from dangol.backoffice.webhooks.deliveries.services.sending import send_due
from dangol.platform.access.actor import Actor
send_due(actor=Actor.system("a test"))
"""


def killed_in_mid_delivery(told: Receiver) -> None:
    """Send in a process of its own, and kill that as soon as the receiver holds a message more."""
    before = len(told.came)
    child = subprocess.Popen([sys.executable, "-P", "-c", SENDING], env=environment())
    for _ in range(1200):
        if len(told.came) > before:
            break
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert len(told.came) == before + 1


def test_a_killed_process_loses_nothing(cast: Cast, system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.1/32")
    admin = cast.actor("admin")
    with receiver(slow_seconds=3) as told:
        values = {"url": told.url, "owner_id": cast.users["admin"].pk, "events": ["person.*"]}
        _endpoint, secret = create_endpoint(actor=admin, values=values)
        made = [create_person(actor=admin, values={"name": f"P{n}"}).pk for n in range(PEOPLE)]
        for record in EventRecord.objects.filter(name="person.created").order_by("id"):
            tell_endpoints(actor=system, record=record)
        killed_in_mid_delivery(told)
        assert Message.objects.for_system("test").filter(state="delivered").count() == 0
        told.slow_seconds = 0
        assert send_due(actor=system) == PEOPLE - 1  # the first is leased to the dead process for a minute
        Message.objects.for_system("test").filter(state="waiting").update(next_at=timezone.now())
        assert send_due(actor=system) == 1
    seen = [Webhook(secret).verify(body, headers)["data"]["record_id"] for headers, body in told.came]
    assert seen == [made[0], made[1], made[2], made[0]]
    names = [headers["webhook-id"] for headers, _body in told.came]
    assert names[0] == names[3]
    assert len(set(names)) == PEOPLE
