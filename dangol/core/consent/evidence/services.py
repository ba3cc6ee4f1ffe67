"""Making the archive of evidence, and telling whether one was changed since."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.evidence.events import EvidenceTaken
from dangol.core.consent.evidence.queries import Reach, evidence_sources, rows_of
from dangol.core.consent.law.queries import rules_in_force
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.db.secrets import fingerprint
from dangol.platform.events.event import plain
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MANIFEST, PAGE = "MANIFEST.json", "README.html"
MOST_ON_PAGE = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def take_evidence(
    *, actor: Actor, to: Path | BinaryIO, person_id: int | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, int]:  # fmt: skip
    """Write the archive (ZIP) for a person or a period; returns rows by table. That it was made is written down first.

    Each table is a CSV file for people and, line by line, JSON for machines; MANIFEST.json holds the SHA-256 of each
    and a signature (HMAC-SHA256 with this installation's key), so that a change is seen. Raises Forbidden (export
    privacy), NotFound.
    """
    require(actor, "export", "privacy")
    if person_id is not None and not Person.objects.visible_to(actor).filter(pk=person_id).exists():
        raise NotFound(_("There is no such record, or you may not see it."))
    reach = Reach(person_id, since, until)
    told = EvidenceTaken(
        about_id=person_id, since=since.isoformat() if since else "", until=until.isoformat() if until else ""
    )
    emit(told, actor=actor)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        return _written(archive, reach)


def is_unchanged(file: Path | BinaryIO) -> bool:
    """Whether an archive of evidence is as this installation made it."""
    try:
        with zipfile.ZipFile(file) as archive:
            told = json.loads(archive.read(MANIFEST))
            names = {name for name in archive.namelist() if name != MANIFEST}
            digests = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    except (KeyError, ValueError, zipfile.BadZipFile):
        return False
    signed = hmac.compare_digest(str(told.get("signature", "")), _signature(told))
    return signed and digests == told.get("files")


def _written(archive: zipfile.ZipFile, reach: Reach) -> dict[str, int]:
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    pages: list[str] = []
    for source in evidence_sources():
        counts[source.name] = _table(archive, source.name, rows_of(source, reach), digests, pages)
    rules = ({**asdict(rule), "checked_on": rule.checked_on.isoformat()} for rule in rules_in_force())
    counts["rules_of_law"] = _table(archive, "rules_of_law", rules, digests, pages)
    page = _page(reach, counts, pages).encode()
    archive.writestr(PAGE, page)
    digests[PAGE] = hashlib.sha256(page).hexdigest()
    manifest: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "person": reach.person_id,
        "since": plain(reach.since), "until": plain(reach.until), "rows": counts, "files": digests,
    }  # fmt: skip
    archive.writestr(MANIFEST, json.dumps({**manifest, "signature": _signature(manifest)}, indent=1))
    return counts


def _signature(manifest: dict[str, Any]) -> str:
    told = {key: value for key, value in manifest.items() if key != "signature"}
    return fingerprint(f"evidence:{json.dumps(told, sort_keys=True)}")


def _table(
    archive: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]], digests: dict[str, str], pages: list[str]
) -> int:  # fmt: skip
    """Write one table twice, row by row; the first rows stand on the page too. Returns how many rows."""
    shown: list[dict[str, Any]] = []
    count = 0
    lines = hashlib.sha256()
    spool = io.StringIO()
    writer: Any = None
    with archive.open(f"{name}.jsonl", "w") as stream:
        for row in rows:
            line = (json.dumps(row, ensure_ascii=False, default=plain) + "\n").encode()
            stream.write(line)
            lines.update(line)
            if writer is None:
                spool.write("\ufeff")
                writer = csv.DictWriter(spool, fieldnames=list(row))
                writer.writeheader()
            writer.writerow({key: _cell(value) for key, value in row.items()})
            if count < MOST_ON_PAGE:
                shown.append(row)
            count += 1
    text = spool.getvalue().encode()
    archive.writestr(f"{name}.csv", text)
    digests[f"{name}.jsonl"], digests[f"{name}.csv"] = lines.hexdigest(), hashlib.sha256(text).hexdigest()
    pages.append(_shown(name, shown, count))
    return count


def _cell(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, dict | list) else str(plain(value))
    if value is None:
        return ""
    # A table program must not take a text for a formula.
    return f"'{told}" if isinstance(value, str) and told.startswith(FORMULA) else told


def _page(reach: Reach, counts: dict[str, int], pages: list[str]) -> str:
    ours, now = escape(str(workspace())), timezone.localtime().isoformat(timespec="minutes")
    whom = f"고객 {reach.person_id} · Customer {reach.person_id}" if reach.person_id else "모든 고객 · All customers"
    period = f"{plain(reach.since) or '…'} – {plain(reach.until) or '…'}"
    listed = "".join(f"<li>{escape(name)}: {count}</li>" for name, count in counts.items())
    return (
        '<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>수신 동의 증빙 · Evidence of consent · {ours}</title>"
        "<style>body{font:15px/1.6 sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px"
        " solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}</style>"
        f"<h1>수신 동의 증빙 · Evidence of consent</h1><p>{ours} · {whom} · {escape(period)} · {now}</p>"
        f"<p>변경 여부는 <code>dangol consent verify</code> 명령으로 확인해요. · Check that nothing was changed with"
        f" <code>dangol consent verify</code>.</p><ul>{listed}</ul>{''.join(pages)}</html>"
    )


def _shown(name: str, rows: list[dict[str, Any]], count: int) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(key)}</th>" for key in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(_cell(v))}</td>' for v in row.values())}</tr>" for row in rows)
    more = f"<p>… {count - len(rows)}</p>" if count > len(rows) else ""
    return f"<h2>{escape(name)} ({count})</h2><table><tr>{head}</tr>{body}</table>{more}"
