"""Files of people made for tests, and taking them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.by_command import take_in

HEADER = ("이름", "이메일", "휴대폰", "회사명", "생년월일", "국가")
ROWS = (
    ("김지우", "jiwoo@narae.test", "010-1234-5678", "나래상사", "1990-03-02", "대한민국"),
    ("이서준", "seojun@narae.test", "01023456789", "나래상사", "1988.12.31", "한국"),
    ("John Webb", "John@Webb.test", "020 7946 0000", "Webb & Co", "1975/1/9", "United Kingdom"),
)


def write(path: Path, rows: Sequence[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER, **how: Any) -> Path:
    """Write rows as a CSV file; `how`: encoding, delimiter."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=how.get("delimiter", ","))
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(how.get("encoding", "utf-8")))
    return path


def take(path: Path, actor: Actor, *, is_dry: bool = False, columns: Mapping[str, str] | None = None,
         kind: str = "people", put_aside: Path | None = None, **options: Any) -> dict[str, Any]:  # fmt: skip
    """Take a file in, or dry."""
    return take_in(
        kind, path, actor=actor.via("import"), columns=columns or {}, options=options, is_dry=is_dry,
        listener=lambda done, total, step: None, put_aside=put_aside,
    )  # fmt: skip


def counts(result: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """New, changed, as before, put aside."""
    return (result["rows_new"], result["rows_changed"], result["rows_unchanged"], result["rows_put_aside"])


def living() -> dict[str, Person]:
    """People that are not in the trash, by name."""
    return {p.name: p for p in Person.objects.for_system("test").filter(deleted_at=None)}
