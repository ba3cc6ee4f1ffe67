from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from dangol.platform.search.models import SearchEntry
from dangol.platform.search.rules import grams, normal, searchable


def remember(object_name: str, record_id: int, title: str, texts: Sequence[str]) -> None:
    """Make one record findable by its title and `texts`, in the running transaction."""
    text = searchable([title, *texts])
    SearchEntry.objects.update_or_create(
        object_name=object_name,
        record_id=record_id,
        defaults={"title": title, "title_text": normal(title), "text": text, "grams": grams(text)},
    )


def forget(object_name: str, record_id: int) -> None:
    """Take one record out of the search."""
    SearchEntry.objects.filter(object_name=object_name, record_id=record_id).delete()


def remember_many(object_name: str, rows: Iterable[tuple[int, str, Sequence[str]]]) -> int:
    """Make many records findable (id, title, texts) by COPY; entries of the same records are replaced.

    Returns how many. Runs in the caller's transaction.
    """
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS search_load (record_id bigint, title text, title_text text, text text,"
            " grams text[]) ON COMMIT DELETE ROWS"
        )
        cursor.execute("TRUNCATE search_load")
        with cursor.copy("COPY search_load FROM STDIN") as copy:
            for record_id, title, texts in rows:
                text = searchable([title, *texts])
                copy.write_row((record_id, title, normal(title), text, grams(text)))
                count += 1
        cursor.execute(
            "INSERT INTO search_searchentry (object_name, record_id, title, title_text, text, grams)"
            " SELECT %s, record_id, title, title_text, text, grams FROM search_load"
            " ON CONFLICT (object_name, record_id) DO UPDATE SET title = excluded.title,"
            " title_text = excluded.title_text, text = excluded.text, grams = excluded.grams"
            " WHERE search_searchentry.text IS DISTINCT FROM excluded.text",
            [object_name],
        )
    return count
