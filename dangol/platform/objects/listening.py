"""Who may listen to a record: whoever may see it."""

from __future__ import annotations

from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.realtime.judging import register_judge
from dangol.platform.realtime.rules import Topic


def sees(actor: Actor, topic: Topic) -> bool:
    """Whether the topic is a record that `actor` may see. One query."""
    try:
        declared = object_type(topic.kind)
    except UnknownObject:
        return False
    return bool(declared.model.objects.visible_to(actor).filter(pk=topic.number).exists())


register_judge(sees)
