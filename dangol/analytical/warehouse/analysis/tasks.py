from __future__ import annotations

from uuid import UUID

from dangol.analytical.warehouse.analysis.services import analyze
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task


@task(name="warehouse.analyze", lock="analysis")
def analyze_now(progress_id: str | None = None) -> None:
    """Refresh everything we know; `progress_id` is the run that somebody watches."""
    analyze(actor=Actor.system("refresh of the figures"), progress_id=UUID(progress_id) if progress_id else None)


@task(name="warehouse.analyze_nightly", lock="analysis", cron="30 2 * * *")
def analyze_nightly(timestamp: int) -> None:
    """Refresh everything we know every night."""
    analyze(actor=Actor.system("nightly analysis"))
