"""Opens and clicks: each is written down at once, and judged with the others of its message a little later."""

from __future__ import annotations

from django.db import connection, transaction

from dangol.collaborative.channels.messages.events import MessageClicked, MessageOpened
from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.collaborative.channels.messages.rules import machines
from dangol.collaborative.channels.messages.rules.agents import machine_name
from dangol.collaborative.channels.messages.rules.machines import Seen
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit

MOST_TOUCHES = 1000
"""Of one message; whoever calls a link more often adds nothing any more."""
WHY = "touches of a message are judged together"
OPEN, CLICK = Touch.Kind.OPEN, Touch.Kind.CLICK


def note_touch(
    *, message_id: int, kind: str, agent: str, link: int | None = None, is_head: bool = False, is_trap: bool = False
) -> bool:
    """Write down an open or a click, in one statement; False when the message has more than enough of them.

    `agent` is what the program called itself, `is_head`: it asked for the head alone, `is_trap`: it followed the link
    that nobody sees. No address of the caller is kept.
    """
    sign = machines.TRAP if is_trap else machines.HEAD if is_head else ""
    name = "" if sign else machine_name(agent, is_click=kind == CLICK)
    sign = sign or (f"{machines.NAMED}:{name}" if name else "")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_touch (message_id, kind, at, link, is_machine, machine_sign, agent, detail)"
            " SELECT %s, %s, clock_timestamp(), %s, %s, %s, %s, '{}'"
            " WHERE (SELECT count(*) FROM channels_touch WHERE message_id = %s) < %s",
            [message_id, kind, link, bool(sign), sign, agent.replace("\0", "")[:300], message_id, MOST_TOUCHES],
        )
        return bool(cursor.rowcount)


@transaction.atomic
def judge_touches(*, actor: Actor, message_id: int) -> None:
    """Judge all opens and clicks of a message and count them anew: later ones may show that earlier were a machine's.

    Tells of the first open by a person, and of each further click by one. Doing it again changes nothing.
    """
    message = Message.objects.for_system(WHY).select_for_update().filter(pk=message_id).first()
    if message is None:
        return
    rows = list(Touch.objects.for_system(WHY).filter(message_id=message_id, kind__in=(OPEN, CLICK)).order_by("id"))
    seen = [Seen(row.pk, row.kind == CLICK, row.at, row.link, row.machine_sign) for row in rows]
    signs = machines.judge(seen, message.sent_at)
    changed = [row for row in rows if row.machine_sign != signs[row.pk]]
    for row in changed:
        row.machine_sign, row.is_machine = signs[row.pk], bool(signs[row.pk])
    if changed:
        Touch.objects.for_system(WHY).bulk_update(changed, ["machine_sign", "is_machine"])
    _count(actor, message, seen, signs)


def _count(actor: Actor, message: Message, seen: list[Seen], signs: dict[int, str]) -> None:
    now = machines.count(seen, signs)
    before = (message.open_count, message.click_count, message.machine_open_count, message.machine_click_count,
              message.opened_at, message.clicked_at)  # fmt: skip
    after = (now.opens, now.clicks, now.machine_opens, now.machine_clicks, now.opened_at, now.clicked_at)
    if before == after:
        return
    Message.objects.for_system(WHY).filter(pk=message.pk).update(
        open_count=now.opens, click_count=now.clicks, machine_open_count=now.machine_opens,
        machine_click_count=now.machine_clicks, opened_at=now.opened_at, clicked_at=now.clicked_at,
    )  # fmt: skip
    about = {"subject_id": message.pk, "about_id": message.person_id}
    source = {"source": message.source, "source_id": message.source_id}
    if message.opened_at is None and now.opened_at is not None:
        emit(MessageOpened(**about, **source), actor=actor)  # type: ignore[arg-type]
    people = [one for one in seen if one.is_click and not signs[one.id]]
    for click in people[message.click_count :]:
        emit(MessageClicked(link=click.link or 0, **about, **source), actor=actor)  # type: ignore[arg-type]
