"""Putting an import run in the queue."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.registry import importer
from dangol.platform.exchange.tasks import work_on
from dangol.platform.jobs.models import Progress


@transaction.atomic
def queue_run(*, actor: Actor, run: ImportRun, is_dry: bool) -> ImportRun:
    """Put the dry run or the run itself in the queue. A run that is under way already is left alone."""
    require(actor, "create", importer(run.kind).object_name)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.is_busy and run.progress and not run.progress.is_over:
        return run
    title = _("Dry run of %(file)s") if is_dry else _("Import of %(file)s")
    run.progress = Progress.objects.create(kind="import", title=title % {"file": run.file_name}, user_id=actor.user_id)
    run.state = ImportRun.State.CHECKING if is_dry else ImportRun.State.RUNNING
    run.message = ""
    run.save(update_fields=["progress", "state", "message"])
    work_on.defer(run_id=str(run.pk), progress_id=str(run.progress.pk), is_dry=is_dry, language=actor.language)
    return run
