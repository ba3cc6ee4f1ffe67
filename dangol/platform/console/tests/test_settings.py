"""The tables of settings in the guides name every variable that the program reads, and none that it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
READ = re.compile(r'"((?:DANGOL|DATABASE)_[A-Z_]+)"')
TOLD = re.compile(r"`((?:DANGOL|DATABASE)_[A-Z_]+)`")
PASSED_ON = {"DANGOL_LIFELINE", "DANGOL_LISTENER", "DANGOL_PROCESS", "DANGOL_PULSE"}
"""What `dangol start` tells the parts that it starts; not for people."""


def read() -> set[str]:
    sources = [path.read_text() for path in (ROOT / "dangol").rglob("*.py") if "tests" not in path.parts]
    return {name for source in sources for name in READ.findall(source)} - PASSED_ON


@pytest.mark.parametrize("guide", ["guide/running.md", "ko/running.md"])
def test_the_table_of_settings_is_complete_and_true(guide: str) -> None:
    rows = [line for line in (ROOT / "docs" / guide).read_text().splitlines() if line.startswith("| `D")]
    told = [name for row in rows for name in TOLD.findall(row.split("|")[1])]
    assert len(told) == len(set(told))
    assert set(told) == read()
