"""How large tables are, as the database's own statistics say."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

KEPT_SECONDS = 120
_kept: dict[tuple[str, str], tuple[float, float]] = {}


def expected_rows(model: Any) -> float:
    """How many rows the table of a model has, as of its last ANALYZE; infinite where none was made yet.

    Read again every two minutes. One query, or none.
    """
    key = (str(connection.settings_dict["NAME"]), str(model._meta.db_table))
    at, rows = _kept.get(key, (0.0, 0.0))
    if at and time.monotonic() - at < KEPT_SECONDS:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [connection.ops.quote_name(key[1])]
        )
        found = cursor.fetchone()
    rows = float("inf") if found is None or found[0] < 0 else float(found[0])
    _kept[key] = (time.monotonic(), rows)
    return rows
