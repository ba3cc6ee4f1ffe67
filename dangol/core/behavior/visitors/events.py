from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class VisitorKnown(Event):
    """A visitor turned out to be a person; of several at once one row each, about that person."""

    NAME = "visitor.known"
    SUBJECT = "visitor"

    how: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitorCut(Event):
    """Somebody said that a visitor is not this person."""

    NAME = "visitor.cut"
    SUBJECT = "visitor"


@dataclass(frozen=True, kw_only=True)
class VisitorRejoined(Event):
    """The cut was taken back."""

    NAME = "visitor.rejoined"
    SUBJECT = "visitor"


@dataclass(frozen=True, kw_only=True)
class TrustChanged(Event):
    """What is believed of a source was changed, or its secret renewed."""

    NAME = "trust.changed"
    SUBJECT = "source"
