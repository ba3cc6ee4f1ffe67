"""How common each piece is, from what the database's own ANALYZE found."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.db import connection

KEPT_SECONDS = 120


@dataclass(frozen=True)
class Statistics:
    """How many entries there are, in which share of them the common pieces stand, and how large each object's share is.

    A piece that is not among the common ones is no more common than the `rarest` of these.
    """

    entries: int = 0
    shares: dict[int, float] = field(default_factory=dict)
    rarest: float = 1.0
    sizes: dict[str, float] = field(default_factory=dict)

    def share(self, code: int) -> float:
        """In which share of the entries a piece stands, at most."""
        return self.shares.get(code, self.rarest)

    def size(self, object_name: str) -> float:
        """Which share of the entries is an object's, at most; one that was not met may be as large as the least met."""
        return self.sizes.get(object_name, min(self.sizes.values(), default=1.0))


_kept: dict[str, tuple[float, Statistics]] = {}


def statistics() -> Statistics:
    """The statistics of this database, read again every two minutes. One query, or none."""
    name = str(connection.settings_dict["NAME"])
    at, found = _kept.get(name, (0.0, Statistics()))
    if not at or time.monotonic() - at > KEPT_SECONDS:
        found = _read()
        _kept[name] = (time.monotonic(), found)
    return found


def _read() -> Statistics:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(c.reltuples, 0)::bigint, s.most_common_elems::text::int[], s.most_common_elem_freqs,"
            " o.most_common_vals::text::text[], o.most_common_freqs FROM pg_class c"
            " LEFT JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = 'pieces'"
            " LEFT JOIN pg_stats o ON o.schemaname = 'public' AND o.tablename = c.relname AND o.attname = 'object_name'"
            " WHERE c.oid = 'search_searchentry'::regclass"
        )
        entries, codes, shares, names, sizes = cursor.fetchone()
    known = dict(zip(names or (), sizes or (), strict=True))
    if not codes:
        return Statistics(entries, sizes=known)
    # After the shares of the elements come the least and the greatest of them, and that of NULL.
    return Statistics(entries, dict(zip(codes, shares[: len(codes)], strict=True)), shares[len(codes)], known)
