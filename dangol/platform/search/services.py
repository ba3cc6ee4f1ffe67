from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction

from dangol.platform.search.models import SearchEntry, SearchWord
from dangol.platform.search.rules import coded, normal, pieces, stored
from dangol.platform.search.similar import keys, words_of

Texts = Mapping[str, str] | Mapping[str, str | list[str]] | Sequence[str]
"""What of a record is searched, the title's parts included: {field: text, or several}; a row of texts belongs to no
field."""


WORDS_AT_ONCE = 5000
AT_ONCE = 10_000


def remember(object_name: str, record_id: int, title: str, texts: Texts) -> None:
    """Make one record findable by `texts`, in the running transaction; `title` orders what is found."""
    text, codes = _entry(object_name, title, texts)
    SearchEntry.objects.update_or_create(
        object_name=object_name,
        record_id=record_id,
        defaults={"title": normal(title)[:200], "text": text, "pieces": codes},
    )
    _remember_words(words_of(text))


def forget(object_name: str, record_id: int) -> None:
    """Take one record out of the search."""
    forget_many(object_name, [record_id])


def forget_many(object_name: str, record_ids: Collection[int]) -> None:
    """Take many records out of the search."""
    SearchEntry.objects.filter(object_name=object_name, record_id__in=record_ids).delete()


def forget_words() -> int:
    """Forget the words of which no record is left, so that nothing of an erased one is proposed; returns how many.

    Reads every entry. Words that come while it runs are not looked at.
    """
    known = dict(SearchWord.objects.values_list("pk", "word").iterator(chunk_size=AT_ONCE))
    used: set[str] = set()
    for text in SearchEntry.objects.values_list("text", flat=True).iterator(chunk_size=AT_ONCE):
        used |= words_of(text)
    gone = iter([pk for pk, word in known.items() if word not in used])
    count = 0
    while some := list(islice(gone, AT_ONCE)):
        count += SearchWord.objects.filter(pk__in=some).delete()[0]
    return count


def remember_many(object_name: str, rows: Iterable[tuple[int, str, Texts]]) -> int:
    """Make many records findable (id, title, texts) by COPY; entries of the same records are replaced.

    Returns how many.
    """
    return remember_made(object_name, ((pk, made_entry(object_name, title, texts)) for pk, title, texts in rows))


@dataclass(frozen=True, slots=True)
class MadeEntry:
    """What the search keeps of a record, worked out beforehand: the title, and text and pieces as COPY wants them."""

    title: str
    text: str
    pieces: str
    words: set[str]


def made_entry(object_name: str, title: str, texts: Texts) -> MadeEntry:
    """Work out an entry without the database, in whichever thread has the time."""
    text, codes = _entry(object_name, title, texts)
    return MadeEntry(normal(title)[:200], text, f"{{{','.join(map(str, codes))}}}", words_of(text))


@transaction.atomic
def remember_made(object_name: str, rows: Iterable[tuple[int, MadeEntry]]) -> int:
    """Write entries that were worked out beforehand; those of the same records are replaced. Returns how many."""
    count, words = 0, set[str]()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS search_load (record_id bigint, title text, text text, pieces int[])"
            " ON COMMIT DELETE ROWS"
        )
        cursor.execute("TRUNCATE search_load")
        with cursor.copy("COPY search_load FROM STDIN") as copy:
            for record_id, made in rows:
                copy.write_row((record_id, made.title, made.text, made.pieces))
                words |= made.words
                count += 1
        cursor.execute(
            "INSERT INTO search_searchentry (object_name, record_id, title, text, pieces)"
            " SELECT %s, record_id, title, text, pieces FROM search_load"
            " ON CONFLICT (object_name, record_id) DO UPDATE SET title = excluded.title, text = excluded.text,"
            " pieces = excluded.pieces WHERE search_searchentry.text IS DISTINCT FROM excluded.text",
            [object_name],
        )
    _remember_words(words)
    return count


def _entry(object_name: str, title: str, texts: Texts) -> tuple[str, list[int]]:
    text = stored(_named(texts) if isinstance(texts, Mapping) else (("", text) for text in (title, *texts)))
    return text, coded(object_name, pieces(text))


def _named(texts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts with their fields; of a field with several, each for itself."""
    for field, text in texts.items():
        if isinstance(text, list):
            yield from ((field, one) for one in text)
        else:
            yield field, text


def _remember_words(words: set[str]) -> None:
    """Note the words that are not known yet. In one order, so that no two transactions wait for each other."""
    ordered = iter(sorted(words))
    table = connection.ops.quote_name(SearchWord._meta.db_table)
    while some := list(islice(ordered, WORDS_AT_ONCE)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT word FROM {table} WHERE word = ANY(%s)", [some])
            known = {word for (word,) in cursor.fetchall()}
            fresh = [word for word in some if word not in known]
            if not fresh:
                continue
            with cursor.copy(f"COPY {table} (word, keys) FROM STDIN") as copy:
                for word in fresh:
                    copy.write_row((word, f"{{{','.join(map(str, keys(word)))}}}"))
