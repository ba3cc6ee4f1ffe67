"""What every test may ask for. The database is made by `tests.database`, before Django is set up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import django_db_setup  # noqa: F401

pytest_plugins = ["tests.cast"]


@pytest.fixture(autouse=True)
def no_custom_fields() -> Iterator[None]:
    """Every test begins in a house without custom fields, and asks for none until one is added."""
    from dangol.platform.objects.custom_fields import current

    current.begin_without()
    yield
    current.begin_without()


@pytest.fixture
def data() -> Path:
    """The folder of real data sets; a test that needs it is skipped where it is absent."""
    found = Path(os.environ.get("DANGOL_DATA", Path(__file__).resolve().parent.parent / "shared" / "data"))
    if not found.is_dir():
        pytest.skip(f"needs the real data sets in {found} (set DANGOL_DATA)")
    return found
