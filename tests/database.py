"""Tests run on a real PostgreSQL: a database of their own, copied from a migrated template."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("DANGOL_TEST_HOME", Path(tempfile.gettempdir()) / f"dangol-tests-{os.getuid()}"))
os.environ["DANGOL_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "dangol.config.settings"
os.environ.pop("DATABASE_URL", None)

from dangol.platform.db.embedded import ensure_database  # noqa: E402
from dangol.platform.db.home import Home  # noqa: E402

_DATABASE = ensure_database(Home(HOME))

import psycopg  # noqa: E402
import pytest  # noqa: E402


def _admin(dbname: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(**{**_DATABASE.admin(), "dbname": dbname}, autocommit=True)


def _fingerprint() -> str:
    seen = hashlib.sha256()
    for path in sorted((ROOT / "dangol").glob("**/migrations/*.py")):
        seen.update(path.read_bytes())
    seen.update((ROOT / "dangol/platform/db/changes.py").read_bytes())
    return seen.hexdigest()[:12]


def _make(name: str, template: str | None = None) -> None:
    from dangol.platform.db.roles import grant

    with _admin() as connection:
        copy = f" TEMPLATE {template}" if template else ""
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER dangol_owner{copy}")
    if template is None:
        with _admin(name) as connection:
            connection.execute("ALTER SCHEMA public OWNER TO dangol_owner")
            grant(connection, "dangol_owner", "dangol_app")


def _migrated_template() -> str:
    """The name of a database with all migrations; made once for each state of the migrations."""
    from django.core.management import call_command
    from django.db import connections

    name = f"template_{_fingerprint()}"
    with _admin() as connection:
        connection.execute("SELECT pg_advisory_lock(7301)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _make(f"{name}_new")
            for alias in ("default", "owner"):
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = f"{name}_new"
            call_command("migrate", database="owner", verbosity=0)
            for alias in ("default", "owner"):
                connections[alias].close()
            connection.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    from django.db import connections

    with django_db_blocker.unblock():
        mine = f"test_{os.getpid()}"
        _make(mine, _migrated_template())
        for alias in ("default", "owner"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = mine
        yield
        for alias in ("default", "owner"):
            connections[alias].close()
        with _admin() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {mine} WITH (FORCE)")


def pytest_unconfigure() -> None:
    _DATABASE.close()


def empty(case: Any = None) -> None:
    """Empty every table after what was committed; by the owner's right, since the plain role may not."""
    from django.db import connections

    with _admin(str(connections["default"].settings_dict["NAME"])) as connection:
        tables = connection.execute(
            "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission',"
            " 'consent_purpose', 'consent_wording')"
        ).fetchone()
        connection.execute(f"TRUNCATE {tables[0] if tables else ''} RESTART IDENTITY CASCADE")


def pytest_configure() -> None:
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign]
