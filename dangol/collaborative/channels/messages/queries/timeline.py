"""A person's messages as they stand on the timeline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dangol.collaborative.channels.messages.models import Content, Message
from dangol.collaborative.channels.sources import SourceName, UnknownSource, source_rules
from dangol.core.consent.gate.queries import reason_label
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import sees_fields

WHY = "what a message said belongs to the message"
_TEMPLATE = re.compile(r"\{\{.*?\}\}\s?|\{[가-힣]+/[가-힣]+\}")
_DONE = ("sent", "failed", "refused", "cancelled")


@dataclass(frozen=True)
class Mark:
    """One thing that came of a message, in words; `tone` colours it."""

    label: str
    at: datetime | None
    icon: str
    tone: str = ""


@dataclass(frozen=True)
class Told:
    """A message on the timeline. `text` is that of a letter; `why` says why a message did not go."""

    message: Message
    at: datetime
    subject: str
    source: str
    url: str
    text: str = ""
    why: str = ""
    marks: list[Mark] = field(default_factory=list)


def told_of(actor: Actor, person_ids: Sequence[int], *, before: datetime | None = None, limit: int = 30) -> list[Told]:
    """The newest messages to people that `actor` may see. Two queries, and one for each kind of source."""
    rows: Any = Message.objects.visible_to(actor).filter(person_id__in=list(person_ids))
    rows = rows.annotate(stands_at=Coalesce("sent_at", "created_at"))
    if before is not None:
        rows = rows.filter(stands_at__lt=before)
    messages = list(rows.order_by("-stands_at", "-pk")[:limit])
    contents = Content.objects.for_system(WHY).in_bulk({m.content_id for m in messages})
    names = _names(actor, messages)
    found = [_told(m, contents[m.content_id], names.get((m.source, m.source_id))) for m in messages]
    return found if sees_fields(actor, "person", "email", "phone") else [_without_address(told) for told in found]


def _without_address(told: Told) -> Told:
    """What a server said of a failure names the address, which this reader may not see."""
    return replace(told, why=_("The address was not reached.")) if told.message.state == "failed" else told


def _names(actor: Actor, messages: Sequence[Message]) -> dict[tuple[str, int], SourceName]:
    ids: dict[str, set[int]] = {}
    for message in messages:
        ids.setdefault(message.source, set()).add(message.source_id)
    found = {}
    for source, wanted in ids.items():
        try:
            names = source_rules(source).names(actor, wanted)
        except UnknownSource:
            continue
        found.update({(source, pk): name for pk, name in names.items()})
    return found


def _told(message: Message, content: Content, name: SourceName | None) -> Told:
    at: datetime = message.stands_at  # type: ignore[attr-defined]
    return Told(
        message=message,
        at=at,
        subject=_plain(content.subject) if content.is_template else content.subject,
        source=name.label if name else "",
        url=name.url if name else "",
        text="" if content.is_template else content.text,
        why=_why(message),
        marks=_marks(message),
    )


def _plain(subject: str) -> str:
    """A subject without what is filled in for each receiver."""
    return " ".join(_TEMPLATE.sub("", subject).split())


def _why(message: Message) -> str:
    if message.state == "refused" or (message.state == "held" and message.reason == "night"):
        return str(reason_label(message.reason, message.channel))
    if message.state == "cancelled":
        return _("Stopped by a person")
    return message.reason if message.state in ("failed", "held") else ""


def _marks(message: Message) -> list[Mark]:
    found = [
        (message.opened_at, _("opened"), "mail-opened", "good"),
        (message.clicked_at, _("followed a link"), "click", "good"),
        (message.bounced_at, _("came back"), "mail-x", "bad"),
        (message.complained_at, _("complained"), "alert-triangle", "bad"),
        (message.unsubscribed_at, _("unsubscribed"), "mail-off", "warn"),
    ]
    marks = [Mark(label, at, icon, tone) for at, label, icon, tone in found if at]
    if message.is_unconfirmed:
        marks.append(Mark(_("not confirmed by the server"), None, "help", "warn"))
    if not message.opened_at and message.machine_open_count + message.machine_click_count:
        marks.append(Mark(_("opened by machines only"), None, "robot"))
    return marks
