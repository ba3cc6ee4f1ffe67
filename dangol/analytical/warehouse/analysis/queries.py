"""What is known of the runs."""

from __future__ import annotations

from dangol.platform.jobs.models import Progress

KIND = "analysis"


def last_run() -> Progress | None:
    """The analysis asked for last, whatever became of it."""
    return Progress.objects.filter(kind=KIND).order_by("-created_at").first()


def last_finished() -> Progress | None:
    """The last analysis that came to its end; `result` is what `dangol analyze --json` prints."""
    return Progress.objects.filter(kind=KIND, state=Progress.State.DONE).order_by("-created_at").first()
