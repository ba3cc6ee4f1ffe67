"""A real worker beside a test that commits: it works off what waits in the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

ONCE = "import django; django.setup(); from dangol.platform.jobs.worker import run; run(once=True)"


def database_url() -> str:
    """The test's database, as another process reaches it."""
    from django.db import connections

    at = connections["default"].settings_dict
    host = quote(at["HOST"], safe="")
    return f"postgresql://{at['USER']}:{quote(at['PASSWORD'])}@/{at['NAME']}?host={host}&port={at['PORT']}"


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on the test's database."""
    return {**os.environ, "DATABASE_URL": database_url(), "DANGOL_LOG": "ERROR", **more}


def work_off() -> None:
    """Run a worker until nothing waits."""
    subprocess.run([sys.executable, "-c", ONCE], env=environment(), check=True, timeout=300)
