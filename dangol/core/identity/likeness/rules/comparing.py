"""What two records have in common, each with what it weighs and in words.

Weights are those of Fellegi and Sunter (A Theory for Record Linkage, JASA 1969): the logarithm to base 2 of how many
times likelier an agreement is for one person than for two. They are set by hand, for one record against a house; the
matching over all learns its own from the data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from dangol.core.identity.likeness.rules.names import firm_name, plain_name, sound_key

SAME, ALIKE, DIFFERENT = "same", "alike", "different"
PRIOR = -14.0
"""Of two people taken by chance from tens of thousands."""
SHOWN_FROM, SURE_FROM = -6.0, 1.0
WEIGHTS: dict[tuple[str, str], float] = {
    ("customer_number", SAME): 22.0, ("registration_number", SAME): 22.0, ("email", SAME): 15.0,
    ("phone", SAME): 12.0, ("name", SAME): 9.0, ("name", ALIKE): 7.0, ("name", DIFFERENT): -3.0,
    ("born_on", SAME): 9.0, ("born_on", ALIKE): 4.0, ("born_on", DIFFERENT): -6.0, ("address", SAME): 8.0,
    ("address", ALIKE): 5.0, ("city", SAME): 2.0, ("company", SAME): 5.0, ("website", SAME): 11.0,
    ("customer_number", DIFFERENT): -1.0, ("registration_number", DIFFERENT): -8.0,
}  # fmt: skip


@dataclass(frozen=True)
class Traits:
    """What is compared of a record. `emails` and `phones` are all that are known, `names` in any letters."""

    names: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    number: str = ""
    born_on: date | None = None
    address: str = ""
    city: str = ""
    company: int | None = None
    website: str = ""
    is_firm: bool = False


@dataclass(frozen=True)
class Likeness:
    """How like two records are: `weight` (base 2), and the agreements {field: same, alike or different}."""

    weight: float
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def probability(self) -> float:
        """The chance that the two are one, by weights set by hand."""
        return float(1 / (1 + 2.0 ** -max(min(self.weight, 60.0), -60.0)))

    @property
    def is_shown(self) -> bool:
        """Whether it is worth a look."""
        return self.weight >= SHOWN_FROM

    @property
    def is_sure(self) -> bool:
        """Whether a new record is held back until somebody has looked."""
        return self.weight >= SURE_FROM


def likeness(one: Traits, other: Traits) -> Likeness:
    """Compare two records; what either does not know says nothing."""
    reasons: dict[str, str] = {}
    number = "registration_number" if one.is_firm else "customer_number"
    _note(reasons, number, _equal(one.number.casefold(), other.number.casefold()))
    _note(reasons, "email", _shared(one.emails, other.emails))
    _note(reasons, "phone", _shared(one.phones, other.phones))
    _note(reasons, "name", _names(one, other))
    _note(reasons, "born_on", _days(one.born_on, other.born_on))
    _note(reasons, "address", _addresses(one.address, other.address))
    _note(reasons, "city", _shared({plain_name(one.city)} - {""}, {plain_name(other.city)} - {""}))
    _note(reasons, "company", SAME if one.company and one.company == other.company else "")
    _note(reasons, "website", SAME if one.website and one.website == other.website else "")
    weight = PRIOR + sum(WEIGHTS.get(pair, 0.0) for pair in reasons.items())
    return Likeness(weight, reasons)


def _note(reasons: dict[str, str], name: str, level: str) -> None:
    if level:
        reasons[name] = level


def _equal(one: str, other: str) -> str:
    return "" if not one or not other else SAME if one == other else DIFFERENT


def _shared(one: Iterable[str], other: Iterable[str]) -> str:
    return SAME if set(one) & set(other) else ""


def _names(one: Traits, other: Traits) -> str:
    first, second = [n for n in one.names if n], [n for n in other.names if n]
    if not first or not second:
        return ""
    plain = firm_name if one.is_firm else plain_name
    mine, theirs = {plain(n) for n in first} - {""}, {plain(n) for n in second} - {""}
    if mine & theirs:
        return SAME
    if not one.is_firm and {sound_key(n) for n in first} & {sound_key(n) for n in second} - {""}:
        return ALIKE
    near = any(is_near(a, b) for a in mine for b in theirs)
    return ALIKE if near else DIFFERENT


def _days(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return ""
    if one == other:
        return SAME
    turned = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    near = sum((one.year == other.year, one.month == other.month, one.day == other.day)) == 2
    return ALIKE if turned or near else DIFFERENT


def _addresses(one: str, other: str) -> str:
    mine, theirs = plain_name(one), plain_name(other)
    if not mine or not theirs:
        return ""
    if mine == theirs:
        return SAME
    short, long = sorted((mine, theirs), key=len)
    return ALIKE if len(short) >= 8 and (long.startswith(short) or is_near(short, long)) else ""


def is_near(one: str, other: str) -> bool:
    """Whether one text comes of the other by a slip of the key: one in four letters or more, two in nine or more.

    A slip is a letter too many, too few or wrong, or two neighbours in the wrong order (Damerau, CACM 1964).
    """
    size = max(len(one), len(other))
    most = 0 if size < 4 else 1 if size < 9 else 2
    return abs(len(one) - len(other)) <= most and slips(one, other, most) <= most


def slips(one: str, other: str, most: int) -> int:
    """How many slips lie between two texts; any number above `most` once it is reached."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]
