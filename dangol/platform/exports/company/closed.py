"""What does not leave with the whole company: secrets, machinery, and what is worked out from the rest.

A table or column that nobody closed leaves: nothing that a company wrote is forgotten. Rooms of higher floors close
theirs by `close_table` and `close_columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_TABLES: dict[str, str] = {}
_COLUMNS: dict[str, dict[str, str]] = {}
_ROOM: dict[str, Callable[[Any], None]] = {}
SECRET, MACHINERY, WORKED_OUT, FLEETING = "secret", "machinery", "worked out anew", "fleeting"


def close_table(name: str, why: str) -> None:
    """Keep a table in the house; `why` stands in the manifest."""
    _TABLES[name] = why


def close_columns(table: str, fills: Mapping[str, str]) -> None:
    """Keep columns of a table in the house. `fills` says as SQL what stands in each when the rows are read back."""
    _COLUMNS.setdefault(table, {}).update(fills)


def make_room(table: str, make: Callable[[Any], None]) -> None:
    """Call `make(cursor)` as the owner before rows of a partitioned table are read back, so that each finds its place.

    The rows lie in the temporary table `coming`, one JSON object `doc` each.
    """
    _ROOM[table] = make


def room_for(table: str, cursor: Any) -> None:
    """Make the places that the rows in `coming` need."""
    if table in _ROOM:
        _ROOM[table](cursor)


def closed_tables() -> dict[str, str]:
    """Which tables stay, and why."""
    return dict(_TABLES)


def fills_of(table: str) -> dict[str, str]:
    """Which columns of a table stay, with the SQL that fills each."""
    return dict(_COLUMNS.get(table, {}))


for _name in ("accounts_apikey", "accounts_secondstep", "accounts_recoverycode", "accounts_ticket", "django_session",
              "accounts_session"):  # fmt: skip
    close_table(_name, SECRET)
for _name in (
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
    "procrastinate_jobs", "procrastinate_events", "procrastinate_workers", "procrastinate_periodic_defers",
    "db_tombstone", "engine_load", "jobs_progress", "jobs_failure", "events_delivery", "event_bulk_batch",
    "accounts_attempt", "api_keptanswer", "api_bucket", "console_timing", "console_sizesample", "exports_exportrun",
):  # fmt: skip
    close_table(_name, MACHINERY)
for _name in ("search_searchentry", "search_searchword", "audit_words_of_rows", "audit_words_place"):
    close_table(_name, WORKED_OUT)
close_table("mail_caught", FLEETING)
close_columns("accounts_user", {"password": "'!' || md5(random()::text) || md5(random()::text)"})
close_columns("mail_way", {"secret": "''"})
close_columns("exchange_importrun", {"stored_as": "''"})
close_columns("objects_custom_field", {"index_state": "'none'", "index_note": "''"})
