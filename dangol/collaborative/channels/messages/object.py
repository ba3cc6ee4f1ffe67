from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.queries.aside import count_aside, mail_aside, mail_of_the_hour
from dangol.collaborative.channels.messages.queries.timeline import Told, told_of
from dangol.collaborative.channels.messages.services.aside import discard_aside, work_off_aside
from dangol.collaborative.channels.messages.services.forgetting import count_texts, erase_texts, texts
from dangol.core.consent.evidence.queries import EvidenceSource, register_evidence
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.console.aside import AsideSource, register_aside
from dangol.platform.console.metrics import Figure, register_figure
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.holders import Holder, register_holder
from dangol.platform.objects.registry import StoryItem, StoryKind, register_kind, register_story

_ICONS = {"sent": "mail", "failed": "mail-x", "refused": "mail-off", "cancelled": "mail-off"}


def message_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A person's messages for the timeline, with what came of each."""
    if not has(person, "messages"):
        return []
    return messages_story(actor, [person.pk], before, limit)


def messages_story(actor: Actor, person_ids: Sequence[int], before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """The messages to several people for the timeline."""
    return [_item(told) for told in told_of(actor, person_ids, before=before, limit=limit)]


def _item(told: Told) -> StoryItem:
    message = told.message
    return StoryItem(
        at=told.at,
        key=f"message-{message.pk}",
        icon=_ICONS.get(message.state, "clock"),
        title=_title(message),
        url=told.url,
        group="messages",
        template="channels/messages/story.html",
        data={"told": told, "message": message, "whose": message.person_id},
    )


def _title(message: Message) -> str:
    if message.state in ("failed", "refused", "cancelled"):
        return translate("Message not sent")
    if message.state == "sent":
        return translate("Letter sent") if message.source == "letter" else translate("Message sent")
    return translate("Message on its way")


register_kind(StoryKind("messages", _("Messages"), "mail", order=20, needs="message"))
register_story("person", message_story, kinds=["messages"], several=messages_story)
register_presence("person", "messages", Message, "person_id")
register_title("sending.asked", EventTitle(_("Sending asked for"), "send", is_quiet=True))
register_title("sending.stopped", EventTitle(_("Sending stopped"), "player-stop", is_quiet=True))
register_title("message.sent", EventTitle(_("Messages sent"), "mail", "messages"))
register_title("message.opened", EventTitle(_("Message opened"), "mail-opened", "messages"))
register_title("message.clicked", EventTitle(_("Link followed"), "click", "messages"))
register_title("message.bounced", EventTitle(_("Message came back"), "mail-x", "messages"))
register_title("message.complained", EventTitle(_("Complained about a message"), "alert-triangle", "messages"))
register_title("message.unsubscribed", EventTitle(_("Unsubscribed"), "mail-off", "messages"))

register_aside(
    AsideSource(
        name="returned-mail",
        label=_("Returned mail"),
        page=mail_aside,
        count=count_aside,
        retry=lambda actor, ids: work_off_aside(actor=actor, ids=ids),
        discard=lambda actor, ids: discard_aside(actor=actor, ids=ids),
    )
)
register_figure(
    Figure("dangol_mail_last_hour", "Messages of the last hour, by what came of them.", mail_of_the_hour, "outcome")
)
register_right(Right("message", _("Messages"), ("see", "create"), order=130))
register_holder(Holder("letters", _("Letters"), erase_texts, export=texts, count=count_texts, order=300))
register_evidence(
    EvidenceSource(
        "messages",
        "SELECT m.id, m.source, m.source_id, m.person_id, m.channel, m.address, m.state, m.reason, m.attempts,"
        " m.sent_at, m.bounced_at, m.complained_at, m.unsubscribed_at, m.created_at FROM channels_message m",
        person="m.person_id", at="m.created_at",
    )
)  # fmt: skip
