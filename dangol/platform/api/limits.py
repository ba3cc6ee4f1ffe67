"""How often may be called: a token bucket for each key and for each member of staff, kept in one small table.

One statement a call refills, takes and answers, so that it holds over any number of web processes. Headers follow
the IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

WINDOW = 60
_TAKE = """
INSERT INTO api_bucket AS b (name, tokens, at, is_taken)
SELECT name, size - 1, statement_timestamp(), true FROM unnest(%s::text[], %s::float8[]) AS asked (name, size)
ON CONFLICT (name) DO UPDATE SET (tokens, is_taken, at) = (
  SELECT CASE WHEN filled >= 1 THEN filled - 1 ELSE filled END, filled >= 1, greatest(b.at, statement_timestamp())
  FROM (SELECT least(excluded.tokens + 1, b.tokens + greatest(0, extract(epoch FROM statement_timestamp() - b.at))
    * (excluded.tokens + 1) / %s) AS filled) AS now)
RETURNING name, tokens, is_taken
"""


@dataclass(frozen=True)
class Policy:
    """A bucket: its name in headers ("key", "user"), its row, and how many calls it holds for a minute."""

    label: str
    name: str
    size: int


@dataclass(frozen=True)
class Taken:
    """What is left after a call. `wait_seconds` is 0 when the call may go on."""

    policy: Policy
    left: float
    is_allowed: bool

    @property
    def wait_seconds(self) -> int:
        """Whole seconds until one more call is there."""
        return 0 if self.is_allowed else max(1, math.ceil((1 - self.left) * WINDOW / self.policy.size))

    @property
    def full_seconds(self) -> int:
        """Whole seconds until the bucket is full again."""
        return math.ceil((self.policy.size - self.left) * WINDOW / self.policy.size)


def policies(key_id: int | None, user_id: int | None) -> list[Policy]:
    """The buckets of a caller; the order of their names is the order in which rows are locked."""
    found = []
    if key_id is not None:
        found.append(Policy("key", f"key:{key_id}", settings.API_CALLS_PER_MINUTE))
    if user_id is not None:
        found.append(Policy("user", f"user:{user_id}", 2 * settings.API_CALLS_PER_MINUTE))
    return found


def take(asked: Sequence[Policy]) -> list[Taken]:
    """Take one call from each bucket. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [[p.name for p in asked], [float(p.size) for p in asked], WINDOW])
        rows = {name: (left, is_taken) for name, left, is_taken in cursor.fetchall()}
    return [Taken(p, *rows[p.name]) for p in asked]


def headers(taken: Sequence[Taken]) -> dict[str, str]:
    """RateLimit-Policy: what holds; RateLimit: what is left of it."""
    policy = ", ".join(f'"{t.policy.label}";q={t.policy.size};w={WINDOW}' for t in taken)
    left = ", ".join(f'"{t.policy.label}";r={max(0, math.floor(t.left))};t={t.full_seconds}' for t in taken)
    return {"RateLimit-Policy": policy, "RateLimit": left}
