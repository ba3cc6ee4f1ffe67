"""One archive with everything about a person, for the person to have: rows as JSON, files, and a page to read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection
from django.utils.translation import gettext as _

from dangol.core.consent.rights.events import PersonTakenOut
from dangol.core.consent.rights.queries.walking import Found, subject_of, walk
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.event import plain
from dangol.platform.events.stream import emit
from dangol.platform.objects.holders import Part, Subject, holders
from dangol.platform.objects.writing import NotFound

OURS = frozenset(("changed_xid", "embedding", "pieces"))
"""Columns that are machinery and tell nothing."""
MOST_ON_PAGE = 200
EVENTS = (
    "SELECT to_jsonb(e)::text FROM (SELECT id, name, subject, subject_id, occurred_at, source, changes, payload FROM"
    " event WHERE about_id = %s OR (subject = 'person' AND subject_id = %s) ORDER BY occurred_at, id) e"
)


def take_person_out(*, actor: Actor, person_id: int, to: Path | BinaryIO) -> dict[str, int]:
    """Write the archive (ZIP) to a file or stream, after it was noted that it is made; returns rows by part.

    Raises Forbidden (export privacy), NotFound (no such person, or none that `actor` may see).
    """
    require(actor, "export", "privacy")
    person = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    found = walk(person_id)
    parts = [*_rows(person, found), *_events(person_id)]
    emit(
        PersonTakenOut(subject_id=person_id, parts=len(parts), rows=sum(len(p.rows or ()) for p in parts)),
        actor=actor,
    )
    counts: dict[str, int] = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (*parts, *_held(subject_of(person, found))):
            content = part.content if part.content is not None else _json(part.rows or [])
            archive.writestr(part.name, content)
            counts[part.name] = len(part.rows) if part.rows is not None else 1
        archive.writestr("README.html", _page(person, parts, counts))
    return counts


def _rows(person: Person, found: Found) -> Iterator[Part]:
    yield Part("data/customers_person.json", rows=_of("customers_person", "id", [person.pk]))
    for table, keys in sorted(found.rows.items()):
        yield Part(f"data/{table}.json", rows=_of(table, found.models[table]._meta.pk.column, keys))
    for pointer, keys, _to in found.cuts:
        yield Part(f"data/{pointer.table}.{pointer.field}.json", rows=_of(pointer.table, pointer.key, keys))


def _of(table: str, key: str, keys: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE "{key}" = ANY(%s) ORDER BY "{key}"', [keys])
        rows = [json.loads(row[0]) for row in cursor.fetchall()]
    return [{name: value for name, value in row.items() if name not in OURS} for row in rows]


def _events(person_id: int) -> Iterator[Part]:
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [person_id, person_id])
        rows = [json.loads(row[0]) for row in cursor.fetchall()]
    yield Part("data/event.json", rows=rows)


def _held(subject: Subject) -> Iterator[Part]:
    for holder in holders():
        yield from holder.export(subject)


def _json(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1, default=plain).encode()


def _page(person: Person, parts: list[Part], counts: dict[str, int]) -> str:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    title = escape(f"{person} · {workspace()}")
    listed = "".join(f"<li><code>{escape(name)}</code> ({count})</li>" for name, count in counts.items())
    tables = "".join(_table(part) for part in parts if part.rows)
    return (
        '<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>body{{font:15px/1.6 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #ccc;padding:.2rem .5rem;"
        "text-align:left;vertical-align:top}</style>"
        f"<h1>{title}</h1><p>우리가 가지고 있는 고객님의 정보 전부예요. · Everything that we hold about you. {made}</p>"
        f"<ul>{listed}</ul>{tables}</html>"
    )


def _table(part: Part) -> str:
    rows = (part.rows or [])[:MOST_ON_PAGE]
    names = list(rows[0])
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(_shown(row[n]))}</td>' for n in names)}</tr>" for row in rows)
    return f"<h2>{escape(part.name)}</h2><table><tr>{head}</tr>{body}</table>"


def _shown(value: Any) -> str:
    return (
        "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    )
