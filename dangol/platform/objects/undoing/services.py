from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import BulkRun
from dangol.platform.objects.undoing.planning import can_undo, find_event, still_running
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.writing import Conflict


class StillRunning(Conflict):
    """A bulk write that is not done cannot be taken back: what it writes afterwards would stay."""

    def __init__(self, run: BulkRun) -> None:
        self.run = run
        super().__init__({}, _("This is still being written. Wait until it is done, or stop it; then undo it."))


def undo(actor: Actor, event_id: UUID) -> BulkRun:
    """Take back what still stands as an event left it; leaves the rest alone and says so in the run that it returns.

    Many rows are done by a job. The run's `event_id` is the event that tells it, which can be undone itself.
    Raises Http404 for an event the actor may not know of, Forbidden for one that this actor cannot undo, StillRunning.
    """
    record = find_event(actor, event_id)
    if not can_undo(actor, record):
        raise Forbidden("change", record.subject)
    running = still_running(record)
    if running is not None:
        raise StillRunning(running)
    return begin(actor=actor, action=BulkRun.Action.UNDO, object_name=record.subject, undoes=record)
