"""A worker that dies while it sets a campaign up leaves nothing behind, and the next one does it once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message
from dangol.operational.marketing.campaigns.models import Campaign, Recipient
from dangol.operational.marketing.campaigns.queries.campaigns import due_campaigns
from dangol.operational.marketing.campaigns.services.moves import schedule
from dangol.operational.marketing.campaigns.tests.house import SYSTEM, draft, people
from dangol.platform.events.models import EventRecord
from tests.work import database_url, environment

BEGIN = (
    "import django; django.setup();"
    "from dangol.operational.marketing.campaigns.services.setting_up import begin; begin({})"
)


def begin_elsewhere(campaign_id: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BEGIN.format(campaign_id)], env=environment())


def waits_for(table: str) -> bool:
    with psycopg.connect(database_url()) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table]
        ).fetchone()
        return bool(found and found[0])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["marketing_recipient", "channels_message"])
def test_a_campaign_whose_worker_was_killed_is_set_up_once(table: str) -> None:
    campaign = draft(people(50), control_percent=20)
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    with psycopg.connect(database_url()) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        worker = begin_elsewhere(campaign.pk)
        for _ in range(300):
            if waits_for(table):
                break
            time.sleep(0.1)
        assert waits_for(table)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert not Recipient.plain.exists()
    assert due_campaigns(timezone.now()) == [campaign.pk]
    assert begin_elsewhere(campaign.pk).wait(timeout=120) == 0
    assert begin_elsewhere(campaign.pk).wait(timeout=120) == 0
    counts = Campaign.plain.get(pk=campaign.pk).counts
    assert counts["treated"] + counts["control"] == 50 == Recipient.plain.count()
    assert Message.plain.count() == counts["treated"]
    assert EventRecord.objects.filter(name="campaign.set_up").count() == 1
