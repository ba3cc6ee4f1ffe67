"""Carrying out an import run that waits: the actor judged anew, progress told, the end noted."""

from __future__ import annotations

from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.outside import outside
from dangol.platform.exchange.registry import Job, importer
from dangol.platform.exchange.services import finish_run, table_of
from dangol.platform.jobs.progress import track


def actor_of(run: ImportRun) -> Actor:
    """Whoever started a run, with the rights of now. Raises Forbidden when the person may no longer sign in."""
    user = User.objects.filter(pk=run.user_id or 0, is_active=True).first()
    if user is None:
        raise Forbidden("create", importer(run.kind).object_name)
    return actor_for(user, source="import")


def carry_out(run: ImportRun, *, is_dry: bool) -> dict[str, Any]:
    """Do the run (or its dry run) now and note its answer. Raises what the importer raises."""
    with track(run.progress_id) as tracker, outside(tracker) as told:
        table = table_of(run)
        job = Job(table, run.mapping, run.options, actor_of(run), told, str(run.pk))
        chosen = importer(run.kind)
        if is_dry and not chosen.is_whole:
            ImportRun.objects.filter(pk=run.pk).update(done_rows=0, tally={}, event_id=None)
        result = chosen.run(job, is_dry=is_dry)
        tracker.result = result
    finish_run(run.pk, state=ImportRun.State.CHECKED if is_dry else ImportRun.State.DONE, result=result)
    return result
