from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class NameJudged(Event):
    """A name of events was accepted, or is kept out from now on."""

    NAME = "event_source.name_judged"
    SUBJECT = "event_source"

    name_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PropertiesAccepted(Event):
    """What was strange about the properties of a name is not strange any more."""

    NAME = "event_source.properties_accepted"
    SUBJECT = "event_source"

    name_id: int = 0


@dataclass(frozen=True, kw_only=True)
class StreamPolicyChanged(Event):
    NAME = "event_source.policy_changed"
    SUBJECT = "event_source"
