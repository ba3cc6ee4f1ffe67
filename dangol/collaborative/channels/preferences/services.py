"""What a customer says on her own pages, written into the ledger of consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.services import note_unsubscribe
from dangol.collaborative.channels.messages.services.contents import keep_content
from dangol.collaborative.channels.messages.services.queueing import enqueue
from dangol.collaborative.channels.preferences.queries import (
    CONFIRM,
    WHY,
    Receiver,
    ended_lines,
    given_before,
    offers,
    states_of,
    wishes,
)
from dangol.collaborative.channels.preferences.rules import Choice
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.collaborative.channels.writing.rules.paragraphs import html_of
from dangol.core.consent.gate.rules import SERVICE
from dangol.core.consent.ledger.models import ConsentRecord, Method, State, Wording
from dangol.core.consent.ledger.services import record_consent
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.rights.services import take_request
from dangol.core.consent.wishes.queries import wish_of
from dangol.core.consent.wishes.services import set_wish
from dangol.core.customers.people.services import change_person
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.mail.links import base_url, sign

MOST_LINES_AN_HOUR = 100
MOST_AGENT = 300
SOURCE = "request"
ASKED_HERE = ("access", "erasure")


class TooOften(Exception):
    """The page of one customer was changed more often than any person does."""

    def __init__(self) -> None:
        super().__init__(_("This page was changed very often. Please try again in an hour."))


@transaction.atomic
def unsubscribe(
    *, actor: Actor, receiver: Receiver, is_everything: bool = False, is_one_click: bool = False, agent: str = ""
) -> int:
    """Take back the consent to the purpose of the receiver's message on its channel, or to everything everywhere.

    Acts once: what is taken back already adds nothing. `agent` is the browser or server that asked. Returns how many
    lines were added to the ledger.
    """
    _lock(receiver)
    states = states_of(receiver)
    given = {choice for choice, row in states.items() if row.state == State.GIVEN}
    stopped = given if is_everything else {c for c in given if _is_of(receiver, c)}
    if receiver.purpose_id is not None:
        own = Choice(receiver.purpose_id, receiver.channel)
        if own not in states or states[own].state == State.GIVEN:
            stopped = {*stopped, own}
    method = Method.ONE_CLICK if is_one_click else Method.UNSUBSCRIBE
    for choice in sorted(stopped, key=lambda c: c.name):
        _say(actor, receiver, choice, State.WITHDRAWN, method, agent)
    note_unsubscribe(actor=actor, message_id=receiver.message_id, is_one_click=is_one_click, agent=agent)
    return len(stopped)


@transaction.atomic
def undo_unsubscribe(*, actor: Actor, receiver: Receiver, agent: str = "") -> int:
    """Give again what the links of this message took back by mistake, under the words of the yes before.

    Returns how many lines were added. Raises TooOften.
    """
    _lock(receiver)
    _check_pace(receiver)
    count = 0
    for line in ended_lines(receiver):
        before = given_before(line)
        if before is not None:
            choice = Choice(line.purpose_id, line.channel, line.is_for_night)
            words = Wording.objects.filter(pk=before.wording_id or 0).first()
            _say(actor, receiver, choice, State.GIVEN, Method.PREFERENCES, agent, words, undone=line.pk)
            count += 1
    return count


@transaction.atomic
def set_preferences(
    *, actor: Actor, receiver: Receiver, shown: Collection[str], ticked: Collection[str],
    wordings: Mapping[int, int], language: str, agent: str = "",
) -> int:  # fmt: skip
    """Write down what differs from what holds: boxes in `shown` that are `ticked` say yes, the others no.

    `wordings` {purpose: wording} are the words that the page showed. Boxes of purposes or channels that the receiver
    does not have are ignored. Returns how many lines were added. Raises TooOften, though never to who only says no.
    """
    _lock(receiver)
    if receiver.is_gone:
        return 0
    boxes = [(offer, box) for offer in offers(receiver, language) for box in offer.boxes if box.choice.name in shown]
    changed = [(offer, box) for offer, box in boxes if (box.choice.name in ticked) is not box.is_given]
    if any(not box.is_given for _offer, box in changed):
        _check_pace(receiver)
    lacks_guardian = wishes(receiver).lacks_guardian
    for offer, box in changed:
        if lacks_guardian and not box.is_given:
            continue  # a child does not consent alone
        if box.is_given:
            _say(actor, receiver, box.choice, State.WITHDRAWN, Method.PREFERENCES, agent)
        else:
            words = Wording.objects.filter(pk=wordings.get(offer.purpose.pk, 0), purpose=offer.purpose).first()
            _say(actor, receiver, box.choice, State.GIVEN, Method.PREFERENCES, agent, words or offer.wording)
    return len(changed)


@transaction.atomic
def set_wishes(
    *, actor: Actor, receiver: Receiver, pause_months: int | None, most_messages: int | None, language: str
) -> None:
    """Set the pause (months from today; 0: none; None: as it stands), the most messages a month and the language."""
    _lock(receiver)
    if receiver.is_gone:
        return
    values: dict[str, Any] = {"most_messages": most_messages}
    if pause_months is not None:
        today = timezone.localdate()
        values["paused_until"] = today + timedelta(days=30 * pause_months) if pause_months else None
    wish = wish_of(receiver.person.pk)
    if wish is not None or any(value is not None for value in values.values()):
        set_wish(actor=actor, person_id=receiver.person.pk, **values)
    if language in ("ko", "en") and language != receiver.person.language:
        change_person(actor=actor, record_id=receiver.person.pk, values={"language": language})


@transaction.atomic
def ask_for_right(*, actor: Actor, receiver: Receiver, kind: str) -> RightsRequest | None:
    """Ask to see or to erase one's data: a letter goes to the person's own e-mail, whose link confirms it.

    Without an e-mail the request counts at once, and staff make sure who asks. None for who is gone, or another kind.
    """
    _lock(receiver)
    if receiver.is_gone or kind not in ASKED_HERE:
        return None
    has_mail = bool(receiver.person.email)
    request = take_request(
        actor=actor, person_id=receiver.person.pk, kind=kind, way=RightsRequest.Way.PAGE, is_confirmed=not has_mail
    )
    if has_mail and request.state == RightsRequest.State.UNCONFIRMED:
        _write(actor, receiver, request)
    return request


def _write(actor: Actor, receiver: Receiver, request: RightsRequest) -> None:
    link = base_url() + reverse("preferences:confirm", args=[sign(CONFIRM, request.pk)])
    firm = workspace().name or "Dangol"
    asked = (
        _("You asked %(firm)s for all data about you.") if request.kind == "access"
        else _("You asked %(firm)s to erase all data about you.")
    )  # fmt: skip
    text = "\n\n".join(
        (asked % {"firm": firm}, _("Please confirm it within 7 days:") + f"\n{link}",
         _("If it was not you, you need do nothing."))
    )  # fmt: skip
    subject = _("Please confirm your request to %(firm)s") % {"firm": firm}
    written = Written(subject, html_of(text), text, "", "ko" if receiver.person.language == "ko" else "en")
    content = keep_content(actor=actor, content=written, message_class=SERVICE, is_template=False)
    enqueue(actor=actor, source=SOURCE, source_id=content.pk, people={receiver.person.pk: content.pk})


def _is_of(receiver: Receiver, choice: Choice) -> bool:
    return (choice.purpose_id, choice.channel) == (receiver.purpose_id, receiver.channel)


def _lock(receiver: Receiver) -> None:
    """Two clicks at once come one after the other, so that the second finds nothing left to do."""
    Message.objects.for_system(WHY).select_for_update().filter(pk=receiver.message_id).first()


def _check_pace(receiver: Receiver) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    lines = ConsentRecord.objects.for_system(WHY).filter(
        person_id=receiver.person.pk, method=Method.PREFERENCES, recorded_at__gt=hour_ago
    )
    if lines.count() >= MOST_LINES_AN_HOUR:
        raise TooOften


def _say(
    actor: Actor, receiver: Receiver, choice: Choice, state: str, method: str, agent: str,
    wording: Wording | None = None, **more: int,
) -> None:  # fmt: skip
    evidence = {"message": receiver.message_id, "address": receiver.address, "agent": agent[:MOST_AGENT], **more}
    record_consent(
        actor=actor, person_id=receiver.person.pk, purpose_id=choice.purpose_id, channel=choice.channel, state=state,
        method=method, wording=wording, evidence=evidence, is_for_night=choice.is_for_night,
    )  # fmt: skip
