"""Taking in a file of records: batch after batch, each its own transaction, so that a crash leaves nothing half done.

The note how far a run is commits with the batch. Whoever goes on with it reads the file again and begins behind the
last row that was done; dates and numbers are read as the whole file proves them, the same each time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.platform.accounts.queries import workspace, workspace_at_hand
from dangol.platform.exchange.csv_lines import csv_line
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.exchange.records.answers import answer
from dangol.platform.exchange.records.manners import DAYS, NUMBERS, Findings, manners_of
from dangol.platform.exchange.records.plan import Plan, importable, make_plan
from dangol.platform.exchange.records.rows import Aside, batches
from dangol.platform.exchange.records.tally import Tally
from dangol.platform.exchange.records.telling import Told
from dangol.platform.exchange.records.unknown import Unknown, collect
from dangol.platform.exchange.records.writing import Done, Writer
from dangol.platform.exchange.registry import Job
from dangol.platform.exchange.services import names
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import ObjectType

LONGEST_CONTENT = 20_000
LONGEST_REASON = 300


@dataclass
class _Work:
    """One import under way."""

    job: Job
    declared: ObjectType
    plan: Plan
    findings: Findings
    is_dry: bool
    tally: Tally
    head: UUID | None
    columns: Mapping[str, str]
    unknown: Unknown = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)


def import_records(object_name: str, job: Job, *, is_dry: bool) -> dict[str, Any]:
    """Take in the records of a file, or with `is_dry` say what would be done and write nothing.

    A run that was begun before goes on behind its last row. Returns counts as JSON; `rows_read` = `rows_imported` +
    `rows_put_aside`.

    Raises:
        Forbidden: the actor may not create such records, or not write a field that the file holds.
        Stopped: somebody asked to stop; what is in stays in, and the run can be gone on with.
        CannotContinue: the file cannot be read, or columns and choices do not go together.
    """
    with workspace_at_hand():
        work = _begin(object_name, job, is_dry)
        writer = Writer(work.plan, job.actor, is_dry=is_dry)
        job.tracker.begin(_("Looking at rows") if is_dry else _("Writing"), work.findings.rows)
        if work.tally.read:
            job.tracker.done = work.tally.read
        for batch in batches(work.plan, job.table, after=work.tally.last, ready=writer.ready):
            with transaction.atomic():
                _one_at_a_time(object_name)
                told = Told(object_name, job.run_id, job.actor, work.head)
                done = writer.write(batch, told)
                work.tally.add(done, len(batch), batch.last)
                _note(work, done, told.head)
                collect(work.unknown, done.asides, job.mapping, work.plan.fields)
            work.head = told.head
            job.tracker.advance(len(batch))
        if writer.seen:
            writer.seen.close()
        related = writer.relations.made
    return answer(
        work.tally, work.plan, work.findings, job, is_dry=is_dry, seconds=time.monotonic() - work.started,
        event_id=str(work.head or ""), related=related,
        unknown=work.unknown,
    )  # fmt: skip


def _begin(object_name: str, job: Job, is_dry: bool) -> _Work:
    declared = object_type(object_name)
    findings = _look(declared, job)
    ours = workspace()
    manners = manners_of(job.options, findings, zone=ours.time_zone, region=ours.country)
    plan = make_plan(declared, job.mapping, job.options, manners, job.actor)
    run = ImportRun.objects.filter(pk=job.run_id).first() if job.run_id and not is_dry else None
    tally = Tally.from_json(run.tally, run.done_rows) if run else Tally()
    columns = names(job.table.header, job.mapping)
    return _Work(job, declared, plan, findings, is_dry, tally, run.event_id if run else None, columns)


def _look(declared: ObjectType, job: Job) -> Findings:
    """Look through the file once: how many rows it has, how its days and numbers are written."""
    job.tracker.begin(_("Looking through the file"))
    kinds = {n: f.kind for n, f in importable(declared).items()}
    days = [place for n, place in job.mapping.items() if kinds.get(n) in DAYS]
    numbers = [place for n, place in job.mapping.items() if kinds.get(n) in NUMBERS]
    return Findings().look(job.table.rows(), days, numbers, job.tracker.advance)


def _one_at_a_time(object_name: str) -> None:
    """Imports of one object write their batches one after the other, so that two files make nobody twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 6401))", [f"import:{object_name}"])


def _note(work: _Work, done: Done, head: UUID | None) -> None:
    """Keep the rows put aside, and how far the run is, in the batch's own transaction."""
    if work.is_dry or not work.job.run_id:
        work.tally.sample(_shown(work, aside) for aside in done.asides)
        return
    with connection.cursor() as cursor, cursor.copy(
        f"COPY {connection.ops.quote_name(PutAside._meta.db_table)} (run_id, row_number, reason, \"column\", content)"
        " FROM STDIN"
    ) as copy:  # fmt: skip
        for aside in done.asides:
            shown = _shown(work, aside)
            copy.write_row((work.job.run_id, aside.number, shown["reason"], shown["column"], shown["content"]))
    ImportRun.objects.filter(pk=work.job.run_id).update(
        done_rows=work.tally.last, tally=work.tally.as_json(), event_id=head
    )


def _shown(work: _Work, aside: Aside) -> dict[str, Any]:
    content = csv_line(aside.cells)[:LONGEST_CONTENT].replace("\x00", "\ufffd")
    return {
        "row_number": aside.number, "reason": aside.reason[:LONGEST_REASON],
        "column": work.columns.get(aside.field, ""), "content": content,
    }  # fmt: skip
