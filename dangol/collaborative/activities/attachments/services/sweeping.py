"""Deleting for good: rows that lay in the trash long enough, and contents that no row names any more."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from dangol.collaborative.activities.attachments.events import FilesSwept
from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.queries import file_rules
from dangol.collaborative.activities.attachments.services import store
from dangol.collaborative.activities.attachments.services.drawing import EDGES
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit
from dangol.platform.objects.holders import Part, Subject
from dangol.platform.search.services import forget

YOUNG_SECONDS = 24 * 3600
WHY = "files that nobody can bring back are deleted"


def sweep(*, actor: Actor, now: float | None = None) -> tuple[int, int]:
    """Delete what is left over; contents first, so that those of today's rows stay for the backups of a day.

    Returns how many rows and how many bytes went.
    """
    moment = time.time() if now is None else now
    gone = sum(_sweep_content(sha256) for sha256 in _old_contents(moment))
    _sweep_coming(moment)
    rows = _delete_rows()
    if rows or gone:
        emit(FilesSwept(rows=rows, bytes=gone), actor=actor)
    return rows, gone


def _old_contents(now: float) -> Iterator[str]:
    for path in store.folder(store.CONTENTS).glob("??/*"):
        if _age(path, now) > YOUNG_SECONDS:
            yield path.name


@transaction.atomic
def _sweep_content(sha256: str) -> int:
    if Attachment.objects.for_system(WHY).filter(sha256=sha256).exists():
        return 0
    store.lock(sha256)
    if Attachment.objects.for_system(WHY).filter(sha256=sha256).exists():
        return 0
    return store.remove(sha256, EDGES)


def _sweep_coming(now: float) -> None:
    for path in store.folder(store.COMING).iterdir():
        if _age(path, now) > YOUNG_SECONDS:
            path.unlink(missing_ok=True)


def _age(path: Path, now: float) -> float:
    with contextlib.suppress(FileNotFoundError):
        return now - path.stat().st_mtime
    return 0.0


@transaction.atomic
def _delete_rows() -> int:
    until = timezone.now() - timedelta(days=file_rules().keep_days)
    rows = Attachment.objects.for_system(WHY).filter(deleted_at__lt=until)
    ids = list(rows.values_list("pk", flat=True)[:10_000])
    for pk in ids:
        forget(Attachment.access_name, pk)
    Attachment.objects.for_system(WHY).filter(pk__in=ids).delete()
    return len(ids)


def forget_contents(subject: Subject) -> int:
    """Of a person who is erased: once it is certain, the contents that no other file has. Returns how many."""
    ids = sorted(subject.rows.get(Attachment._meta.db_table, ()))
    contents = list(Attachment.objects.for_system(WHY).filter(pk__in=ids).values_list("sha256", flat=True).distinct())
    transaction.on_commit(lambda: [_sweep_content(sha256) for sha256 in contents])
    return len(contents)


def handed_over(subject: Subject) -> Iterator[Part]:
    """The files themselves, for the archive of a person."""
    ids = sorted(subject.rows.get(Attachment._meta.db_table, ()))
    for file in Attachment.objects.for_system(WHY).filter(pk__in=ids).order_by("pk"):
        with contextlib.suppress(FileNotFoundError):
            yield Part(f"files/{file.pk}-{Path(file.name).name}", content=store.path_of(file.sha256).read_bytes())
