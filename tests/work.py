"""A real worker beside a test that commits: it works off what waits in the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from urllib.parse import quote

import psycopg

ONCE = "import django; django.setup(); from dangol.platform.jobs.worker import run; run(once=True)"


def database_url() -> str:
    """The test's database, as another process reaches it."""
    from django.db import connections

    at = connections["default"].settings_dict
    host = quote(at["HOST"], safe="")
    return f"postgresql://{at['USER']}:{quote(at['PASSWORD'])}@/{at['NAME']}?host={host}&port={at['PORT']}"


def cut_connections() -> None:
    """What a restart of the database does to its clients, this process among them."""
    from django.db import connection

    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )
    connection.close()


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on the test's database."""
    return {**os.environ, "DATABASE_URL": database_url(), "DANGOL_LOG": "ERROR", **more}


def work_off() -> None:
    """Run a worker until nothing waits, not even for its turn."""
    for _ in range(20):
        subprocess.run([sys.executable, "-c", ONCE], env=environment(), check=True, timeout=300)
        if not waiting():
            return
        time.sleep(1)
    raise AssertionError("jobs still wait")


def waiting() -> int:
    """How many jobs wait or are under way."""
    with psycopg.connect(database_url()) as connection:
        found = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        return int((found.fetchone() or [0])[0])
