"""One matching of all records of an object: read, learn without labels, compare, queue, merge what is sure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.identity.matching.estimators.linkage import CannotMatch, Linkage, Pairs
from dangol.core.identity.matching.estimators.threshold import Threshold, expected_best
from dangol.core.identity.matching.events import MatchingAsked, MatchingFinished
from dangol.core.identity.matching.models import MatchRun
from dangol.core.identity.matching.queries import running, settings_of
from dangol.core.identity.matching.services.automatic import merge_sure
from dangol.core.identity.matching.services.queueing import write
from dangol.core.identity.matching.services.reading import SOURCES, plausible, read
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.db.errors import CannotContinue
from dangol.platform.engine.duck import by_itself
from dangol.platform.events.stream import emit
from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.progress import Tracker, track

KIND = "identity.matching"
LOCK = 740_226
PAIRS_A_RECORD = 6
"""So many pairs a record one blocking rule may bring in: at a million records six million, which is a minute's work."""
QUEUED_FROM = 0.5
Listener = Callable[[int, int, str], None]


class MatchingBusy(CannotContinue):
    """Another matching runs; two would write the same queue."""

    def __init__(self) -> None:
        super().__init__("Another matching is running.", "Wait until it is done, or stop it.")


@transaction.atomic
def ask(*, actor: Actor, object_name: str) -> MatchRun:
    """Ask for a matching in the background; one that waits or runs already is joined. Raises Forbidden."""
    require(actor, "merge", object_name)
    waiting = running(object_name)
    if waiting is not None:
        return waiting
    progress = Progress.objects.create(kind=KIND, user_id=actor.user_id)
    row = MatchRun.objects.create(object_name=object_name, progress=progress)
    emit(MatchingAsked(run_id=str(row.pk)), actor=actor)
    return row


def run(*, actor: Actor, object_name: str, run_id: UUID | None = None, listener: Listener | None = None) -> MatchRun:
    """Match all records of an object. Nothing is locked meanwhile; stopped or killed, it is simply run again.

    Raises Forbidden, MatchingBusy, Stopped, CannotContinue for an object that is not matched.
    """
    require(actor, "merge", object_name)
    if object_name not in MERGED:
        raise CannotContinue(f"Records of {object_name} are not matched.", f"There are: {', '.join(MERGED)}.")
    row = MatchRun.objects.filter(pk=run_id).first() if run_id else None
    row = row or MatchRun.objects.create(
        object_name=object_name, progress=Progress.objects.create(kind=KIND, user_id=actor.user_id)
    )
    with _alone(), track(row.progress_id, listener) as tracker:
        began = time.monotonic()
        _match(actor, row, tracker)
        row.seconds, row.finished_at = round(time.monotonic() - began, 3), timezone.now()
        row.save()
        emit(MatchingFinished(run_id=str(row.pk), pairs=row.pairs, merged=row.merged), actor=actor)
        tracker.result = {"pairs": row.pairs, "merged": row.merged}
    return row


def _match(actor: Actor, row: MatchRun, tracker: Tracker) -> None:
    with by_itself() as connection_:
        tracker.begin(_("Reading"), _count(row.object_name))
        table = read(connection_, row.object_name, tracker)
        tracker.begin(_("Learning"))
        source = SOURCES[row.object_name]
        linkage = Linkage(
            connection_, [table], pairs_a_record=PAIRS_A_RECORD, is_weighed=True, exact=("email", "website")
        )
        try:
            linkage.fit(source.compared, tuple(source.keys))
        except CannotMatch as error:
            row.message = _("There is too little to compare yet: %(why)s") % {"why": error.sentence}
            return
        tracker.begin(_("Comparing"))
        pairs = plausible(connection_, table, row.object_name, linkage.predict(least=0.01))
        threshold = expected_best(pairs.probability)
    _note(row, linkage, pairs, threshold)
    tracker.begin(_("Writing"))
    row.pairs = write(row.object_name, row.pk, pairs, min(threshold.probability, QUEUED_FROM))
    row.merged = merge_sure(row.object_name, settings_of(row.object_name).automatic_from, tracker)


def _note(row: MatchRun, linkage: Linkage, pairs: Pairs, threshold: Threshold) -> None:
    row.records, row.looked_at = linkage.records_, len(pairs.probability)
    row.threshold, row.expected_f1 = threshold.probability, threshold.expected_f1
    row.model = {"columns": {c.name: c.kind for c in linkage.columns_}, "rules": [list(r) for r in linkage.rules_]}


def _count(object_name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({SOURCES[object_name].query}) counted")
        return int(cursor.fetchone()[0])


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock for matchings; it is dropped by the database when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row: Any = cursor.fetchone()
    if not row[0]:
        raise MatchingBusy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
