from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class PersonFactNoted(Event):
    """Somebody said where a detail comes from, and on which basis it is kept; `field` names it."""

    NAME = "person_fact.noted"
    SUBJECT = "person"

    field: str = ""
    source: str = ""
    basis: str = ""
