"""Workers are killed in mid-sending, again and again; in the end nobody got a message twice, and none was lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from dangol.collaborative.channels.messages.models import Batch, Message
from dangol.collaborative.channels.messages.queries import totals
from dangol.collaborative.channels.messages.services.queueing import start_sending
from dangol.collaborative.channels.messages.services.waking import wake
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SOURCE, SYSTEM
from dangol.platform.mail.journal import journal_path
from tests.sink import Sink
from tests.work import cut_connections, environment

MESSAGES, WITHOUT_CONSENT = 2000, 100
KILLS = 24
SLOWLY = 0.05
"""Seconds that the server takes for a message: sending must outlast the kills on a fast machine too."""
CUTS = 6
"""How often all connections to the database are cut while sending."""
FINISHED = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')"


def worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "dangol.collaborative.channels.messages.tests.crash"]
    return subprocess.Popen(command, env=environment(DANGOL_STALLED_AFTER="2"))


def settled() -> int:
    found = totals(SOURCE, 1)
    return found.all - found.waiting


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_killed_again_and_again_send_to_nobody_twice_and_lose_nobody(tmp_path: Path) -> None:
    people = [*given.add_people(MESSAGES), *given.add_people(WITHOUT_CONSENT, consent="")]
    campaign = given.Campaign(purpose_id=given.purpose().pk).register()
    chance = random.Random(11)
    with Sink(tmp_path, answers={"*": {"wait": SLOWLY}}) as sink:
        given.way_to(sink)
        given.let_wait(people, given.content().pk)
        start_sending(actor=SYSTEM, source=SOURCE, source_id=1)
        kills = cuts = killed_at_work = 0
        running = worker()
        while kills < KILLS:
            before = len(sink.messages())
            deadline = time.monotonic() + 20
            while len(sink.messages()) < before + 5 and time.monotonic() < deadline and settled() < len(people):
                time.sleep(0.02)
            time.sleep(chance.random() * 0.25)
            if cuts < CUTS and chance.random() < CUTS / KILLS:
                cut_connections()
                cuts += 1
                time.sleep(chance.random() * 0.5)
            killed_at_work += settled() < len(people)
            running.kill()
            running.wait()
            kills += 1
            running = worker()
        deadline = time.monotonic() + 240
        while settled() < len(people) and time.monotonic() < deadline:
            assert running.poll() is None
            time.sleep(0.5)
        running.terminate()
        assert running.wait(timeout=60) in (0, -signal.SIGTERM)  # the latter when it had only just been started
        reconcile(sink, people)
    assert killed_at_work >= 20
    assert campaign.register() is campaign


def reconcile(sink: Sink, people: list[int]) -> None:
    """Hold what the server took against what the rows say."""
    rows = list(Message.objects.for_system("test"))
    found = totals(SOURCE, 1)
    assert len(rows) == len(people) == found.all
    assert found.waiting == 0
    assert (found.sent, found.refused, found.failed) == (MESSAGES, WITHOUT_CONSENT, 0)
    taken = Counter(one.recipient for one in sink.messages())
    assert [address for address, times in taken.items() if times > 1] == []
    assert len({one.message_id for one in sink.messages()}) == len(sink.messages())
    sent = {row.address for row in rows if row.state == "sent"}
    assert set(taken) <= sent
    not_there = sent - set(taken)
    unconfirmed = {row.address for row in rows if row.is_unconfirmed}
    assert not_there <= unconfirmed
    assert len(not_there) <= 2
    assert not Batch.objects.for_system("test").filter(closed_at=None).exists()
    assert wake(actor=SYSTEM) == []
    journals = Batch.objects.for_system("test").values_list("journal", flat=True)
    assert not [name for name in journals if journal_path(name).exists()]
    print(f"taken {len(sink.messages())}, unconfirmed {len(unconfirmed)}, of these not there {len(not_there)}")


@pytest.mark.django_db(transaction=True)
def test_a_campaign_cannot_be_called_finished_while_a_message_waits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO marketing_campaign (name, channel, message_class, language, from_name, reply_to, programme,"
            " control_percent, horizon_days, is_bottom_included, state, is_demo)"
            " VALUES ('Spring', 'email', 'service', 'ko', '', '', 'campaign:x', 10, 30, false, 'sending', false)"
            " RETURNING id"
        )
        pk = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO channels_message (source, source_id, person_id, content_id) VALUES ('campaign', %s, %s, %s)",
            [pk, given.add_people(1)[0], given.content().pk],
        )
        finish = "UPDATE marketing_campaign SET state = 'finished', ended_at = now() WHERE id = %s"
        for state in ("pending", "held", "handing"):
            cursor.execute("UPDATE channels_message SET state = %s", [state])
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(finish, [pk])
        cursor.execute("UPDATE channels_message SET state = 'sent'")
        cursor.execute(finish, [pk])
