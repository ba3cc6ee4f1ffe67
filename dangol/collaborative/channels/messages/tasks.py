from __future__ import annotations

from django.db import transaction

from dangol.collaborative.channels.messages.rules.machines import SETTLES_AFTER_SECONDS
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.services.touches import judge_touches, note_touch
from dangol.collaborative.channels.messages.services.waking import wake
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task


def send_soon(source: str, source_id: int, *, after_seconds: int = 0, failures: int = 0) -> None:
    """Put the sending of a source in the queue, unless it waits there already."""
    send.defer(
        once=f"messages.send:{source}:{source_id}", after_seconds=after_seconds, source=source, source_id=source_id,
        failures=failures,
    )  # fmt: skip


@task(name="messages.send")
def send(source: str, source_id: int, failures: int = 0) -> None:
    """Send what waits of a source for a while, and ask for the next turn while more waits."""
    more = send_waiting(actor=Actor.system("sending"), source=source, source_id=source_id, failures=failures)
    if more is not None:
        send_soon(source, source_id, after_seconds=more.after_seconds, failures=more.failures)


@task(name="messages.wake", cron="* * * * *", lock="messages.wake")
def wake_waiting(timestamp: int) -> None:
    """Wake what was held, settle what was left, and see that every source that waits has a job."""
    for source, source_id in wake(actor=Actor.system("messages wait")):
        send_soon(source, source_id)


@transaction.atomic
def note_and_judge(
    message_id: int, kind: str, *, agent: str, link: int | None = None, is_head: bool = False, is_trap: bool = False
) -> None:
    """Write down an open or a click, and have the message judged when most evidence is there."""
    noted = note_touch(message_id=message_id, kind=kind, agent=agent, link=link, is_head=is_head, is_trap=is_trap)
    if noted:
        judge.defer(once=f"messages.judge:{message_id}", after_seconds=SETTLES_AFTER_SECONDS, message_id=message_id)


@task(name="messages.judge")
def judge(message_id: int) -> None:
    """Count a message's opens and clicks, people's and machines' apart."""
    judge_touches(actor=Actor.system("the message was opened or followed"), message_id=message_id)
