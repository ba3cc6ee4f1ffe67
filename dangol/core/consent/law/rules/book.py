"""The book of rules as it is asked: what binds a sender of one country who writes to a receiver of another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from dangol.core.consent.law.rules.countries import BUILT_IN, EUROPE
from dangol.core.consent.law.rules.rows import NONE, OPT_OUT, UNLIMITED, Rule, night_times

LAW_OF_ALL = "KR"
"""Whose law binds a sender whose own country has no rules here: the strictest that there is."""


@dataclass(frozen=True)
class Bound:
    """What binds one message, the stricter of all laws that hold for it.

    `transaction_months` is None where a finished transaction lets it pass without an end, 0 where it never does.
    `reconfirm_months` 0: no need to confirm again. `guardian_age` 0: no guardian needed. `night` is (begins, ends).
    """

    needs_consent: bool
    transaction_months: int | None
    reconfirm_months: int
    guardian_age: int
    needs_certified_sender: bool
    night: tuple[time, time] | None


@dataclass(frozen=True)
class Book:
    """The rules in force, and the country of the sender."""

    home: str = LAW_OF_ALL
    rules: tuple[Rule, ...] = BUILT_IN
    _bound: dict[tuple[str, str], Bound] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _values(self) -> Mapping[tuple[str, str, str], str]:
        return {rule.key: rule.value for rule in self.rules}

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(rule.country for rule in self.rules)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Every country whose receivers may be bound otherwise than those of an unknown one."""
        return tuple(sorted((self._regions - {"EU"}) | (EUROPE if "EU" in self._regions else frozenset())))

    def value(self, region: str, what: str, channel: str = "", default: str = "") -> str:
        """The value for a channel, else for every channel, else `default`."""
        values = self._values
        return values.get((region, what, channel)) or values.get((region, what, "")) or default

    def regions_for(self, country: str) -> tuple[str, ...]:
        """Whose laws hold for a receiver in `country` ("" unknown): the sender's, and the receiver's own."""
        own = region_of(self.home)
        sender = own if own in self._regions else LAW_OF_ALL
        receiver = region_of(country)
        return (sender, receiver) if receiver in self._regions and receiver != sender else (sender,)

    def bound(self, channel: str, country: str) -> Bound:
        """What binds advertising on `channel` to a receiver in `country`."""
        key = (channel, country)
        if key not in self._bound:
            self._bound[key] = self._stricter(channel, self.regions_for(country))
        return self._bound[key]

    def days(self, what: str, country: str) -> int:
        """How many days the law gives for something (`access_days`, `result_days`, ...): the fewest; 0 for no limit."""
        found = [int(v) for region in self.regions_for(country) if (v := self.value(region, what)).isdigit()]
        return min((days for days in found if days), default=0)

    def indirect_sources(self) -> tuple[str, ...]:
        """What people's source says when their contact was not collected directly, in lower case."""
        texts = [r.value for r in self.rules if r.what == "indirect_sources"]
        return tuple(sorted({part.strip().lower() for text in texts for part in text.split(",") if part.strip()}))

    def _stricter(self, channel: str, regions: Iterable[str]) -> Bound:
        asked = list(regions)
        needing = [r for r in asked if self.value(r, "consent", channel, OPT_OUT) != OPT_OUT]
        months = [self.value(r, "transaction_months", channel, "0") for r in needing]
        again = [int(self.value(r, "reconfirm_months", channel, "0")) for r in asked]
        nights = [n for r in asked if (n := night_times(self.value(r, "night", channel, NONE)))]
        return Bound(
            needs_consent=bool(needing),
            transaction_months=min((int(m) for m in months if m != UNLIMITED), default=None),
            reconfirm_months=min((m for m in again if m), default=0),
            guardian_age=max(int(self.value(r, "guardian_age", channel, "0")) for r in asked),
            needs_certified_sender=any(self.value(r, "certified_sender", channel, "no") == "yes" for r in asked),
            night=(min(n[0] for n in nights), max(n[1] for n in nights)) if nights else None,
        )


def region_of(country: str) -> str:
    """Under which name a country's rules stand: "EU" for those of the Union and its Economic Area."""
    return "EU" if country in EUROPE else country


def months_before(at: datetime, months: int) -> datetime:
    """The same moment so many months earlier; the last day of the month where it has no such day."""
    return datetime.combine(_months_back(at.date(), months), at.time(), tzinfo=at.tzinfo)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 28 February for the 29th."""
    return _months_back(day, 12 * years)


def _months_back(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
