from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dangol.platform.mail.journal import HANDING_OVER, Outcome, read_journal
from dangol.platform.mail.tests.sending import content_of
from tests.sink import Sink

MESSAGES = 300
KILLS = 25
SENDING = [sys.executable, "-P", "-m", "dangol.platform.mail.tests.sending"]


@pytest.mark.slow
def test_a_sender_killed_at_any_moment_sends_each_message_once(tmp_path: Path) -> None:
    """Every message arrives exactly once; one caught between the two last system calls is marked, and never twice."""
    journal = tmp_path / "batch.journal"
    dice = random.Random()
    with Sink(tmp_path) as sink:
        command = [*SENDING, str(journal), str(MESSAGES), str(sink.port)]
        killed = sum(_run_and_kill(command, journal, dice) for _ in range(KILLS))
        subprocess.run(command, check=True, timeout=120)
        fates = read_journal(journal)
        sure = {f"{n}@shop.example.com" for n, fate in fates.items() if fate != HANDING_OVER}
        taken = _settled(sink, sure)
    unsure = [n for n, fate in fates.items() if fate == HANDING_OVER]
    unanswered = [n for n, fate in fates.items() if fate.outcome == Outcome.UNCONFIRMED]
    print(f"killed {killed} times; {len(unanswered)} without an answer, {len(unsure)} of them in the open window")
    assert killed >= KILLS // 2
    assert sorted(fates) == list(range(1, MESSAGES + 1))
    assert all(fate.is_sent for fate in fates.values())
    assert Counter(t.message_id for t in taken).most_common(1)[0][1] == 1
    assert {t.message_id for t in taken} >= sure
    assert len(unanswered) <= killed
    assert all(t.raw == content_of(int(t.message_id.split("@")[0])) for t in taken)


def _run_and_kill(command: list[str], journal: Path, dice: random.Random) -> bool:
    """Let it send some and kill it; False when it was done before."""
    process = subprocess.Popen(command)
    enough = _length(journal) + dice.randrange(0, 900)
    deadline = time.monotonic() + 60
    while process.poll() is None and _length(journal) <= enough:
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    time.sleep(dice.random() * 0.002)
    was_alive = process.poll() is None
    process.kill()
    process.wait()
    return was_alive


def _length(path: Path) -> int:
    return os.stat(path).st_size if path.exists() else 0


def _settled(sink: Sink, sure: set[str]) -> list:  # type: ignore[type-arg]
    """What arrived, once the server has read what killed senders left in the pipe."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and {t.message_id for t in sink.messages()} < sure:
        time.sleep(0.1)
    time.sleep(0.5)
    return sink.messages()
