from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from dangol.collaborative.channels.messages.models import Content, Message, Touch

WHY = "figures of a source"


@dataclass(frozen=True)
class Totals:
    """How many messages of a source stand where; opens and clicks by people, machines' apart (messages, not clicks)."""

    pending: int = 0
    held: int = 0
    handing: int = 0
    sent: int = 0
    failed: int = 0
    refused: int = 0
    cancelled: int = 0
    unconfirmed: int = 0
    opened: int = 0
    clicked: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0
    machine_opened: int = 0
    machine_clicked: int = 0

    @property
    def waiting(self) -> int:
        """How many are not settled yet."""
        return self.pending + self.held + self.handing

    @property
    def all(self) -> int:
        """How many there are: each is in exactly one state."""
        return self.waiting + self.sent + self.failed + self.refused + self.cancelled


@dataclass(frozen=True)
class LinkClicks:
    """How often a link was followed by people: by how many, and how many times."""

    url: str
    people: int
    clicks: int


@dataclass(frozen=True)
class Recipient:
    """Whom a message went to, and what it was."""

    message_id: int
    person_id: int
    channel: str
    address: str
    purpose_id: int | None
    message_class: str
    language: str
    source: str
    source_id: int


_STATES = tuple(Message.State.values)
_MARKS = {
    "unconfirmed": "is_unconfirmed",
    "opened": "opened_at IS NOT NULL",
    "clicked": "clicked_at IS NOT NULL",
    "bounced": "bounced_at IS NOT NULL",
    "complained": "complained_at IS NOT NULL",
    "unsubscribed": "unsubscribed_at IS NOT NULL",
    "machine_opened": "machine_open_count > 0",
    "machine_clicked": "machine_click_count > 0",
}


def totals(source: str, source_id: int) -> Totals:
    """Where the messages of a source stand. One query."""
    named = [f"count(*) FILTER (WHERE state = '{state}') AS {state}" for state in _STATES]
    named += [f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in _MARKS.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(named)} FROM channels_message WHERE source = %s AND source_id = %s", [source, source_id]
        )
        row = cursor.fetchone() or ()
    return Totals(**dict(zip((*_STATES, *_MARKS), row, strict=True)))


def is_waiting(source: str, source_id: int) -> bool:
    """Whether anything of a source is pending, held or being handed over."""
    rows = Message.objects.for_system("is a source done?").filter(source=source, source_id=source_id)
    return rows.filter(state__in=("pending", "held", "handing")).exists()


def refused_by_reason(source: str, source_id: int) -> dict[str, int]:
    """How many the gate left out at the moment of sending, by its reason."""
    return _by_reason(source, source_id, "refused")


def failed_by_reason(source: str, source_id: int) -> dict[str, int]:
    """How many failed, by what the server said."""
    return _by_reason(source, source_id, "failed")


def _by_reason(source: str, source_id: int, state: str) -> dict[str, int]:
    rows = Message.objects.for_system(WHY).filter(source=source, source_id=source_id, state=state)
    counted = rows.values_list("reason").annotate(n=Count("id")).order_by("-n", "reason")
    return {str(reason): int(n) for reason, n in counted}


def links_clicked(source: str, source_id: int) -> list[LinkClicks]:
    """The links of a source's messages with the clicks of people, most followed first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT url, count(DISTINCT t.message_id), count(t.id)
            FROM (
              SELECT DISTINCT content_id FROM channels_message WHERE source = %(source)s AND source_id = %(id)s
            ) used
            JOIN channels_content c ON c.id = used.content_id
            CROSS JOIN LATERAL unnest(c.links) WITH ORDINALITY AS link (url, place)
            LEFT JOIN (
              SELECT m.content_id, t.id, t.message_id, t.link
              FROM channels_message m JOIN channels_touch t ON t.message_id = m.id
              WHERE m.source = %(source)s AND m.source_id = %(id)s AND t.kind = 'click' AND NOT t.is_machine
            ) t ON t.content_id = c.id AND t.link = link.place - 1
            GROUP BY url ORDER BY 2 DESC, 3 DESC, url
            """,
            {"source": source, "id": source_id},
        )
        return [LinkClicks(url, people, clicks) for url, people, clicks in cursor.fetchall()]


def permit_key(source: str, source_id: int, person_id: int) -> str:
    """The name under which the gate knows a message for good."""
    return f"{source}:{source_id}:{person_id}"


def recipient_of(message_id: int) -> Recipient | None:
    """Whom a message went to; None when there is no such message. Two queries."""
    message = Message.objects.for_system("an answer came back").filter(pk=message_id).first()
    if message is None:
        return None
    content = Content.objects.for_system("an answer came back").get(pk=message.content_id)
    return Recipient(
        message.pk, message.person_id, message.channel, message.address, content.purpose_id, content.message_class,
        content.language, message.source, message.source_id,
    )  # fmt: skip


def touches_of(message_ids: list[int]) -> dict[int, list[Touch]]:
    """What came back for messages that were judged before, oldest first. One query."""
    found: dict[int, list[Touch]] = {pk: [] for pk in message_ids}
    for touch in Touch.objects.for_system("judged with its message").filter(message_id__in=message_ids).order_by("at"):
        found[touch.message_id].append(touch)
    return found
