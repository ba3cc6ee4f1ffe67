from __future__ import annotations

from django.utils import translation

from dangol.platform.access.errors import Forbidden
from dangol.platform.db.errors import CannotContinue
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.running import carry_out
from dangol.platform.exchange.services import finish_run
from dangol.platform.jobs.progress import Stopped
from dangol.platform.jobs.tasks import task


@task(name="exchange.work_on", queue_name="imports", lock="exchange.work_on")
def work_on(run_id: str, progress_id: str, is_dry: bool, language: str = "en") -> None:
    """Carry out one import or its dry run. What a person can mend ends the run with a sentence, not with a retry."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None or str(run.progress_id) != progress_id or not run.is_busy:
        return
    with translation.override(language):
        try:
            carry_out(run, is_dry=is_dry)
        except Stopped:
            finish_run(run.pk, state=ImportRun.State.STOPPED)
        except CannotContinue as error:
            finish_run(run.pk, state=ImportRun.State.FAILED, message=f"{error.sentence} {error.what_to_do}")
        except Forbidden as error:
            finish_run(run.pk, state=ImportRun.State.FAILED, message=str(error))
        except Exception as error:
            finish_run(run.pk, state=ImportRun.State.FAILED, message=f"{type(error).__name__}: {error}")
            raise
