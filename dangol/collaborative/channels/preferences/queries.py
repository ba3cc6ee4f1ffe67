"""What the customer's own pages show: from one signed link, the person, the address and what holds now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Content, Message
from dangol.collaborative.channels.preferences.rules import Choice, masked
from dangol.core.consent.gate.rules import SERVICE, Asked
from dangol.core.consent.gate.rules.addresses import COLUMNS
from dangol.core.consent.guardians.queries import has_guardian, is_minor
from dangol.core.consent.law.queries import book
from dangol.core.consent.law.rules import Book
from dangol.core.consent.ledger.models import Channel, ConsentRecord, ConsentState, Purpose, State, Wording
from dangol.core.consent.ledger.queries import active_purposes, current_wording
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.wishes.queries import wish_of
from dangol.core.customers.people.models import Person
from dangol.platform.mail.links import BadLink, read

WHY = "the customer looks at her own page by a signed link"
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.KAKAO, Channel.PHONE, Channel.POST)
CONFIRM, LASTS = "request", timedelta(days=7)
"""What links that confirm a request are signed for, and how long they hold."""
BY_LINK = ("unsubscribe", "one_click")


@dataclass(frozen=True)
class Receiver:
    """Who a link belongs to: the message it stood in, its receiver, what it was for and where it went."""

    message_id: int
    person: Person
    channel: str
    address: str
    purpose_id: int | None

    @property
    def masked(self) -> str:
        """The address as the page shows it."""
        return masked(self.channel, self.address)

    @property
    def is_gone(self) -> bool:
        """Whether we keep the person only in the trash."""
        return self.person.deleted_at is not None


@dataclass(frozen=True)
class Box:
    """One box of the preferences page. `since` is when the present answer was given, None when never asked."""

    choice: Choice
    label: Any
    masked: str
    is_given: bool
    since: datetime | None


@dataclass(frozen=True)
class Offer:
    """One purpose of the preferences page, with the words to which a tick says yes."""

    purpose: Purpose
    wording: Wording | None
    description: str
    boxes: list[Box]


@dataclass(frozen=True)
class Ended:
    """Something that the receiver does not get: what, where, since when, and whether she ever said yes before."""

    purpose: Purpose
    channel: Any
    at: datetime
    is_refusal: bool


def receiver_of(kind: str, token: str) -> Receiver:
    """Who a signed link belongs to. Raises BadLink when it was not signed here, or its message or person is gone."""
    numbers = read(kind, token)
    if len(numbers) != 1:
        raise BadLink
    message = Message.objects.for_system(WHY).filter(pk=numbers[0]).first()
    person = Person.objects.for_system(WHY).filter(pk=message.person_id).first() if message else None
    if message is None or person is None:
        raise BadLink
    content = Content.objects.for_system(WHY).filter(pk=message.content_id).values_list("purpose_id", flat=True)
    address = message.address or getattr(person, COLUMNS[message.channel])
    return Receiver(message.pk, person, message.channel, address, content.first())


def language_of(receiver: Receiver, asked: str, browser: str) -> str:
    """In which language to speak: the one asked for, else the customer's, else the browser's."""
    if asked in ("ko", "en"):
        return asked
    known = receiver.person.language
    return browser if not known else "ko" if known == "ko" else "en"


def states_of(receiver: Receiver) -> dict[Choice, ConsentState]:
    """What holds now for the receiver, by choice."""
    rows = ConsentState.objects.for_system(WHY).filter(person_id=receiver.person.pk)
    return {Choice(row.purpose_id, row.channel, row.is_for_night): row for row in rows}


def offers(receiver: Receiver, language: str) -> list[Offer]:
    """Every active purpose with a box for each channel on which the receiver has an address."""
    states, rules = states_of(receiver), book()
    return [
        Offer(
            purpose,
            current_wording(purpose, language),
            purpose.description_ko if language == "ko" else purpose.description_en,
            [_box(choice, receiver, states) for choice in _choices(purpose, receiver, rules)],
        )
        for purpose in active_purposes()
    ]


def ended(receiver: Receiver) -> list[Ended]:
    """What the receiver took back by the links of this message, and the message's own purpose however it ended."""
    rows = ConsentState.objects.for_system(WHY).filter(person_id=receiver.person.pk, is_for_night=False)
    own = Q(purpose_id=receiver.purpose_id, channel=receiver.channel)
    by_link = Q(record_id__in=[line.pk for line in ended_lines(receiver)])
    purposes = {purpose.pk: purpose for purpose in Purpose.objects.all()}
    return [
        Ended(purposes[row.purpose_id], Channel(row.channel).label, row.at, row.state == State.REFUSED)
        for row in rows.filter(own | by_link).exclude(state=State.GIVEN).order_by("purpose_id", "channel")
    ]


