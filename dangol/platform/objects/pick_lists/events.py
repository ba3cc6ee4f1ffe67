from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class PickListChanged(Event):
    """Names, colours, order or what is offered; records are as they were."""

    NAME = "pick_list.changed"
    SUBJECT = "pick_list"


@dataclass(frozen=True, kw_only=True)
class ValuesMerged(Event):
    """One value was made another; the records are told by the event of their own bulk write."""

    NAME = "pick_list.merged"
    SUBJECT = "pick_list"


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    NAME = "pick_list.unmerged"
    SUBJECT = "pick_list"
