from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class StageMoved(Event):
    """One person (`subject_id`) or many (a row each beside the event) moved to another stage.

    `moved` says how many. When stages are worked out for the first time there are no rows: nobody moved, everybody
    was found where they stood.
    """

    NAME = "stage.moved"
    SUBJECT = "stage"

    moved: int = 1


@dataclass(frozen=True, kw_only=True)
class StageLimitsSet(Event):
    """Somebody set the limits between stages; they count from the next analysis on, which this asks for."""

    NAME = "stage_limits.set"
    SUBJECT = "stage_limits"