def ended_lines(receiver: Receiver) -> list[ConsentRecord]:
    """The lines that the links of this message added to the ledger and that still hold."""
    holding = ConsentState.objects.for_system(WHY).filter(person_id=receiver.person.pk, state="withdrawn")
    lines = ConsentRecord.objects.for_system(WHY).filter(
        pk__in=holding.values("record_id"), method__in=BY_LINK, evidence__message=receiver.message_id
    )
    return list(lines.order_by("purpose_id", "channel", "is_for_night"))


def given_before(line: ConsentRecord) -> ConsentRecord | None:
    """The yes that a line took back: the one right before it, None when that was none."""
    rows = ConsentRecord.objects.for_system(WHY).filter(
        person_id=line.person_id, purpose_id=line.purpose_id, channel=line.channel, is_for_night=line.is_for_night,
        at__lte=line.at,
    )  # fmt: skip
    before = rows.exclude(pk=line.pk).order_by("-at", "-pk").first()
    return before if before is not None and before.state == "given" else None


def can_undo(receiver: Receiver) -> bool:
    """Whether there is a yes to which "that was a mistake" leads back."""
    return any(given_before(line) for line in ended_lines(receiver))


def is_open(receiver: Receiver) -> bool:
    """Whether advertising may still reach the receiver somewhere."""
    rows = ConsentState.objects.for_system(WHY).filter(person_id=receiver.person.pk, state="given", is_for_night=False)
    return bool(rows.exists())


@dataclass(frozen=True)
class Wishes:
    """What the page shows of wishes: the pause that holds, the most messages a month, and whether a guardian lacks."""

    paused_until: date | None
    most_messages: int | None
    is_restricted: bool
    lacks_guardian: bool


def wishes(receiver: Receiver) -> Wishes:
    """What the receiver wishes beyond yes and no."""
    wish = wish_of(receiver.person.pk)
    lacks = is_minor(receiver.person) and not has_guardian(receiver.person.pk)
    if wish is None:
        return Wishes(None, None, False, lacks)
    until = wish.paused_until if wish.paused_until and wish.paused_until > timezone.localdate() else None
    return Wishes(until, wish.most_messages, wish.is_restricted, lacks)


def request_behind(token: str) -> RightsRequest:
    """The request that a link in a letter confirms. Raises BadLink when it is not ours, too old, or answered."""
    numbers = read(CONFIRM, token)
    since = timezone.now() - LASTS
    found = RightsRequest.objects.for_system(WHY).filter(pk=numbers[0] if len(numbers) == 1 else 0).first()
    if found is None or found.person_id is None or found.asked_at < since or found.state == "refused":
        raise BadLink
    return found


def request_text(content_id: int) -> Asked:
    """What the gate is asked about the letter with such a link: it is no advertising."""
    return Asked("email", SERVICE, None, timezone.now())


def _choices(purpose: Purpose, receiver: Receiver, rules: Book) -> Iterable[Choice]:
    for channel in CHANNELS:
        if getattr(receiver.person, COLUMNS[channel]):
            yield Choice(purpose.pk, channel.value)
            if rules.bound(channel.value, receiver.person.country).night is not None:
                yield Choice(purpose.pk, channel.value, is_for_night=True)


def _box(choice: Choice, receiver: Receiver, states: dict[Choice, ConsentState]) -> Box:
    state = states.get(choice)
    address = getattr(receiver.person, COLUMNS[choice.channel])
    return Box(
        choice, Channel(choice.channel).label, masked(choice.channel, address),
        state is not None and state.state == "given", state.at if state else None,
    )  # fmt: skip
