"""What was done on the console."""

from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class JobsRetried(Event):
    """Jobs were let run again: which kind, how many; `job_id` when it was one."""

    NAME = "console.jobs_retried"
    SUBJECT = "console"

    task: str
    count: int
    job_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class JobsCancelled(Event):
    """Jobs were taken out of the queue for good."""

    NAME = "console.jobs_cancelled"
    SUBJECT = "console"

    task: str
    count: int
    job_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RunStopped(Event):
    """A long run was asked to stop."""

    NAME = "console.run_stopped"
    SUBJECT = "console"

    kind: str
    progress_id: str


@dataclass(frozen=True, kw_only=True)
class AsideSettled(Event):
    """Something that was put aside was worked off again or thrown away (`how`)."""

    NAME = "console.aside_settled"
    SUBJECT = "console"

    source: str
    how: str
    count: int
