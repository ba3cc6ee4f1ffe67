from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class Merging:
    """What each of these tells: `other_id` is the other one of the two, `moved` how many rows changed hands."""

    other_id: int
    merge_id: str
    moved: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonMerged(Merging, Event):
    NAME = "person.merged"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonMergedAway(Merging, Event):
    NAME = "person.merged_away"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonUnmerged(Merging, Event):
    NAME = "person.unmerged"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonCameBack(Merging, Event):
    NAME = "person.came_back"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class CompanyMerged(Merging, Event):
    NAME = "company.merged"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyMergedAway(Merging, Event):
    NAME = "company.merged_away"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyUnmerged(Merging, Event):
    NAME = "company.unmerged"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyCameBack(Merging, Event):
    NAME = "company.came_back"
    SUBJECT = "company"


TOLD: dict[str, dict[str, Any]] = {
    "person": {
        "merged": PersonMerged, "merged_away": PersonMergedAway, "unmerged": PersonUnmerged,
        "came_back": PersonCameBack,
    },
    "company": {
        "merged": CompanyMerged, "merged_away": CompanyMergedAway, "unmerged": CompanyUnmerged,
        "came_back": CompanyCameBack,
    },
}  # fmt: skip
