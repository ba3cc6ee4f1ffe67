"""A whole Dangol of its own for a benchmark: a throw-away home with an empty, migrated database."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def house() -> Iterator[Any]:
    """Bring up a database in a temporary DANGOL_HOME, set Django up and migrate; everything is removed afterwards.

    Yields Django's connection of the owner role. Works once a process.
    """
    home = Path(tempfile.mkdtemp(prefix="dangol-bench-"))
    os.environ.update(
        DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings", DANGOL_LOG="ERROR",
        DANGOL_ACCESS_LOG="0",
    )  # fmt: skip
    os.environ.pop("DATABASE_URL", None)
    from dangol.platform.db.embedded import ensure_database

    database = ensure_database()
    try:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", database="owner", verbosity=0)
        from dangol.platform.console.collector import pass_over_what_is_loaded

        pass_over_what_is_loaded()  # as the processes of the house do
        yield connections["owner"]
        connections.close_all()
    finally:
        database.close()
        shutil.rmtree(home, ignore_errors=True)
