"""How the audit log is asked, and what of it may be removed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo

LEAST_MONTHS, MOST_MONTHS = 6, 600
SOURCES = ("screen", "api", "import", "automation")
KEPT_GROUPS = ("messages", "orders", "notes")
KEPT_NAMES = re.compile(
    r"^(consent|suppression|purpose|wording|gate_policy|law|sender|guardian|wish|notices?|notice_policy|rights_request"
    r"|audit|demo)[._]|\.erased$|\.merged$"
)
_RECORD = re.compile(r"([a-z_]{1,40})[/:# ]{1,2}(\d{1,18})")


class AskedWrong(ValueError):
    """The log was asked something that cannot be understood; the sentence says what would be right."""


@dataclass(frozen=True)
class Ask:
    """What is looked for; empty stands for anything. Days are in the reader's time zone, `until` counts wholly.

    With `is_part` the text is looked for within words, further back page by page.
    """

    text: str = ""
    who: int | None = None
    subject: str = ""
    record: int | None = None
    name: str = ""
    field: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    request: str = ""
    is_part: bool = False

    def as_filter(self) -> dict[str, str]:
        """Its filled parts as words, for addresses and events."""
        return {f.name: str(v) for f in fields(self) if (v := getattr(self, f.name)) not in ("", None, False)}


def read(sent: Mapping[str, str]) -> Ask:
    """Read what an address or a form asks. Raises AskedWrong naming the part."""
    subject, record = sent.get("subject", "").strip()[:40], sent.get("record", "").strip()
    if record and (both := _RECORD.fullmatch(record)):
        subject, record = both.groups()
    return Ask(
        text=sent.get("text", "").replace("\x00", "").strip()[:200],
        who=_number("who", sent.get("who", "")),
        subject=subject.replace("\x00", ""),
        record=_number("record", record),
        name=sent.get("name", "").replace("\x00", "").strip()[:80],
        field=sent.get("field", "").replace("\x00", "").strip()[:80],
        source=sent.get("source", "") if sent.get("source", "") in SOURCES else "",
        since=_day("since", sent.get("since", "")),
        until=_day("until", sent.get("until", "")),
        request=sent.get("request", "").replace("\x00", "").strip()[:80],
        is_part=sent.get("is_part", "") == "True",
    )


def _number(name: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise AskedWrong(name)
    return int(text)


def _day(name: str, text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise AskedWrong(name) from None
    if found is not None and not 1900 <= found.year <= 2900:
        raise AskedWrong(name)
    return found


def begin_of(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), zone)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day is over there."""
    return begin_of(day + timedelta(days=1), zone)


def removable(titles: Iterable[tuple[str, str]]) -> list[str]:
    """The names of events (name, group) that are removed when they are old enough.

    What customers' stories tell (messages, orders, notes) stays with the customers; consent and what proves it must be
    provable as long as advertising is sent (Korean Network Act, article 50; GDPR, article 7); what the log tells of
    itself stays.
    """
    return sorted(name for name, group in titles if group not in KEPT_GROUPS and not KEPT_NAMES.search(name))


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
