"""Who it was: the rows of one device, and what claims about it make of them. Pure.

A claim that is proven (a sign-in, a verified address, a signed link) settles first; what came without a name belongs to
whoever was proven last before it. So a page seen before signing in belongs to the person who then signed in, and a
second person on the same device gets a row of their own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SIGN_IN, ADDRESS, LINK, ORDER, STAFF = "sign_in", "address", "link", "order", "staff"
MOST_TRAITS, LONGEST_TRAIT = 50, 500


@dataclass
class Row:
    """A visitor of this device, as in `visitors.models.Visitor`; `id` is None until it is stored."""

    id: int | None
    user_id: str = ""
    person: int | None = None
    how: str = ""
    known_at: datetime | None = None
    proved_at: datetime | None = None
    traits: dict[str, Any] = field(default_factory=dict)
    is_doubtful: bool = False
    first_at: datetime | None = None
    last_at: datetime | None = None
    is_changed: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nobody is known or named behind it."""
        return self.person is None and not self.user_id


@dataclass(frozen=True)
class Claim:
    """What one event says: when, and who it was as far as that is believed (`user_id`, `person` found by it, `how`)."""

    at: datetime
    user_id: str = ""
    person: int | None = None
    how: str = ""
    traits: dict[str, Any] = field(default_factory=dict)


def settle(rows: list[Row], claims: Sequence[Claim], cuts: Collection[tuple[str, int]] = ()) -> list[Row]:
    """The row of each claim; `rows` of the device are changed and added to.

    `cuts` are the (user_id, person) that somebody cut on this device: they are not joined again.
    """
    found: list[Row | None] = [None] * len(claims)
    order = sorted(range(len(claims)), key=lambda i: claims[i].at)
    for i in order:
        if claims[i].how:
            found[i] = _proven(rows, claims[i], cuts)
    for i in order:
        row = found[i] or _nameless(rows, claims[i].at)
        found[i] = row
        _seen(row, claims[i])
    return [row for row in found if row is not None]


def _proven(rows: list[Row], claim: Claim, cuts: Collection[tuple[str, int]]) -> Row | None:
    if claim.how == LINK:
        return _by_link(rows, claim, None if claim.person in {person for _name, person in cuts} else claim.person)
    person = None if claim.person is None or (claim.user_id, claim.person) in cuts else claim.person
    row = _of_name(rows, claim, person) or _blank(rows) or _added(rows)
    if row.user_id != claim.user_id and claim.user_id:
        row.user_id, row.is_changed = claim.user_id, True
    _know(row, claim, person)
    for other in rows:
        if other is not row and other.how == LINK and person is not None and other.person != person:
            other.is_doubtful = other.is_changed = True
    return row


def _by_link(rows: list[Row], claim: Claim, person: int | None) -> Row | None:
    """A link proves less than a sign-in: it never speaks against one, and one that was cut says nothing."""
    if person is None:
        return None
    known = next((row for row in rows if row.person == person), None)
    if known is None and any(row.user_id for row in rows):
        return None
    row = known or _blank(rows) or _added(rows)
    _know(row, claim, person)
    return row


def _of_name(rows: list[Row], claim: Claim, person: int | None) -> Row | None:
    if claim.user_id:
        for row in rows:
            if row.user_id == claim.user_id:
                return row
    if person is None:
        return None
    return next((row for row in rows if row.person == person and (not row.user_id or not claim.user_id)), None)


def _blank(rows: list[Row]) -> Row | None:
    return next((row for row in rows if row.is_blank), None)


def _added(rows: list[Row]) -> Row:
    row = Row(None, is_changed=True)
    rows.append(row)
    return row


def _know(row: Row, claim: Claim, person: int | None) -> None:
    if row.proved_at is None or row.proved_at < claim.at:
        row.proved_at, row.is_changed = claim.at, True
    if person is None or row.how == STAFF:
        return
    is_stronger = row.how == LINK and claim.how != LINK
    if row.person is None or (row.person != person and claim.how != LINK) or is_stronger:
        row.person, row.how, row.is_changed = person, claim.how, True
        row.is_doubtful = False
    if row.known_at is None or row.known_at > claim.at:
        row.known_at, row.is_changed = claim.at, True


def _nameless(rows: list[Row], at: datetime) -> Row:
    """Whoever was proven last before; before anybody was, whoever was proven first; else nobody known."""
    proven = [(row.proved_at, row) for row in rows if row.proved_at is not None]
    before = [one for one in proven if one[0] <= at]
    if before:
        return max(before, key=lambda one: one[0])[1]
    if proven:
        return min(proven, key=lambda one: one[0])[1]
    return _blank(rows) or (rows[0] if rows else _added(rows))


def _seen(row: Row, claim: Claim) -> None:
    if row.first_at is None or claim.at < row.first_at:
        row.first_at, row.is_changed = claim.at, True
    if row.last_at is None or claim.at > row.last_at:
        row.last_at, row.is_changed = claim.at, True
    if claim.traits:
        merged = merged_traits(row.traits, claim.traits)
        if merged != row.traits:
            row.traits, row.is_changed = merged, True


def merged_traits(known: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What was told of somebody so far: newer values win; plain values only, so many and so long at most."""
    found = dict(known)
    for name, value in told.items():
        if not isinstance(value, str | int | float | bool) or len(str(name)) > 100:
            continue
        if name in found or len(found) < MOST_TRAITS:
            found[str(name)] = value[:LONGEST_TRAIT] if isinstance(value, str) else value
    return found


def hash_of(user_id: str, secret: str) -> str:
    """What a shop's server hands its page with a name, so that nobody else can use it: HMAC-SHA256 (RFC 2104), hex."""
    return hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()


def is_signed(user_id: str, given: str, secret: str) -> bool:
    """Whether `given` is the hash of this name; compared in the same time whatever it is."""
    return bool(given) and hmac.compare_digest(hash_of(user_id, secret).encode(), given.strip().lower().encode())
