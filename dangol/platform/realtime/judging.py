"""Who may listen to what. Those who own a kind of record say so; nobody else is asked."""

from __future__ import annotations

from collections.abc import Callable

from dangol.platform.access.actor import Actor
from dangol.platform.realtime.rules import Topic

Judge = Callable[[Actor, Topic], bool]
_JUDGES: list[Judge] = []


def register_judge(judge: Judge) -> None:
    """Say who may listen: `judge(actor, topic)` is True where the actor sees that very record."""
    _JUDGES.append(judge)


def may_listen(actor: Actor, topic: Topic) -> bool:
    """Whether `actor` may hear of changes of this record."""
    return any(judge(actor, topic) for judge in _JUDGES)
