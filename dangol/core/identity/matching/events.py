from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class MatchingAsked(Event):
    """Somebody asked for a matching of all records of an object; a job does it."""

    NAME = "matching.asked"
    SUBJECT = "matching"

    run_id: str


@dataclass(frozen=True, kw_only=True)
class MatchingFinished(Event):
    NAME = "matching.finished"
    SUBJECT = "matching"

    run_id: str
    pairs: int
    merged: int


@dataclass(frozen=True, kw_only=True)
class MatchingSet(Event):
    """How matching works was set anew; `changes` say what."""

    NAME = "matching.set"
    SUBJECT = "matching"


@dataclass(frozen=True, kw_only=True)
class PairSaidDifferent(Event):
    """Somebody said that two records are not the same, or (`is_taken_back`) that it is open again."""

    NAME = "pair.said_different"
    SUBJECT = "pair"

    first_id: int
    second_id: int
    is_taken_back: bool = False
