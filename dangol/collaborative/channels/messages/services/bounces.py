"""Mail that comes back: bounces, complaints, and refusals by mail. One that cannot be understood is put aside."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from email.message import Message as Mail

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from dangol.collaborative.channels.messages.events import MessageBounced, MessageComplained
from dangol.collaborative.channels.messages.models import Content, MailAside, Message, Touch
from dangol.collaborative.channels.messages.rules import returned
from dangol.collaborative.channels.messages.rules.returned import Returned, read_returned
from dangol.collaborative.channels.messages.services.answers import note_unsubscribe
from dangol.collaborative.channels.messages.services.composing import BOUNCE, MESSAGE_ID, UNSUBSCRIBE
from dangol.core.consent.ledger.models import Method, State
from dangol.core.consent.ledger.services import record_consent
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.consent.suppressions.services import suppress
from dangol.core.customers.contact_points.services import note_reachability
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit
from dangol.platform.mail.links import BadLink, read

log = logging.getLogger(__name__)
SOFT_MOST, SOFT_WITHIN = 5, timedelta(days=30)
WHY = "a mail came back for the message"
_TOKENS = (
    (BOUNCE, re.compile(r"\bbounce\+([a-z2-7]{17,200})@", re.IGNORECASE)),
    (MESSAGE_ID, re.compile(r"<m([a-z2-7]{17,200})@", re.IGNORECASE)),
)
_REFUSAL = re.compile(r"\bunsub\+([a-z2-7]{17,200})@", re.IGNORECASE)


def take_bounce(raw: bytes, rcpt: str = "") -> str:
    """Work off a mail that came back; `rcpt` is the address for which it came, which names the message.

    Returns what was done: `hard`, `soft`, `complaint`, `unsubscribed`, `delayed`, `delivered`, `automatic` (nothing
    to do), `again` (seen before) or `aside` (put aside with its reason). Only a database that is gone raises
    (OperationalError); everything else is put aside, so that one mail never blocks the next.
    """
    if len(raw) > returned.MOST_BYTES:
        return _aside(raw[: returned.MOST_BYTES], rcpt, MailAside.Reason.TOO_LARGE, f"{len(raw)} bytes")
    try:
        with transaction.atomic():
            return _take(raw, rcpt)
    except OperationalError:
        raise
    except (Exception, RecursionError) as error:
        log.exception("A mail that came back was put aside.")
        return _aside(raw, rcpt, MailAside.Reason.FAULT, f"{type(error).__name__}: {error}")


def _take(raw: bytes, rcpt: str) -> str:
    mail = returned.parse(raw)
    refusal = _number(_REFUSAL, UNSUBSCRIBE, [rcpt] if rcpt else _heads(mail))
    if refusal is not None:
        return _unsubscribe(refusal, mail)
    found = read_returned(mail)
    if found.kind == "automatic":
        return found.kind
    message_id = _message_id(mail, rcpt)
    if message_id is None:
        return _aside(raw, rcpt, MailAside.Reason.NOT_OURS, found.said)
    if found.kind == "unknown":
        return _aside(raw, rcpt, MailAside.Reason.UNREADABLE, "")
    if found.kind in ("delayed", "delivered"):
        return found.kind
    return _settle(message_id, found, hashlib.sha256(raw).hexdigest())


def _heads(mail: Mail) -> list[str]:
    return [str(mail.get(name, "")) for name in ("Delivered-To", "X-Original-To", "To")]


def _message_id(mail: Mail, rcpt: str) -> int | None:
    """The message that came back: by the address it came for, else by what it carries of ours. Both are signed."""
    number = _number(_TOKENS[0][1], BOUNCE, [rcpt, *_heads(mail)])
    if number is not None:
        return number
    words = list(returned.words_of(mail))
    found = (_number(pattern, kind, words) for kind, pattern in _TOKENS)
    return next((one for one in found if one is not None), None)


def _number(pattern: re.Pattern[str], kind: str, texts: Iterable[str]) -> int | None:
    for text in texts:
        for token in pattern.findall(text):
            try:
                return read(kind, token)[0]
            except (BadLink, IndexError):
                continue
    return None


def _settle(message_id: int, found: Returned, digest: str) -> str:
    actor = Actor.system("a mail came back")
    message = Message.objects.for_system(WHY).select_for_update().filter(pk=message_id).first()
    if message is None:
        return "again"
    if Touch.objects.for_system(WHY).filter(message_id=message_id, detail__digest=digest).exists():
        return "again"
    is_complaint = found.kind == "complaint"
    Touch.objects.create(
        message_id=message_id,
        kind=Touch.Kind.COMPLAINT if is_complaint else Touch.Kind.BOUNCE,
        at=timezone.now(),
        detail={"status": found.status, "said": found.said.replace("\0", ""), "is_final": found.is_final,
                "digest": digest},
    )  # fmt: skip
    if is_complaint:
        _complained(actor, message)
    else:
        _bounced(actor, message, found)
    return found.kind


def _bounced(actor: Actor, message: Message, found: Returned) -> None:
    Message.objects.for_system(WHY).filter(pk=message.pk, bounced_at=None).update(bounced_at=timezone.now())
    emit(
        MessageBounced(
            subject_id=message.pk, about_id=message.person_id, source=message.source, source_id=message.source_id,
            is_final=found.is_final,
        ),
        actor=actor,
    )  # fmt: skip
    if message.address and (found.is_final or _soft_bounces(message) >= SOFT_MOST):
        note = found.said or found.status
        suppress(
            actor=actor, channel=message.channel, address=message.address, reason=Suppression.Reason.BOUNCE, note=note
        )
        if message.channel == "email":
            note_reachability(actor=actor, kind="email", value=message.address, is_reachable=False, why=note)


def _soft_bounces(message: Message) -> int:
    """How often mail to this address came back lately; the person's messages are asked, since they have an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM channels_message m JOIN channels_touch t ON t.message_id = m.id"
            " WHERE m.person_id = %s AND m.address = %s AND t.kind = 'bounce' AND t.at > %s",
            [message.person_id, message.address, timezone.now() - SOFT_WITHIN],
        )
        return int((cursor.fetchone() or [0])[0])


