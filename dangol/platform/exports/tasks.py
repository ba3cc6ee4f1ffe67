from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.running import carry_out
from dangol.platform.exports.services import end
from dangol.platform.jobs.tasks import task


@task(name="exports.prepare", queue_name="exports", lock="exports.prepare")
def prepare(run_id: str) -> None:
    """Make one file; one at a time, so that exports leave room for other work."""
    try:
        carry_out(run_id)
    except Exception:
        run = ExportRun.objects.filter(pk=run_id).first()
        if run is not None:
            with translation.override(run.language):
                told = _("The file could not be made, by a fault of ours. An administrator finds it in the console.")
            end(run=run, state=ExportRun.State.FAILED, message=told)
        raise
