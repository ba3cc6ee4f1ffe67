"""What every command with data does first: the home, the database, Django, and tables that fit this version."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dangol.platform.console.output import say
from dangol.platform.db.connections import database_settings, libpq_parameters, secret_key
from dangol.platform.db.embedded import Database, ensure_database
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home

MIGRATION_LOCK = 7_301_001
Bring = Callable[[Home, Database], None]


@contextmanager
def session(home: Home | None = None, bring: Bring | None = None) -> Iterator[Database]:
    """Hold the database up while the block runs, with Django set up and all migrations done.

    Works beside a running `dangol start` and without one. Tables without data are brought to this version as they
    stand. Data of an earlier version are handed to `bring`; without one they are left alone and the command ends:
    a backup comes first, and that is more than somebody asked for who wanted a list of jobs.

    Raises:
        CannotContinue: with a sentence that says what to do.
    """
    home = home or Home.from_environment()
    with ensure_database(home, say) as database:
        set_up_django(home)
        from dangol.platform.console.restore import finish_interrupted

        finish_interrupted(home)
        migrate_if_needed(home, database, bring)
        try:
            yield database
        finally:
            _close_connections()


def set_up_django(home: Home) -> None:
    """Set Django up, or tell one that was set up before the database had passwords where it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    import django
    from django.apps import apps
    from django.conf import settings
    from django.db import connections

    if not apps.ready:
        django.setup()
    for alias, fresh in database_settings(home).items():
        here = connections.settings[alias]
        here.update({key: fresh[key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")})
    settings.SECRET_KEY = secret_key(home)


def migrate_if_needed(home: Home, database: Database, bring: Bring | None = None) -> bool:
    """Bring the tables to this version, as the owner and one process at a time; True when there was something to do.

    Raises:
        CannotContinue: there are data of an earlier version, and nobody to bring them over.
    """
    import psycopg
    from django.core.management import call_command

    if not _is_behind(home):
        return False
    with psycopg.connect(**libpq_parameters(database_settings(home)["owner"]), autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        if not _is_behind(home):
            return False
        if _holds_data(guard):
            if bring is None:
                raise CannotContinue(
                    "The data belong to an earlier version of Dangol, or an upgrade of them was ended in the middle.",
                    "Bring them over with: dangol upgrade (it makes a backup first; so does dangol start).",
                )
            bring(home, database)
            return True
        say("Preparing the tables ...")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    return True


def _holds_data(connection: Any) -> bool:
    """Whether anything has ever been written: every write leaves an event."""
    if connection.execute("SELECT to_regclass('event')").fetchone()[0] is None:
        return False
    return bool(connection.execute("SELECT EXISTS (SELECT FROM event)").fetchone()[0])


def _is_behind(home: Home) -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from dangol.platform.console.restore import UPGRADE_NOTE

    executor = MigrationExecutor(connections["owner"])
    refuse_later(executor.loader)
    behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connections["owner"].close()
    return behind or (home.root / UPGRADE_NOTE).exists()


def refuse_later(loader: Any) -> None:
    """Refuse to work on data that a later version has changed. Raises CannotContinue."""
    apps = {app for app, _ in loader.disk_migrations}
    replaced = {place for found in loader.disk_migrations.values() for place in found.replaces}
    known = loader.disk_migrations.keys() | replaced
    later = sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if app in apps and (app, name) not in known
    )
    if later:
        raise CannotContinue(
            f"These data belong to a later version of Dangol (it has made {later[0]}, which this one does not know).",
            "Install that version again, or restore a backup of this version with: dangol restore FILE",
        )


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
