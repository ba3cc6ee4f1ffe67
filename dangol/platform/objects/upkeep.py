"""What keeps the search whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dangol.platform.jobs.tasks import task
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.writing import RecordWriter, writer_of
from dangol.platform.search.queries import knows_any
from dangol.platform.search.services import forget_words, remember_many

AT_ONCE = 20_000


@task(name="objects.fill_search", queue_name="upkeep", cron="*/5 * * * *", lock="objects.fill_search")
def fill_search(timestamp: int) -> None:
    """Make the records of an object findable when none of them is: after an upgrade that keeps entries otherwise."""
    for declared in object_types():
        writer = writer_of(declared.name)
        if declared.search and writer is not None and not knows_any(declared.name):
            rebuild(writer)


@task(name="objects.forget_words", queue_name="upkeep", cron="37 3 * * *", lock="objects.forget_words")
def forget_old_words(timestamp: int) -> None:
    """Forget at night the words of records that are gone."""
    forget_words()


def rebuild(writer: RecordWriter) -> int:
    """Make every record of an object findable anew, many at a time; returns how many."""
    rows: Any = writer.model.objects.for_system("search is made anew").order_by("pk")
    rows, last, count = rows.filter(deleted_at=None), 0, 0
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        count += remember_many(writer.name, _entries(writer, some))
        last = some[-1].pk
    return count


def _entries(writer: RecordWriter, records: list[Any]) -> Iterator[Any]:
    for record in records:
        title, texts = writer.search(record)
        yield record.pk, title, texts
