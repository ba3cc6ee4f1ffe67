"""Making mail of a batch: one permit each, rendered for each, with links, return address and ways out of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dangol.collaborative.channels.messages.models import Content
from dangol.collaborative.channels.messages.queries import permit_key, rendering
from dangol.collaborative.channels.messages.queries.rendering import Doors, Receiver
from dangol.collaborative.channels.messages.rules import trying
from dangol.collaborative.channels.messages.rules.trying import Settled
from dangol.collaborative.channels.messages.services.batches import Claimed
from dangol.collaborative.channels.sources import SourceRules
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.compiling import Compiled
from dangol.collaborative.channels.writing.rules.content import Rendered
from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.core.consent.gate.rules import Answer
from dangol.platform.mail.headers import CannotCompose, Mailbox
from dangol.platform.mail.links import sign
from dangol.platform.mail.mime import Frame, compose
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.permits import Permit
from dangol.platform.mail.transport import Outgoing

BOUNCE, MESSAGE_ID, UNSUBSCRIBE = "bounce", "id", rendering.UNSUBSCRIBE
"""What the tokens of return addresses, of Message-IDs and of the way to unsubscribe by mail are signed for."""
ADVERTISING = "advertising"
WHY = "what is sent to a batch"
NO_CONTENT = "no_content"


@dataclass
class Desk:
    """What all messages of a run share: the way out, addresses of pages, and the frames already made."""

    rules: SourceRules
    source_id: int
    way: MailWay
    doors: Doors = field(default_factory=Doors)
    _contents: dict[int, Content] = field(default_factory=dict)
    _frames: dict[int, Frame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sender = writing.sender()
        self.domain = self.way.bounce_domain or self.way.from_email.rpartition("@")[2] or "localhost"

    def contents(self, ids: set[int]) -> Mapping[int, Content]:
        """What is said, by its id; read once a run."""
        missing = ids - self._contents.keys()
        if missing:
            self._contents.update(Content.objects.for_system(WHY).in_bulk(missing))
        return self._contents

    def from_box(self, content: Content) -> Mailbox:
        """Who writes."""
        name = content.from_name or self.way.from_name or self.sender.name
        return Mailbox(name, self.way.from_email or self.sender.email or f"no-reply@{self.domain}")

    def reply_to(self, content: Content) -> str:
        """Where replies go; "" for back to the sender."""
        return content.reply_to or self.way.reply_to

    def frame(self, content: Content) -> Frame:
        """The bytes that all messages with this content share."""
        if content.pk not in self._frames:
            name = f"{self.rules.name}-{self.source_id}"
            reply_to = self.reply_to(content)
            self._frames[content.pk] = Frame(
                sender=self.from_box(content),
                list_id=f"{name}.{self.domain}",
                feedback_id=f"{name}:{content.message_class}:dangol",
                reply_to=Mailbox("", reply_to) if reply_to else None,
            )
        return self._frames[content.pk]

    def return_address(self, message_id: int) -> str:
        """Where the message comes back to when it cannot be delivered (VERP)."""
        return f"bounce+{sign(BOUNCE, message_id)}@{self.domain}"

    def message_id(self, message_id: int) -> str:
        """Its Message-ID, the same at each try."""
        return f"m{sign(MESSAGE_ID, message_id)}@{self.domain}"


@dataclass
class Composed:
    """What goes out (and to which address), what was settled without going, and what was refused at the door."""

    outgoing: list[Outgoing] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    addresses: dict[int, str] = field(default_factory=dict)
    refused: dict[int, Exception] = field(default_factory=dict)


def compose_batch(
    desk: Desk, rows: Sequence[Claimed], answers: Mapping[str, Permit | Answer], now: datetime
) -> Composed:
    """Make the mails of a batch, in a few queries for all of them."""
    done, allowed = Composed(), list[tuple[Claimed, Permit]]()
    for row in rows:
        answer = answers[permit_key(desk.rules.name, desk.source_id, row.person_id)]
        if isinstance(answer, Permit):
            allowed.append((row, answer))
        elif answer.verdict == "hold":
            done.settled.append(Settled(row.id, "held", answer.reason, not_before=answer.until, attempts=row.attempts))
        else:
            done.settled.append(Settled(row.id, "refused", answer.reason, attempts=row.attempts))
    people = rendering.receivers([row.person_id for row, _permit in allowed])
    contents = desk.contents({row.content_id for row, _permit in allowed})
    groups: dict[tuple[int, str], list[tuple[Claimed, Permit]]] = {}
    for row, permit in allowed:
        groups.setdefault((row.content_id, people[row.person_id].country), []).append((row, permit))
    for (content_id, country), members in groups.items():
        _compose_group(desk, contents[content_id], country, members, people, now, done)
    return done


def _compose_group(
    desk: Desk,
    content: Content,
    country: str,
    members: Sequence[tuple[Claimed, Permit]],
    people: Mapping[int, Receiver],
    now: datetime,
    done: Composed,
) -> None:
    """Those who get the same content under the same law."""
    try:
        one = rendering.compiled(content, country, desk.sender)
    except TemplateError as error:
        done.settled += [trying.failed(row.id, str(error), permit.address, row.attempts) for row, permit in members]
        return
    values = rendering.merge_values(one, content.language, [row.person_id for row, _permit in members])
    urls = rendering.urls_of(one)
    for row, permit in members:
        try:
            mail = _mail(
                desk, content, one, urls, row, people[row.person_id], values.get(row.person_id, {}), permit, now
            )
        except CannotCompose as error:
            done.settled.append(trying.failed(row.id, str(error), permit.address, row.attempts))
            continue
        done.outgoing.append(mail)
        done.addresses[row.id] = permit.address


def _mail(
    desk: Desk,
    content: Content,
    one: Compiled,
    urls: Sequence[str],
    row: Claimed,
    person: Receiver,
    values: Mapping[str, str],
    permit: Permit,
    now: datetime,
) -> Outgoing:
    is_tracked = desk.rules.is_tracked
    links = desk.doors.clicks(row.id, content.links, urls) if is_tracked else None
    known = desk.doors.values(row.id, values, is_tracked=is_tracked)
    rendered = one.render(known, links)
    if is_tracked:
        html = rendering.with_trap(rendered.html, desk.doors.trap(row.id), known["open_pixel_url"])
        rendered = rendered._replace(html=html)
    message_id, to = desk.message_id(row.id), Mailbox(person.name, permit.address)
    return Outgoing(
        message_class=permit.message_class,
        sender=desk.return_address(row.id),
        recipient=permit.address,
        content=_bytes(desk, content, message_id, to, rendered, known, now),
        message_id=message_id,
        number=row.id,
        permit=permit,
    )


def _bytes(
    desk: Desk,
    content: Content,
    message_id: str,
    to: Mailbox,
    rendered: Rendered,
    known: Mapping[str, str],
    now: datetime,
) -> bytes:
    is_advertising = content.message_class == ADVERTISING
    if not desk.rules.is_bulk and not is_advertising:
        return compose(
            sender=desk.from_box(content), recipient=to, subject=rendered.subject, text=rendered.text,
            html=rendered.html, message_id=message_id, sent_at=now, reply_to=desk.reply_to(content),
        )  # fmt: skip
    url, address = known["unsubscribe_url"] if is_advertising else "", ""
    if url and desk.way.bounce_domain:
        address = f"{UNSUBSCRIBE}+{url.rpartition('/')[2]}@{desk.way.bounce_domain}"
    return desk.frame(content).fill(
        recipient=to, subject=rendered.subject, text=rendered.text, html=rendered.html, message_id=message_id,
        sent_at=int(now.timestamp()), unsubscribe_url=url, unsubscribe_address=address,
    )  # fmt: skip
