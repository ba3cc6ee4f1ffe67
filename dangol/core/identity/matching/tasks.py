from __future__ import annotations

from uuid import UUID

from dangol.core.identity.matching.queries import settings_of
from dangol.core.identity.matching.services import run
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.progress import Stopped
from dangol.platform.jobs.tasks import task


@task(name="identity.match", lock="identity.match")
def match_now(run_id: str, object_name: str) -> None:
    """Match all records of an object as somebody asked; a run that was stopped is over."""
    try:
        run(actor=Actor.system("matching that somebody asked for"), object_name=object_name, run_id=UUID(run_id))
    except Stopped:
        return


@task(name="identity.match_nightly", lock="identity.match", cron="10 4 * * *")
def match_nightly(timestamp: int) -> None:
    """Match every night what the company wants matched."""
    for name in MERGED:
        if settings_of(name).is_nightly:
            run(actor=Actor.system("nightly matching"), object_name=name)
