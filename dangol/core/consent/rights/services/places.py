"""Places of the platform that hold something about people without leading to them: caught mail, imports, exports, kept
answers, words of the search, the lake; and the last traces of an address in any text of the database."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction

from dangol.platform.engine import forgetting
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.exports.folder import path_of as export_path
from dangol.platform.exports.models import ExportRun
from dangol.platform.mail.models import CaughtMail
from dangol.platform.objects.holders import Part, Subject
from dangol.platform.search.services import forget_words

BLOCK = 1024 * 1024
ENCODINGS = ("utf-8", "cp949", "utf-16-le")
ERASED = "[erased]"
LEFT_ALONE = (
    "accounts_",
    "mail_own_address",
    "mail_way",
    "event",
    "django_",
    "auth_",
    "consent_erasure",
    "audit_words",
)
"""Tables that the search for last traces does not change: staff (who may be customers too), machinery, and the events,
which only a function of the owner changes."""
TEXTS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_schema = c.table_schema
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
  AND c.data_type IN ('text', 'character varying', 'character', 'jsonb', 'json') ORDER BY 1, 2
"""


def erase_caught_mail(subject: Subject) -> int:
    """Mail in the local catcher that went to the person."""
    return int(CaughtMail.objects.filter(envelope_to__in=subject.marks).delete()[0])


def count_caught_mail(subject: Subject) -> int:
    """How much of it there is."""
    return CaughtMail.objects.filter(envelope_to__in=subject.marks).count()


def caught_mail(subject: Subject) -> Iterator[Part]:
    """Mail in the local catcher, for the archive."""
    for mail in CaughtMail.objects.filter(envelope_to__in=subject.marks).order_by("pk").iterator(chunk_size=50):
        yield Part(f"mail/{mail.pk}.eml", content=bytes(mail.raw))


def erase_put_aside(subject: Subject) -> int:
    """Rows of imports that were put aside and hold an address or a name of the person."""
    return sum(
        PutAside.objects.filter(content__icontains=word).delete()[0] for word in (*subject.marks, *_long(subject.names))
    )


def erase_kept_answers(subject: Subject) -> int:
    """Answers of the API that are kept for a day."""
    count = 0
    with connection.cursor() as cursor:
        for word in (*subject.marks, *_long(subject.names)):
            cursor.execute("DELETE FROM api_keptanswer WHERE position(convert_to(%s, 'UTF8') in body) > 0", [word])
            count += cursor.rowcount
    return count


def remove_import_files(subject: Subject) -> int:
    """Uploaded files in which the person stands; the runs stay, with what came of them."""
    count = 0
    for run in ImportRun.objects.exclude(stored_as="").iterator():
        path = settings.HOME.files / "imports" / Path(run.stored_as).name
        if _mentions(path, (*subject.marks, *_long(subject.names))):
            path.unlink(missing_ok=True)
            ImportRun.objects.filter(pk=run.pk).update(stored_as="")
            count += 1
    return count


def remove_exports(subject: Subject) -> int:
    """Exports that still lie on disk and hold the person: those of the whole company, and lists that name her."""
    count = 0
    for run in ExportRun.objects.filter(state=ExportRun.State.DONE).iterator():
        path = export_path(run.pk)
        is_hers = run.kind == ExportRun.Kind.COMPANY or _mentions(path, (*subject.marks, *_long(subject.names)))
        if is_hers and path.exists():
            path.unlink(missing_ok=True)
            ExportRun.objects.filter(pk=run.pk).update(state=ExportRun.State.REMOVED)
            count += 1
    return count


def forget_search_words(subject: Subject) -> int:
    """Words of which no record is left."""
    return forget_words()


def forget_in_lake(subject: Subject) -> int:
    """The warehouse's files, and with them what models learn from."""
    return forgetting.forget(subject.person_id)


def lake_rows(subject: Subject) -> Iterator[Part]:
    """What the warehouse holds, for the archive."""
    for name, rows in forgetting.rows_of(subject.person_id):
        yield Part(f"warehouse/{name}.json", rows=rows)


def sweep_traces(subject: Subject) -> int:
    """Addresses and numbers of the person in any text of the database, whoever wrote them; returns how many rows."""
    if not subject.marks:
        return 0
    count = sum(_sweep(table, columns, subject.marks) for table, columns in text_columns().items())
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_forget_marks(%s, %s)", [subject.person_id, list(subject.marks)])
        return count + int(cursor.fetchone()[0])


def text_columns() -> dict[str, list[tuple[str, str]]]:
    """Columns that can hold text, by table: (column, type). Without those that are left alone."""
    found: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column, kind in cursor.fetchall():
            if not table.startswith(LEFT_ALONE):
                found.setdefault(table, []).append((column, kind))
    return found


def _sweep(table: str, columns: list[tuple[str, str]], marks: Iterable[str]) -> int:
    count = 0
    for mark in marks:
        for column, kind in columns:
            text = f'"{column}"::text' if kind in ("jsonb", "json") else f'"{column}"'
            new = f"regexp_replace({text}, %s, '{ERASED}', 'gi')"
            if kind in ("jsonb", "json"):
                new = f"({new})::{kind}"
            else:
                new = f"CASE WHEN lower(btrim({text})) = lower(%s) THEN '' ELSE {new} END"
            params: list[Any] = [_literal(mark)] if kind in ("jsonb", "json") else [mark, _literal(mark)]
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = {new} WHERE position(lower(%s) in lower({text})) > 0',
                        [*params, mark],
                    )
                    count += cursor.rowcount
            except Error:  # a rule of the table forbids it (unique, checked, kept): it is told by `remains`
                continue
    return count


def _literal(mark: str) -> str:
    """The mark as a regular expression of PostgreSQL that means itself."""
    return "".join(f"\\{c}" if not c.isalnum() and c.isascii() else c for c in mark)


def _long(names: Iterable[str]) -> list[str]:
    """Names by which rows of files may be told: at least two letters."""
    return [name for name in names if len(name) > 1]


def _mentions(path: Path, words: Iterable[str]) -> bool:
    wanted = [word.encode(code, "ignore") for word in words for code in ENCODINGS]
    wanted = [each for each in wanted if len(each) > 2]
    if not path.is_file() or not wanted:
        return False
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(_in_stream(archive.open(name), wanted) for name in archive.namelist())
    with path.open("rb") as stream:
        return _in_stream(stream, wanted)


def _in_stream(stream: Any, wanted: list[bytes]) -> bool:
    longest, before = max(map(len, wanted)), b""
    while block := stream.read(BLOCK):
        whole = before + block
        if any(each in whole for each in wanted):
            return True
        before = whole[-longest:]
    return False
