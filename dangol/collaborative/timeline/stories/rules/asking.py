"""What somebody asks of a story, as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from dangol.collaborative.timeline.stories.rules.merging import Mark

PEOPLE = "people"


class AskedWrong(ValueError):
    """`field` of what was asked cannot be understood."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Asked:
    """`kind` of entries ("" for all), `on` the day from which one looks back, `after` the last entry already seen.

    `has_people` adds what happened to a company's people.
    """

    kind: str = ""
    on: date | None = None
    after: Mark | None = None
    has_people: bool = False

    @property
    def is_newest(self) -> bool:
        """Whether the newest entries are asked for."""
        return self.after is None and self.on is None

    def address(self, **other: object) -> str:
        """The same as a query string, with `other` values of its fields in place of its own; "" for nothing."""
        has_people = other.get("has_people", self.has_people)
        on, after = other.get("on", self.on), other.get("after", self.after)
        said = {
            "kind": other.get("kind", self.kind),
            "on": on.isoformat() if isinstance(on, date) else "",
            "with": PEOPLE if has_people else "",
            "after": written(after) if isinstance(after, Mark) else "",
        }
        return urlencode({name: value for name, value in said.items() if value})


def asked(sent: Mapping[str, str]) -> Asked:
    """What an address asks. Raises AskedWrong."""
    after, on = sent.get("after", ""), sent.get("on", "")
    return Asked(
        kind=sent.get("kind", "")[:40],
        on=_day(on) if on else None,
        after=_mark(after) if after else None,
        has_people=sent.get("with", "") == PEOPLE,
    )


def written(mark: Mark) -> str:
    """A mark for an address: 2026-03-31T14:00:00Z~order-5."""
    return f"{mark.at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}~{mark.key}"


def _mark(text: str) -> Mark:
    at, _tilde, key = text.partition("~")
    try:
        found = datetime.fromisoformat(at)
    except ValueError as error:
        raise AskedWrong("after") from error
    if found.tzinfo is None or not 1900 < found.year < 3000 or len(key) > 200:
        raise AskedWrong("after")
    return Mark(found, key)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise AskedWrong("on") from error
    if not 1900 < found.year < 3000:
        raise AskedWrong("on")
    return found
