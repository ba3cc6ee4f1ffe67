"""Running an analysis, and asking for one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from dangol.analytical.warehouse.analysis.events import AnalysisAsked, AnalysisFinished
from dangol.analytical.warehouse.analysis.queries import KIND, last_run
from dangol.analytical.warehouse.analysis.rules import AnalysisBusy
from dangol.analytical.warehouse.marts.services import replace_figures
from dangol.analytical.warehouse.steps import Analysis, steps
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.engine.connection import connect
from dangol.platform.engine.extract import Loaded, extract
from dangol.platform.engine.lake import Lake
from dangol.platform.events.stream import emit
from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.progress import Tracker, track

LOCK = 740_201
SILENT_FOR = timedelta(minutes=20)
"""A run that showed no sign of life for so long is taken for dead."""

Listener = Callable[[int, int, str], None]


@transaction.atomic
def ask_for_analysis(*, actor: Actor) -> Progress:
    """Ask for a refresh in the background and return the run to watch; one that waits or runs already is joined."""
    require(actor, "change", "insight")
    waiting = last_run()
    if (
        waiting is not None
        and not waiting.is_over
        and (waiting.beat_at or waiting.created_at) > timezone.now() - SILENT_FOR
    ):
        return waiting
    row = Progress.objects.create(kind=KIND, user_id=actor.user_id)
    emit(AnalysisAsked(progress_id=str(row.pk)), actor=actor)
    return row


def analyze(
    *, actor: Actor, as_of: date | None = None, progress_id: UUID | None = None, listener: Listener | None = None
) -> dict[str, Any]:
    """Bring everything we know up to date: load, marts, tiers, models, figures. Returns what `--json` prints.

    `as_of` looks at the shop as of an earlier day. `listener(done, total, step)` is told of each step. Everything is
    written in one transaction at the end, so pages show the state before or after, and a run that was killed is simply
    run again. Raises AnalysisBusy while another one runs; Forbidden.
    """
    require(actor, "change", "insight")
    with _alone():
        _mark_dead_runs(progress_id)
        row = progress_id or Progress.objects.create(kind=KIND, user_id=actor.user_id).pk
        with track(row, listener) as tracker:
            tracker.result = _run(actor, as_of, tracker)
        return tracker.result


def _mark_dead_runs(progress_id: UUID | None) -> None:
    """Whoever holds the lock knows that no other run is alive, whatever its row says."""
    dead = Progress.objects.filter(kind=KIND, state=Progress.State.RUNNING)
    dead = dead.exclude(pk=progress_id) if progress_id else dead
    dead.update(state=Progress.State.FAILED, message="The run was interrupted.", finished_at=timezone.now())


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock for analyses; it is dropped by the database when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
        if not row or not row[0]:
            raise AnalysisBusy()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _run(actor: Actor, as_of: date | None, tracker: Tracker) -> dict[str, Any]:
    ours, lake = workspace(), Lake()
    plan = steps()
    seconds: dict[str, float] = {}
    tracker.begin("extract", total=len(plan) + 2)
    with _timed(tracker, seconds, "extract"):
        loaded = extract(lake)
    with connect(lake, time_zone=ours.time_zone, with_results=False) as backend:
        analysis = Analysis(backend, date.min, ours.currency, tracker)
        analysis.as_of = as_of or _last_day(analysis, ours.time_zone)
        for name, step in plan.items():
            with _timed(tracker, seconds, name):
                step(analysis)
        with _timed(tracker, seconds, "write"):
            _write(actor, analysis, lake)
    return _answer(analysis, loaded, seconds)


@contextmanager
def _timed(tracker: Tracker, seconds: dict[str, float], name: str) -> Iterator[None]:
    tracker.step = name
    tracker.advance(0)
    started = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - started, 3)
    tracker.advance()


def _last_day(analysis: Analysis, time_zone: str) -> date:
    """Today, or the day of the last order where that is earlier: an old file is looked at as of its own end."""
    today = datetime.now(ZoneInfo(time_zone)).date()
    moments = analysis.table("order").ordered_at
    last = analysis.rows(moments.date().max().name("day").as_table())[0]["day"]
    return min(today, last) if last else today


def _write(actor: Actor, analysis: Analysis, lake: Lake) -> None:
    with transaction.atomic():
        for write in analysis.writes:
            write()
        replace_figures(actor=actor, as_of=analysis.as_of, figures=analysis.figures)
        customers = int(analysis.counts.get("customers", 0))
        emit(AnalysisFinished(as_of=analysis.as_of.isoformat(), customers=customers), actor=actor)
    with lake.write() as writer:
        tables: dict[str, tuple[str, ...]] = {}
        for name in analysis.published:
            file, path = writer.new_file(name, "table")
            analysis.backend.to_parquet(analysis.table(name), path, compression="zstd")
            tables[name] = (file,)
        writer.publish(replace(writer.manifest, tables=tables))


def _answer(analysis: Analysis, loaded: Loaded, seconds: dict[str, float]) -> dict[str, Any]:
    extracted = {
        name: {"rows": t.rows, "changed": t.changed, "gone": t.gone, "is_full": t.is_full}
        for name, t in loaded.datasets.items()
    }
    return {
        "as_of": analysis.as_of.isoformat(),
        "currency": analysis.currency,
        "extracted": extracted,
        **analysis.counts,
        "figures": {name: len(rows) for name, rows in analysis.figures.items()},
        "warnings": analysis.warnings,
        "seconds": seconds,
    }
