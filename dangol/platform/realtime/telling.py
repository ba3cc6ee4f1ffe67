"""Telling open pages that something changed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dangol.platform.realtime.rules import CHANNEL, notices


def tell(channel: str, payload: Iterable[int] | None) -> None:
    """Tell whoever looks at records of the kind `channel` (an object's name) that those numbered `payload` changed.

    None, or more than 5,000 numbers, means any of the kind. It is told when the running transaction commits, and not
    at all when it is taken back. Nothing but numbers goes out: a page asks again for what its reader may see. Events
    need no call, a trigger tells of each; this is for streams and for bulk writes about known records.
    """
    said = list(notices(channel, payload))
    if not said:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", [CHANNEL, said])
