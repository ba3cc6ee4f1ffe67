from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class PointsRecorded(Event):
    """One line was added to the ledger of `about_id`; `points` as text, to the last digit, below 0 where they went.

    `short` is what should have gone but was not there any more.
    """

    NAME = "points.recorded"
    SUBJECT = "points"

    kind: str
    points: str
    order_id: int | None = None
    short: str = "0"


@dataclass(frozen=True, kw_only=True)
class PointsEarned(Event):
    """Many orders earned points at once; each line stands with its person among the changes of the event."""

    NAME = "points.earned"
    SUBJECT = "points"

    lines: int
    points: str


@dataclass(frozen=True, kw_only=True)
class PointsExpired(Event):
    """Points whose time was over went; each line stands with its person among the changes of the event."""

    NAME = "points.expired"
    SUBJECT = "points"

    lines: int
    points: str


@dataclass(frozen=True, kw_only=True)
class PointsExpiring(Event):
    """Points expire soon; the people stand among the changes of the event, with how many and when."""

    NAME = "points.expiring"
    SUBJECT = "points"

    people: int
    points: str
