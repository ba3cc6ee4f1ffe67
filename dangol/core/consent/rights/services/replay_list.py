"""The list of who was erased, outside the database: a backup that is restored brings them back, and they go again.

One line of JSON each in `erasures.jsonl` of the home: number, mark, moment. Nothing about anybody can be read from it.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from dangol.platform.db.home import Home

FILE = "erasures.jsonl"


def path() -> Path:
    """Where the list lies; no backup takes it and no restore replaces it."""
    return Home.from_environment().root / FILE


def note(person_number: int, mark: str, at: datetime) -> None:
    """Add a line, on disk for good when it returns."""
    line = json.dumps({"person": person_number, "mark": mark, "at": at.isoformat()})
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def noted() -> dict[int, str]:
    """{number: mark} of everybody in the list; lines that were cut off are passed over."""
    found: dict[int, str] = {}
    try:
        text = path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return found
    for line in text.splitlines():
        try:
            told = json.loads(line)
            found[int(told["person"])] = str(told["mark"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