def _complained(actor: Actor, message: Message) -> None:
    """Someone told the own provider that the message was unwanted: that is a refusal, too."""
    Message.objects.for_system(WHY).filter(pk=message.pk, complained_at=None).update(complained_at=timezone.now())
    emit(
        MessageComplained(
            subject_id=message.pk, about_id=message.person_id, source=message.source, source_id=message.source_id
        ),
        actor=actor,
    )
    if message.address:
        suppress(
            actor=actor, channel=message.channel, address=message.address, reason=Suppression.Reason.COMPLAINT, note=""
        )
    _withdraw(actor, message, Method.COMPLAINT)


def _unsubscribe(message_id: int, mail: Mail) -> str:
    actor = Actor.system("the receiver unsubscribed by mail")
    message = Message.objects.for_system(WHY).filter(pk=message_id).first()
    if message is None or not note_unsubscribe(actor=actor, message_id=message_id, is_one_click=True, agent="mailto"):
        return "again"
    _withdraw(actor, message, Method.ONE_CLICK)
    return "unsubscribed"


def _withdraw(actor: Actor, message: Message, method: str) -> None:
    content = Content.objects.for_system(WHY).get(pk=message.content_id)
    if content.purpose_id is not None:
        record_consent(
            actor=actor, person_id=message.person_id, purpose_id=content.purpose_id, channel=message.channel,
            state=State.WITHDRAWN, method=method, evidence={"message_id": message.pk, "address": message.address},
        )  # fmt: skip


def _aside(raw: bytes, rcpt: str, reason: str, error: str) -> str:
    MailAside.objects.get_or_create(
        digest=hashlib.sha256(raw).hexdigest(),
        defaults={
            "received_for": rcpt.replace("\0", "")[:320], "reason": reason, "raw": raw,
            "error": error.replace("\0", "").encode("utf-8", "replace").decode()[:500],
        },
    )  # fmt: skip
    return "aside"
