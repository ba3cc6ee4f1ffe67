"""What the frame shows of the console: its entry for administrators, the words of its events, what is watched."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy as _

from dangol.platform.console import metrics
from dangol.platform.console.figures import register_figures
from dangol.platform.console.recorder import RECORDER, is_wanted
from dangol.platform.db.asking import Asking, tell_slow
from dangol.platform.db.environment import number_from
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.jobs.tasks import watch_jobs
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("see", "console")
log = logging.getLogger("dangol.jobs")
SLOW_MS = number_from("DANGOL_SLOW_MS", 100, 0, 3_600_000)


def note_job(who: Asking, ms: float, is_failed: bool) -> None:
    """Count a job that ended, for the page and for Prometheus."""
    RECORDER.job(who, ms, is_failed)
    outcome = "failed" if is_failed else "done"
    said = {"job_id": who.job_id, "task": who.name, "outcome": outcome, "ms": round(ms, 1), "queries": who.queries}
    log.info("%s %s", who.name, outcome, extra=said)
    metrics.observe_job(who, ms, is_failed)


register(
    "setup", item("console", _("Console"), "activity", "console:overview", 90, is_open=lambda v: v.may(*NEEDS))
)  # fmt: skip
register_command(_("Console: jobs"), "/console", "activity", _("queue worker failed dead letter retry"), NEEDS)
register_command(_("Console: health"), "/console/health", "heartbeat", _("status disk backup version"), NEEDS)
register_command(_("Console: what was slow"), "/console/slow", "clock", _("queries pages speed"), NEEDS)
register_command(_("Console: sizes"), "/console/sizes", "database", _("tables disk growth"), NEEDS)
register_title("console.jobs_retried", EventTitle(_("Jobs were let run again"), "refresh"))
register_title("console.jobs_cancelled", EventTitle(_("Jobs were cancelled"), "x"))
register_title("console.run_stopped", EventTitle(_("A long run was stopped"), "player-stop"))
register_title("console.aside_settled", EventTitle(_("Something put aside was settled"), "inbox"))

register_figures()
tell_slow(SLOW_MS, RECORDER.statement)
watch_jobs(note_job)
if is_wanted():
    RECORDER.start()
