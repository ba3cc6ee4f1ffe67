"""Why a job failed, and what becomes of it: again later, or put aside."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

from django.db import DatabaseError, connection
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from dangol.platform.jobs.models import JobFailure

MOST_ATTEMPTS = 7
LONGEST_SENTENCE = 500
LONGEST_TRACE = 20_000
_DETAIL = re.compile(r"\n(DETAIL|CONTEXT|HINT):.*", re.DOTALL)
log = logging.getLogger(__name__)


class StepBehind(BaseRetryStrategy):
    """Try again after 3, 9, 27 ... seconds, six times.

    A job that is tried again goes behind all others of its lock (a lower priority), so that one that never succeeds
    keeps nobody waiting.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job is due again, None when its attempts are used up."""
        if job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": 3 ** (job.attempts + 1)}, priority=min(job.priority, 0) - 1)


def note_failure(job: Job, error: BaseException) -> None:
    """Write down why this attempt failed. A database that is gone is no reason to fail otherwise."""
    try:
        JobFailure.objects.create(
            job_id=job.id or 0,
            task=job.task_name,
            attempt=job.attempts + 1,
            error=type(error).__name__,
            sentence=sentence_of(error),
            trace=_clean("".join(traceback.format_exception(error)))[-LONGEST_TRACE:],
        )
        _leave_queueing_lock(job)
    except DatabaseError:
        log.exception("The failure of job %s could not be written down.", job.id)


def sentence_of(error: BaseException) -> str:
    """What an exception says to people; rows that the database quotes are left out, since they are somebody's data."""
    said = getattr(error, "sentence", "") or _DETAIL.sub("", str(error)).strip()
    return _clean(str(said) or type(error).__name__)[:LONGEST_SENTENCE]


def note_death(job: Job) -> None:
    """Write down that the process which ran the job died in it too often."""
    sentence = "The process that ran this job ended in the middle of it, again and again (killed, or out of memory)."
    JobFailure.objects.create(
        job_id=job.id or 0, task=job.task_name, attempt=job.attempts + 1, error="WorkerDied", sentence=sentence
    )


def _leave_queueing_lock(job: Job) -> None:
    """A job that waits again must not collide with a like one that was queued while it ran."""
    if job.queueing_lock:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", [job.id])


def _clean(text: str) -> str:
    return _DETAIL_LINES.sub("", text).replace("\0", "")


_DETAIL_LINES = re.compile(r"^DETAIL: .*$\n?", re.MULTILINE)

RETRY: Any = StepBehind()
