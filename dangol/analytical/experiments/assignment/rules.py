"""Stable assignment by hash: the same person and programme fall into the same of 10,000 buckets for ever. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from hashlib import md5

BUCKETS = 10_000
DEFAULT_GLOBAL_PERCENT = Decimal(5)
"""What is proposed for the lasting control group: large enough to judge a year of advertising in a shop of some ten
thousand customers (500 are left in peace), small enough to cost little: where advertising brings 4 %, leaving out one
in twenty costs .2 % of sales. Nobody is left out until somebody sets it, for whom to leave in peace is the house's
decision, and below a few thousand customers the group would be too small to tell anything."""
MOST_GLOBAL_PERCENT = Decimal(50)
GLOBAL_PROGRAMME = "global"


def bucket(programme: str, person_id: int) -> int:
    """The bucket, 0 to 9,999, of a person in a programme: the first 32 bits of md5("programme:person") modulo 10,000.

    Programmes with different names split independently of each other. A person's bucket never changes, so a group
    of the buckets below a limit keeps its members when the limit is raised. (2**32 is no multiple of 10,000: low
    buckets are likelier by two in a million, which no campaign can notice.)
    """
    digest = md5(f"{programme}:{person_id}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") % BUCKETS


def bucket_sql(programme_placeholder: str, column: str) -> str:
    """The PostgreSQL expression for the same number, an integer.

    `programme_placeholder` is SQL that gives the programme's name, such as "%s" or a column; `column` is SQL that
    gives the person's key. Both are put in as they are: never pass what a user wrote. Holds no percent sign of its own.
    """
    text = f"({programme_placeholder})::text || ':' || ({column})::text"
    return f"mod(('x' || substr(md5({text}), 1, 8))::bit(32)::bigint, {BUCKETS})::integer"


def control_buckets(percent: Decimal) -> int:
    """How many buckets, from 0 on, are control for a share in percent; hundredths of a percent count, halves up.

    Raises ValueError outside 0 to 100.
    """
    if not 0 <= percent <= 100:
        raise ValueError("A control group is between 0 and 100 percent of all.")
    return int((percent * BUCKETS / 100).to_integral_value(ROUND_HALF_UP))


def is_control(programme: str, person_id: int, percent: Decimal) -> bool:
    """Whether a person belongs to the control group of `percent` of a programme. Raises ValueError as above."""
    return bucket(programme, person_id) < control_buckets(percent)


def control_sql(programme_placeholder: str, column: str, percent: Decimal) -> str:
    """The PostgreSQL condition for the same question; see `bucket_sql` for what may be passed."""
    return f"{bucket_sql(programme_placeholder, column)} < {control_buckets(percent)}"


def campaign_programme(campaign_id: object) -> str:
    """The programme of one campaign's own split, independent of every other campaign's and of the lasting group."""
    return f"campaign:{campaign_id}"
