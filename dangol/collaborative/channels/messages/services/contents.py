"""Keeping what is said, as it stands when sending begins."""

from __future__ import annotations

from django.db import transaction

from dangol.collaborative.channels.messages.models import Content
from dangol.collaborative.channels.messages.queries.rendering import unread
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.compiling import compile_content
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.platform.access.actor import Actor


@transaction.atomic
def keep_content(
    *,
    actor: Actor,
    content: Written,
    message_class: str,
    purpose_id: int | None = None,
    from_name: str = "",
    reply_to: str = "",
    is_template: bool = True,
) -> Content:
    """Keep what is sent, with the addresses in it by the numbers that signed links carry.

    `from_name` and `reply_to` go before those of the way out. Raises TemplateError.
    """
    compiled = compile_content(
        content if is_template else unread(content), fields=writing.merge_fields(), sender=writing.sender(),
        message_class=message_class, country=writing.home_country(),
    )  # fmt: skip
    return Content.objects.create(
        message_class=message_class,
        purpose_id=purpose_id,
        language=content.language,
        subject=content.subject,
        preheader=content.preheader,
        html=content.html,
        text=content.text,
        is_template=is_template,
        links=[link.url for link in compiled.links],
        from_name=from_name,
        reply_to=reply_to,
        created_by_id=actor.user_id,
    )
