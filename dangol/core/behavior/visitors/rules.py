"""Who it was: the rows of one device, and what claims about it make of them. Pure.

A claim that is proven (a sign-in, a verified address, a signed link) settles first; what came without a name belongs to
whoever was proven last before it. So a page seen before signing in belongs to the person who then signed in, and a
second person on the same device gets a row of their own.
"""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
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
    device = _Device(rows, cuts)
    order = sorted(range(len(claims)), key=lambda i: claims[i].at)
    found = {i: row for i in order if claims[i].how and (row := device.proven(claims[i])) is not None}
    for i in order:
        if i not in found:
            found[i] = device.nameless(claims[i].at)
        _seen(found[i], claims[i])
    return [found[i] for i in range(len(claims))]


class _Device:
    """The rows of one device, found by name and by person: a library that calls every device the same has many."""

    def __init__(self, rows: list[Row], cuts: Collection[tuple[str, int]]) -> None:
        self.rows, self.cuts = rows, cuts
        self.names = {row.user_id: row for row in reversed(rows) if row.user_id}
        self.people = {row.person: row for row in reversed(rows) if row.person is not None}
        self.links = [row for row in rows if row.how == LINK]
        self._proofs: list[tuple[datetime, int]] | None = None

    def proven(self, claim: Claim) -> Row | None:
        """The row of a claim that names somebody; None when it says nothing here."""
        if claim.how == LINK:
            is_cut = claim.person in {person for _name, person in self.cuts}
            return None if is_cut or claim.person is None else self._by_link(claim, claim.person)
        person = None if claim.person is None or (claim.user_id, claim.person) in self.cuts else claim.person
        row = self._of_name(claim, person) or self._blank() or self._added()
        if row.user_id != claim.user_id and claim.user_id:
            row.user_id, row.is_changed = claim.user_id, True
            self.names[claim.user_id] = row
        self._know(row, claim, person)
        for other in self.links:
            if other is not row and other.how == LINK and person is not None and other.person != person:
                other.is_doubtful = other.is_changed = True
        return row

    def _by_link(self, claim: Claim, person: int) -> Row | None:
        """A link proves less than a sign-in: it never speaks against one."""
        row = self.people.get(person)
        if row is None and self.names:
            return None
        row = row or self._blank() or self._added()
        self._know(row, claim, person)
        self.links.append(row)
        return row

    def _of_name(self, claim: Claim, person: int | None) -> Row | None:
        if claim.user_id and claim.user_id in self.names:
            return self.names[claim.user_id]
        row = None if person is None else self.people.get(person)
        return row if row is not None and (not row.user_id or not claim.user_id) else None

    def _blank(self) -> Row | None:
        return next((row for row in self.rows if row.is_blank), None) if len(self.rows) > len(self.names) else None

    def _added(self) -> Row:
        row = Row(None, is_changed=True)
        self.rows.append(row)
        return row

    def _know(self, row: Row, claim: Claim, person: int | None) -> None:
        if row.proved_at is None or row.proved_at < claim.at:
            row.proved_at, row.is_changed = claim.at, True
        if person is None or row.how == STAFF:
            return
        is_stronger = row.how == LINK and claim.how != LINK
        if row.person is None or (row.person != person and claim.how != LINK) or is_stronger:
            row.person, row.how, row.is_changed = person, claim.how, True
            row.is_doubtful = False
            self.people[person] = row
        if row.known_at is None or row.known_at > claim.at:
            row.known_at, row.is_changed = claim.at, True

    def nameless(self, at: datetime) -> Row:
        """Whoever was proven last before; before anybody was, whoever was proven first; else nobody known.

        Asked after all that is proven, so proofs are put in order once.
        """
        if self._proofs is None:
            proofs = [(row.proved_at, n) for n, row in enumerate(self.rows) if row.proved_at is not None]
            self._proofs = sorted(proofs)
        if self._proofs:
            place = bisect_right(self._proofs, (at, len(self.rows)))
            return self.rows[self._proofs[max(0, place - 1)][1]]
        return self._blank() or (self.rows[0] if self.rows else self._added())


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
