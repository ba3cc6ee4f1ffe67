"""Carrying out one run: from the queue to a whole file in its place, or a sentence that says why there is none."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.db.errors import CannotContinue, from_os_error
from dangol.platform.exports import folder
from dangol.platform.exports.company.packing import pack_for
from dangol.platform.exports.making import form_of, make_list, plan_of, viewer_for
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.queries import actor_of
from dangol.platform.exports.services import end, finish
from dangol.platform.jobs.progress import Stopped, Tracker, track
from dangol.platform.objects.filters import FilterError

State = ExportRun.State


def carry_out(run_id: UUID | str) -> None:
    """Make the file of a run. A run whose worker was killed begins again: half a file never stands in its place."""
    run = ExportRun.objects.filter(pk=run_id).first()
    if run is None or not run.is_busy:
        return
    ExportRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
    with translation.override(run.language):
        try:
            with track(run.progress_id) as tracker, folder.workshop(run.pk) as here:
                tracker.begin(_("Beginning"))
                rows = _make(run, here / "file", tracker)
                size, sha256 = folder.put_in_place(here / "file", run.pk)
            finish(actor=_judge(run), run=run, size=size, sha256=sha256, rows=rows)
        except Stopped:
            end(run=run, state=State.STOPPED)
        except (Forbidden, FilterError) as error:
            end(run=run, state=State.FAILED, message=str(error))
        except CannotContinue as error:
            end(run=run, state=State.FAILED, message=f"{error.sentence} {error.what_to_do}")
        except OSError as error:
            known = from_os_error(error, folder.folder())
            if known is None:
                raise
            end(run=run, state=State.FAILED, message=f"{known.sentence} {known.what_to_do}")


def _make(run: ExportRun, target: Path, tracker: Tracker) -> int:
    if run.kind == ExportRun.Kind.COMPANY:
        return pack_for(run, _judge(run), target, tracker)
    actor = _judge(run)
    plan = plan_of(actor, run.object_name, run.asked)
    ExportRun.objects.filter(pk=run.pk).update(columns=plan.names)
    viewer = viewer_for(actor, run.language, run.time_zone)
    return make_list(target, plan, form_of(run.asked), viewer, lambda: _judge(run), tracker)


def _judge(run: ExportRun) -> Actor:
    actor = actor_of(run)
    if actor is None:
        raise Forbidden("export", run.object_name, _("Whoever asked for this file may no longer sign in."))
    return actor
