from __future__ import annotations

from dataclasses import dataclass, field

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class RightsRequestTaken(Event):
    """A person asked for something about her data."""

    NAME = "rights_request.taken"
    SUBJECT = "rights_request"

    kind: str
    way: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class RightsRequestAnswered(Event):
    """A request was answered: done or refused."""

    NAME = "rights_request.answered"
    SUBJECT = "rights_request"

    kind: str
    state: str


@dataclass(frozen=True, kw_only=True)
class PersonTakenOut(Event):
    """Everything about a person was written into one archive, for the person to have."""

    NAME = "person.taken_out"
    SUBJECT = "person"
    IS_PLACED = True

    parts: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Everything about a person was erased; `counts` says how many things went, by place."""

    NAME = "person.erased"
    SUBJECT = "person"

    counts: dict[str, int] = field(default_factory=dict)
    is_replay: bool = False
