"""Whether the tables fit this version."""

from __future__ import annotations

from typing import Any

from django.db import connections

_is_done = False


def pending() -> list[str]:
    """The migrations that are missing, as `app.name`; empty once they are done (then it is not asked again)."""
    global _is_done
    if _is_done:
        return []
    from django.db.migrations.executor import MigrationExecutor

    executor: Any = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _is_done = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown() -> list[str]:
    """Migrations in the database that this version does not have: it was run by a later version."""
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connections["default"])
    loader = MigrationLoader(None)
    ours = {app for app, _ in loader.disk_migrations}
    replaced = {place for m in loader.disk_migrations.values() for place in m.replaces}
    return sorted(
        f"{app}.{name}"
        for app, name in recorder.applied_migrations()
        if (app, name) not in loader.disk_migrations and (app, name) not in replaced and app in ours
    )
