"""Bulk writes under way: rows frozen when somebody confirms, then done batch by batch, each in one transaction.

A batch is written, told and taken off the list together: a killed worker leaves nothing half done, and the next one
goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.events.event import plain
from dangol.platform.events.models import BulkBatch, BulkRun, EventRecord
from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.progress import Stopped, Tracker, track
from dangol.platform.jobs.tasks import task
from dangol.platform.objects import many
from dangol.platform.objects.many import Left, Outcome
from dangol.platform.objects.replacing import REPLACE, replace_many
from dangol.platform.objects.undoing.taking import Taken, Undoing, take_back
from dangol.platform.objects.undoing.told import changes_of, told_by, told_rows, whole
from dangol.platform.objects.writing import RecordWriter, writer_of

BATCH = 5_000
AT_ONCE = 500
EXAMPLES = 50
STOPPED = "stopped"
Action = BulkRun.Action


def begin(*, actor: Actor, action: str, object_name: str, rows: Any = None, values: Mapping[str, Any] | None = None,
          undoes: EventRecord | None = None) -> BulkRun:  # fmt: skip
    """Freeze the rows of a bulk write and begin it: up to 500 are done here and now, more of them by a job.

    `rows` is a queryset judged for the action, `values` {field: value} what a change writes. Of an undo the rows are
    those of the event `undoes`. Raises what writing raises.
    """
    with transaction.atomic():
        run = BulkRun.objects.create(
            action=action, object_name=object_name, values=plain(dict(values or {})), user_id=actor.user_id,
            source=actor.source, undoes=undoes.id if undoes else None,
        )  # fmt: skip
        run.total = _freeze_changes(run, undoes) if undoes is not None else _freeze(run, rows)
        is_long = run.total > AT_ONCE
        if is_long:
            run.progress = Progress.objects.create(
                kind="bulk", title=object_name, total=run.total, user_id=actor.user_id
            )
        run.save(update_fields=["total", "progress"])
        if is_long:
            carry_on.defer(run_id=str(run.pk), language=actor.language)
        else:
            work_off(run.pk, actor, Tracker(None))
    run.refresh_from_db()
    return run


def _freeze(run: BulkRun, rows: Any) -> int:
    """Lay down the ids of the chosen rows, in batches."""
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    return _lay_down(
        f"SELECT %s, (n - 1) / {BATCH}, %s, array_agg(id ORDER BY id)"
        f" FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM ({sql}) AS chosen (id)) AS numbered GROUP BY 2",
        [run.pk, run.object_name, *params],
    )


def _freeze_changes(run: BulkRun, undoes: EventRecord) -> int:
    """Lay down the before/after rows of an event, each batch of one object; what holds on to others comes first."""
    from dangol.platform.objects.dependents import holders_first

    events = whole(undoes)
    if undoes.subject_id is not None:
        BulkBatch.objects.create(run=run, number=0, subject=undoes.subject, ids=[])
        return 1
    subjects = list(changes_of(events).values_list("subject", flat=True).distinct())
    return _lay_down(
        "SELECT %s, (row_number() OVER (ORDER BY array_position(%s::text[], subject), part))::int, subject, ids"
        f" FROM (SELECT subject, (n - 1) / {BATCH} AS part, array_agg(id ORDER BY id) AS ids FROM (SELECT id, subject,"
        " row_number() OVER (PARTITION BY subject ORDER BY id) AS n FROM event_change WHERE event_id = ANY(%s))"
        " AS numbered GROUP BY 1, 2) AS parts",
        [run.pk, holders_first(subjects), events],
    )


def _lay_down(select: str, params: Iterable[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH laid AS (INSERT INTO event_bulk_batch (run_id, number, subject, ids) {select}"
            " RETURNING cardinality(ids) AS rows) SELECT coalesce(sum(rows), 0) FROM laid",
            list(params),
        )
        return int(cursor.fetchone()[0])


@task(name="objects.bulk", queue_name="bulk")
def carry_on(run_id: str, language: str = "en") -> None:
    """Do a bulk write, or go on with one whose worker died."""
    carry_out(run_id, language)


def carry_out(run_id: UUID | str, language: str = "en") -> None:
    """Do what is left of a run, telling how far it is. What a person can mend ends it with a sentence."""
    run = BulkRun.objects.filter(pk=run_id).first()
    if run is None or run.finished_at is not None:
        return
    with translation.override(language):
        try:
            actor = _actor_of(run)
            with track(run.progress_id) as tracker:
                tracker.begin(_("Undoing") if run.action == Action.UNDO else _("Writing"), run.total)
                tracker.done = run.changed + run.same + sum(run.left.values())
                work_off(run.pk, actor, tracker)
        except Stopped:
            _finish(run.pk, STOPPED)
        except Forbidden as error:
            _finish(run.pk, many.MAY_NOT)
            if run.progress_id:
                Progress.objects.filter(pk=run.progress_id).update(
                    state=Progress.State.FAILED, message=str(error), finished_at=timezone.now()
                )


def _actor_of(run: BulkRun) -> Actor:
    """Whoever began it, with the rights of now. Raises Forbidden when the person may no longer sign in."""
    user = User.objects.filter(pk=run.user_id or 0, is_active=True).first()
    if user is None:
        raise Forbidden("change", run.object_name)
    return actor_for(user, source=run.source)


def work_off(run_id: UUID, actor: Actor, tracker: Tracker) -> None:
    """Do batch after batch until none is left. Raises `Stopped` between two of them."""
    while done := _one_batch(run_id, actor):
        tracker.advance(done)
    _finish(run_id)


@transaction.atomic
def _one_batch(run_id: UUID, actor: Actor) -> int:
    """Do the next batch and take it off the list; returns how many rows it had, 0 when there is none."""
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    batch = BulkBatch.objects.filter(run=run).order_by("number").first()
    writer = writer_of(batch.subject) if batch else None
    if batch is None:
        return 0
    taken = Taken(head=run.event_id)
    if writer is None:
        taken.left = [Left(batch.subject, pk, many.MAY_NOT) for pk in batch.ids]
    elif run.action == Action.UNDO:
        _undo(run, writer, batch, actor, taken)
    else:
        _write(run, writer, batch, actor, taken)
    _note(run, taken)
    batch.delete()
    return len(batch.ids) or 1


def _undo(run: BulkRun, writer: RecordWriter, batch: BulkBatch, actor: Actor, taken: Taken) -> None:
    assert run.undoes is not None
    record = EventRecord.objects.get(pk=run.undoes)
    single = told_by(record)
    if single is not None:
        rows = [single]
    else:
        rows = told_rows(changes_of(whole(record)).filter(pk__in=batch.ids).order_by("pk"))
    how = Undoing(actor, record.id, whole(record), is_single=single is not None)
    take_back(writer, how, rows, taken)


def _write(run: BulkRun, writer: RecordWriter, batch: BulkBatch, actor: Actor, taken: Taken) -> None:
    outcome: Outcome
    if run.action == Action.CHANGE:
        kind = writer.changed
        outcome = (
            replace_many(writer, actor=actor, ids=batch.ids, what=run.values[REPLACE])
            if REPLACE in run.values
            else many.change_many(writer, actor=actor, values=dict.fromkeys(batch.ids, run.values))
        )
    elif run.action == Action.TRASH:
        kind = writer.trashed
        outcome = many.trash_many(writer, actor=actor, ids=batch.ids, moment=timezone.now())
    else:
        kind = writer.restored
        outcome = many.restore_many(writer, actor=actor, ids=batch.ids)
    taken.changed, taken.same, taken.left = len(outcome.rows), outcome.same, outcome.left
    record = many.tell(kind, outcome.rows, actor=actor, part_of=taken.head)
    taken.head = taken.head or (record.id if record else None)


def _note(run: BulkRun, taken: Taken) -> None:
    run.event_id = taken.head
    run.changed += taken.changed
    run.same += taken.same
    run.left = dict(Counter(run.left) + Counter(left.reason for left in taken.left))
    room = EXAMPLES - len(run.examples)
    run.examples += [
        {"subject": left.subject, "id": left.record_id, "reason": left.reason, "field": left.field,
         "sentence": left.sentence} for left in taken.left[:room]
    ]  # fmt: skip
    run.save(update_fields=["event_id", "changed", "same", "left", "examples"])


@transaction.atomic
def _finish(run_id: UUID, reason: str = "") -> None:
    """Close a run; what was not done any more is left alone for `reason`."""
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    rest = BulkBatch.objects.filter(run=run)
    undone = sum(len(ids) for ids in rest.values_list("ids", flat=True))
    if undone:
        run.left = {**run.left, reason: run.left.get(reason, 0) + undone}
    rest.delete()
    run.finished_at = timezone.now()
    run.save(update_fields=["left", "finished_at"])


def ask_to_stop(*, actor: Actor, run: BulkRun) -> None:
    """Ask the job of a run to stop after its batch. Raises Forbidden for somebody else's."""
    if run.user_id != actor.user_id:
        raise Forbidden("bulk", run.object_name)
    if run.progress_id:
        Progress.objects.filter(pk=run.progress_id).update(stop_asked=True)
