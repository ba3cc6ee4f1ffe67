from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class AnalysisAsked(Event):
    """Somebody wants the figures refreshed; `progress_id` is the run to watch."""

    NAME = "analysis.asked"
    SUBJECT = "analysis"

    progress_id: str = ""


@dataclass(frozen=True, kw_only=True)
class AnalysisFinished(Event):
    """Every figure, tier and score is up to date; `as_of` is the last day that they count."""

    NAME = "analysis.finished"
    SUBJECT = "analysis"

    as_of: str = ""
    customers: int = 0
