"""What the parts of one record's page read beside it: each thing once, and only where something is there.

Panels and stories of several rooms ask about the same record. What they read is kept with the record in hand, and one
query says beforehand in which tables the record has rows at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, models

EVERY = "*"
T = TypeVar("T")
_KEPT = "_read_beside"
_TABLES: dict[str, dict[str, tuple[str, list[str]]]] = defaultdict(dict)


def once(record: Any, key: Any, read: Callable[[], T]) -> T:
    """What `read` returns, asked once for this record in hand. `key` holds whatever the answer depends on."""
    known: dict[Any, T] = record.__dict__.setdefault(_KEPT, {})
    if key not in known:
        known[key] = read()
    return known[key]


def register_presence(object_name: str, key: str, model: type[models.Model], link: str, *, where: str = "") -> None:
    """Let `has(record, key)` say whether `model` has rows of a record of `object_name` (or of `EVERY` object).

    `link` is the column that holds the record's id; for `EVERY` the table also has `object_name`. `where` is a further
    condition in SQL, without parameters.
    """
    quote = connection.ops.quote_name
    conditions = [f"{quote(link)} = %(id)s", *(["object_name = %(name)s"] if object_name == EVERY else [])]
    _TABLES[object_name][key] = (quote(model._meta.db_table), [*conditions, *([where] if where else [])])


def has(record: Any, key: str) -> bool:
    """Whether there is something of this kind beside a record. One query for all kinds, asked once."""
    return key in once(record, "present", lambda: _present(record))


def _present(record: Any) -> set[str]:
    name = type(record).access_name
    tables = {**_TABLES[EVERY], **_TABLES[name]}
    parts = [f"EXISTS (SELECT FROM {table} WHERE {' AND '.join(ands)})" for table, ands in tables.values()]
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", {"id": record.pk, "name": name})
        row = cursor.fetchone()
    return {key for key, is_there in zip(tables, row, strict=True) if is_there}
