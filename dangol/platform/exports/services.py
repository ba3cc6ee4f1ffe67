from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.exports import folder
from dangol.platform.exports.company.rights import require_everything
from dangol.platform.exports.events import ExportDownloaded, ExportMade, ExportRemoved
from dangol.platform.exports.making import check_still_allowed
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.rules import BUSY, KEPT
from dangol.platform.jobs.models import Progress

State = ExportRun.State


@transaction.atomic
def finish(*, actor: Actor, run: ExportRun, size: int, sha256: str, rows: int) -> None:
    """Note that the file stands in its place, whole."""
    now = timezone.now()
    ExportRun.objects.filter(pk=run.pk).update(
        state=State.DONE,
        size=size,
        sha256=sha256,
        rows=rows,
        finished_at=now,
        expires_at=now + KEPT,
        message="",
    )
    emit(ExportMade(run_id=str(run.pk), file=run.file_name, rows=rows, size=size), actor=actor)


def end(*, run: ExportRun, state: str, message: str = "") -> None:
    """Note that no file came of it, and why; nothing of it stays on disk."""
    folder.remove(run.pk)
    ExportRun.objects.filter(pk=run.pk).update(state=state, message=message, finished_at=timezone.now())


def ask_to_stop(*, actor: Actor, run: ExportRun) -> None:
    """Ask the job to stop; what only waits is stopped at once. Raises Forbidden for somebody else's."""
    _own(actor, run)
    if ExportRun.objects.filter(pk=run.pk, state=State.WAITING).update(state=State.STOPPED, finished_at=timezone.now()):
        Progress.objects.filter(pk=run.progress_id or run.pk).update(
            state=Progress.State.STOPPED, finished_at=timezone.now()
        )
    Progress.objects.filter(pk=run.progress_id or run.pk).update(stop_asked=True)


@transaction.atomic
def remove(*, actor: Actor, run: ExportRun) -> None:
    """Remove a finished file, or the line that says why there is none. Raises Forbidden for somebody else's."""
    _own(actor, run)
    if run.state in BUSY:
        return
    if run.is_ready:
        emit(ExportRemoved(run_id=str(run.pk), file=run.file_name), actor=actor)
    folder.remove(run.pk)
    ExportRun.objects.filter(pk=run.pk).delete()


@transaction.atomic
def fetch(*, actor: Actor, run: ExportRun) -> None:
    """Judge anew whether `actor` may still have the file, and note that they fetch it. Raises Forbidden."""
    _own(actor, run)
    if run.kind == ExportRun.Kind.LIST:
        check_still_allowed(actor, run.object_name, run.columns)
    else:
        require_everything(actor)
    ExportRun.objects.filter(pk=run.pk).update(downloads=run.downloads + 1, seen_at=run.seen_at or timezone.now())
    told = ExportDownloaded(run_id=str(run.pk), file=run.file_name, rows=run.rows, sha256=run.sha256)
    emit(told, actor=actor)


def mark_seen(*, actor: Actor) -> None:
    """The asker has looked at their page: what has ended counts as told. Not to who looks through their eyes."""
    if actor.viewed_by or actor.kind != "user":
        return
    rows = ExportRun.objects.filter(user_id=actor.user_id or 0, seen_at=None, finished_at__isnull=False)
    rows.update(seen_at=timezone.now())


def remove_expired() -> int:
    """Remove files whose days are over, and what killed runs left behind; returns how many."""
    now = timezone.now()
    count = 0
    for run in ExportRun.objects.filter(state=State.DONE, expires_at__lt=now):
        folder.remove(run.pk)
        count += ExportRun.objects.filter(pk=run.pk).update(state=State.REMOVED)
    ExportRun.objects.filter(created_at__lt=now - 12 * KEPT).exclude(state__in=(*BUSY, State.DONE)).delete()
    alive = ExportRun.objects.filter(state__in=(*BUSY, State.DONE)).values_list("pk", flat=True)
    return count + folder.sweep({pk.hex for pk in alive})


def _own(actor: Actor, run: ExportRun) -> None:
    if actor.user_id != run.user_id or actor.viewed_by:
        raise Forbidden("export", run.object_name)
