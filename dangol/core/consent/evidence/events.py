from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class EvidenceTaken(Event):
    """An archive of evidence was made, for one person (`about_id`) or a period."""

    NAME = "consent.evidence_taken"
    SUBJECT = "consent"
    IS_PLACED = True

    since: str = ""
    until: str = ""
    rows: int = 0
