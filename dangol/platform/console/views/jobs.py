"""Jobs: how the queues stand, what failed and why, and what can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.console import runs
from dangol.platform.console.rights import who_may
from dangol.platform.console.services import cancel_jobs, retry_jobs, stop_run
from dangol.platform.jobs import queue


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Queues, workers, long runs, and what runs by the clock."""
    actor = who_may(request)
    found = queue.queues()
    context = {
        "tab": "jobs", "queues": found, "hour": queue.last_hour(), "pace": queue.done_by_five_minutes(),
        "waiting": sum(q.waiting for q in found), "running": sum(q.running for q in found),
        "failing": sum(q.failing for q in found), "dead": sum(q.dead for q in found), "workers": queue.workers(),
        "runs": runs.latest(), "clocked": queue.by_the_clock(), "may_change": actor.may("change", "console"),
    }  # fmt: skip
    return render(request, "console/overview.html", context)


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Jobs in one state, a page at a time."""
    actor = who_may(request)
    state = request.GET.get("state", "dead")
    if state not in queue.STATES:
        raise Http404
    task, after = request.GET.get("task", ""), _number(request.GET.get("after"))
    rows, has_more = queue.jobs(state, task=task, after=after)
    context: dict[str, Any] = {
        "tab": "jobs", "state": state, "states": _states(), "task": task, "rows": rows, "kinds": queue.kinds(state),
        "next": rows[-1].id if has_more else None, "is_further": after is not None,
        "may_change": actor.may("change", "console"),
    }  # fmt: skip
    return render(request, "console/jobs.html", context)


@login_required
@require_GET
def show(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job: its arguments, its attempts, why they failed."""
    actor = who_may(request)
    found = queue.job(job_id) if job_id < 2**63 else None
    if found is None:
        raise Http404(_("There is no such job any more; finished jobs are forgotten after three days."))
    context = {
        "tab": "jobs", "job": found, "failures": queue.failures(job_id), "is_known": found.task in queue.known_tasks(),
        "may_change": actor.may("change", "console"), "states": dict(_states()),
    }  # fmt: skip
    return render(request, "console/job.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Let one job run again now."""
    count = retry_jobs(actor=who_may(request, "change"), job_id=job_id)
    _tell(request, count, _("It runs again now."))
    return redirect("console:job", job_id)


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take one job out of the queue."""
    count = cancel_jobs(actor=who_may(request, "change"), job_id=job_id)
    _tell(request, count, _("It was cancelled. It can be let run again."))
    return redirect("console:job", job_id)


@login_required
@require_POST
def retry_kind(request: HttpRequest) -> HttpResponse:
    """Let all dead jobs of a kind run again now."""
    actor, task = who_may(request, "change"), request.POST.get("task", "")
    count = retry_jobs(actor=actor, task=task) if task else 0
    _tell(request, count, ngettext("%(n)d job runs again.", "%(n)d jobs run again.", count) % {"n": count})
    return redirect("/console/jobs?state=dead")


@login_required
@require_POST
def cancel_kind(request: HttpRequest) -> HttpResponse:
    """Take all dead jobs of a kind out of the queue."""
    actor, task = who_may(request, "change"), request.POST.get("task", "")
    count = cancel_jobs(actor=actor, task=task) if task else 0
    _tell(request, count, ngettext("%(n)d job was cancelled.", "%(n)d jobs were cancelled.", count) % {"n": count})
    return redirect("/console/jobs?state=dead")


@login_required
@require_GET
def run(request: HttpRequest, progress_id: UUID) -> HttpResponse:
    """One long run, with the job that carries it out."""
    actor = who_may(request)
    found = runs.find(progress_id)
    if found is None:
        raise Http404
    context = {"tab": "jobs", "run": found, "jobs": runs.jobs_of(found), "may_change": actor.may("change", "console")}
    return render(request, "console/run.html", context)


@login_required
@require_POST
def stop(request: HttpRequest, progress_id: UUID) -> HttpResponse:
    """Ask a long run to stop."""
    is_asked = stop_run(actor=who_may(request, "change"), progress_id=progress_id)
    _tell(request, int(is_asked), _("It stops at its next step."))
    return redirect("console:run", progress_id)


def _tell(request: HttpRequest, count: int, sentence: str) -> None:
    if count:
        messages.success(request, sentence)
    else:
        messages.warning(request, _("There was nothing to do: it runs, is over, or is gone."))


def _states() -> list[tuple[str, str]]:
    return [
        ("dead", _("Dead letters")), ("failing", _("To be tried again")), ("waiting", _("Waiting")),
        ("running", _("Running")), ("cancelled", _("Cancelled")),
    ]  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
