"""Real data that lie beside the project, never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_PROJECT = Path(__file__).resolve().parents[1]


def find(name: str) -> Path:
    """Return the path of a data set, or skip the test with a sentence when it is not there."""
    home = Path(os.environ.get("DANGOL_DATA") or _PROJECT.parent / "shared" / "data")
    if not (home / name).exists():
        pytest.skip(f"{name} is not in {home}. Put it there, or set DANGOL_DATA to the folder that holds it.")
    return home / name
