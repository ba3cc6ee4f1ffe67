from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Event):
    """A person allowed, refused or withdrew something; `subject_id` is the line of the ledger.

    `state`, `channel` and `method` are their codes, `at` when it was said (ISO 8601), `wording_version` which words.
    """

    NAME = "consent.recorded"
    SUBJECT = "consent"

    purpose_id: int
    channel: str
    state: str
    method: str
    at: str
    is_for_night: bool = False
    wording_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentsRecorded(Event):
    """Many lines were added at once (import, demo); each stands with its person among the changes of the event."""

    NAME = "consent.recorded_many"
    SUBJECT = "consent"

    count: int


@dataclass(frozen=True, kw_only=True)
class WordingAdded(Event):
    """A purpose got new words; older consents keep theirs."""

    NAME = "wording.added"
    SUBJECT = "wording"

    purpose_id: int
    version: int
    language: str


@dataclass(frozen=True, kw_only=True)
class PurposeChanged(Event):
    """A purpose was added or changed."""

    NAME = "purpose.changed"
    SUBJECT = "purpose"
