from __future__ import annotations

from dangol.core.identity.merging.queries import waiting
from dangol.core.identity.merging.services import gather
from dangol.platform.jobs.tasks import task


@task(name="identity.gather", lock="identity.gather")
def gather_late(object_name: str, record_ids: list[int] | None = None) -> None:
    """Let what came to records that went up in others go over: of these, or of all."""
    for record_id in record_ids if record_ids is not None else waiting(object_name):
        gather(object_name, record_id)


@task(name="identity.gather_nightly", queue_name="upkeep", lock="identity.gather", cron="50 3 * * *")
def gather_nightly(timestamp: int) -> None:
    """The same every night for whatever came by a way that tells nothing."""
    for name in ("person", "company"):
        gather_late(object_name=name)
