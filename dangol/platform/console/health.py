"""Whether the parts of a running installation are up."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse

from dangol.platform.db.home import Home
from dangol.platform.db.users import is_held

WORKER_SILENCE_SECONDS = 30
_HEARTBEAT = """
SELECT count(*) > 0 FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


def states() -> dict[str, str]:
    """Return "up" or "down" for web, database and worker.

    Whoever asks is the web process, so that one is up. The worker is up when it has shown a sign of life in the
    database of late and, where it runs on this machine, still holds its lock file.
    """
    beats = _worker_beats()
    worker = bool(beats) and _local_worker_lives()
    return {
        "web": "up",
        "database": "down" if beats is None else "up",
        "worker": "up" if worker else "down",
    }


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all parts are up and 503 when one is not; no sign-in needed, nothing private told."""
    found: dict[str, Any] = states()
    is_well = all(state == "up" for state in found.values())
    return JsonResponse(found, status=200 if is_well else 503, headers={"Cache-Control": "no-store"})


def _worker_beats() -> bool | None:
    """True or False for a fresh sign of life; None when the database does not answer."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HEARTBEAT, [WORKER_SILENCE_SECONDS])
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return None
    except Exception as error:  # a pool that gives up waiting has an exception of its own
        if type(error).__name__ == "PoolTimeout":
            return None
        raise


def _local_worker_lives() -> bool:
    lock = Home.from_environment().run / "worker.lock"
    return not lock.exists() or is_held(lock)
