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
