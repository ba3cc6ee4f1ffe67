from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.collaborative.channels.letters.events import LetterWritten
from dangol.collaborative.channels.letters.queries import SOURCE, asked, own_address, receiver
from dangol.collaborative.channels.letters.rules import MOST_BODY, MOST_SUBJECT, html_of
from dangol.collaborative.channels.messages.models import Content, Message
from dangol.collaborative.channels.messages.services.contents import keep_content
from dangol.collaborative.channels.messages.services.queueing import enqueue
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.collaborative.channels.writing.rules.content import tidied
from dangol.collaborative.channels.writing.rules.linting import lint
from dangol.core.consent.gate.queries import may_send, reason_label
from dangol.core.consent.gate.rules import ADVERTISING, SERVICE
from dangol.core.consent.ledger.models import Purpose
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound


@transaction.atomic
def write_letter(
    *,
    actor: Actor,
    person_id: int,
    subject: str,
    body: str,
    message_class: str = SERVICE,
    purpose_id: int | None = None,
) -> Message:
    """Write an e-mail to one customer; it goes at once, by a job, when the gate lets it.

    `body` is plain text with simple marks (see `rules`). The reply comes back to the actor's own address where it is
    known to be theirs, else to the firm's.

    Raises:
        Forbidden: the actor may write to nobody.
        NotFound: there is no such person, or the actor may not write to them.
        ValidationError: by field; under "" what the gate says no for.
    """
    require(actor, "create", "message")
    person = receiver(actor, person_id)
    if person is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    subject, body = " ".join(tidied(subject).split()), tidied(body).strip()
    _check(subject, body, message_class, purpose_id)
    content = _kept(actor, person, subject, body, message_class, purpose_id)
    answer = may_send(person.pk, asked(content))
    if answer.verdict == "refuse":
        reason = reason_label(answer.reason, "email")
        raise ValidationError({"": [_("This may not be sent: %(reason)s.") % {"reason": reason}]})
    enqueue(actor=actor, source=SOURCE, source_id=content.pk, people={person.pk: content.pk})
    message = Message.objects.for_system("the letter just written").get(source=SOURCE, source_id=content.pk)
    emit(LetterWritten(subject_id=message.pk, about_id=person.pk, message_class=message_class), actor=actor)
    return message


def _check(subject: str, body: str, message_class: str, purpose_id: int | None) -> None:
    errors: dict[str, list[str]] = {}
    if not subject or len(subject) > MOST_SUBJECT:
        errors["subject"] = [_("Give the letter a subject of at most %(most)s letters.") % {"most": MOST_SUBJECT}]
    if not body or len(body) > MOST_BODY:
        errors["body"] = [_("Write what you want to say, at most %(most)s letters.") % {"most": MOST_BODY}]
    if message_class not in (SERVICE, ADVERTISING):
        errors["message_class"] = [_("Choose what kind of message it is.")]
    is_known = purpose_id is not None and Purpose.objects.filter(pk=purpose_id, is_active=True).exists()
    if message_class == ADVERTISING and not is_known:
        errors["purpose"] = [_("Choose what the advertising is for: people consent to each purpose on its own.")]
    if errors:
        raise ValidationError(errors)


def _kept(actor: Actor, person: Person, subject: str, body: str, message_class: str, purpose_id: int | None) -> Content:
    ours = workspace()
    language = person.language if person.language in ours.languages else ours.language
    written = Written(subject, html_of(body), body, "", language if language in ("ko", "en") else "en")
    if message_class == ADVERTISING:
        _lint(written, person)
    name = f"{actor.name} ({ours.name})" if ours.name and actor.name else actor.name
    return keep_content(
        actor=actor, content=written, message_class=message_class, from_name=name,
        purpose_id=purpose_id if message_class == ADVERTISING else None, reply_to=own_address(actor.user_id),
        is_template=False,
    )  # fmt: skip


def _lint(written: Written, person: Person) -> None:
    """What the law asks of advertising and cannot be put in by itself, such as our own phone number."""
    country = person.country or writing.home_country()
    found = lint(written, writing.sender(), ADVERTISING, country, fields=writing.merge_fields())
    missing = [writing.told(f.sentence) for f in found if f.level == "error" and f.where == "sender"]
    if missing:
        raise ValidationError({"": missing})
