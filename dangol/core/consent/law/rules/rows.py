"""One row of the rules of law, and which values each kind of row may have. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Kind = Literal["choice", "number", "night", "words"]
PRIOR, OPT_OUT = "prior", "opt_out"
UNLIMITED = "unlimited"
NONE = "none"
_NIGHT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z")
MOST_WORDS = 300


@dataclass(frozen=True)
class Rule:
    """What the law of a country (or "EU") asks: `value` of `what` on `channel` ("" for every channel).

    `source` names the statute, `place` the article, `checked_on` the day on which it was read.
    """

    country: str
    what: str
    channel: str
    value: str
    source: str
    place: str
    checked_on: date

    @property
    def key(self) -> tuple[str, str, str]:
        """Which row it is."""
        return self.country, self.what, self.channel


@dataclass(frozen=True)
class What:
    """A kind of rule: `values` of a choice, or the least and most of a number; `words` may stand in its place."""

    kind: Kind
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    words: tuple[str, ...] = ()


WHATS: dict[str, What] = {
    "consent": What("choice", (PRIOR, OPT_OUT)),
    "transaction_months": What("number", least=0, most=120, words=(UNLIMITED,)),
    "indirect_sources": What("words"),
    "night": What("night", words=(NONE,)),
    "reconfirm_months": What("number", least=0, most=240),
    "result_days": What("number", least=0, most=365),
    "guardian_age": What("number", least=0, most=21),
    "certified_sender": What("choice", ("yes", "no")),
    "label": What("words"),
    "opt_out": What("words"),
    "access_days": What("number", least=1, most=365),
    "correction_days": What("number", least=1, most=365),
    "erasure_days": What("number", least=1, most=365),
    "restriction_days": What("number", least=1, most=365),
}
"""Every kind of rule that is asked for or shown."""


def is_good_value(what: str, value: str) -> bool:
    """Whether a row of this kind may have this value."""
    kind = WHATS[what]
    if value in kind.words:
        return True
    if kind.kind == "choice":
        return value in kind.values
    if kind.kind == "number":
        return value.isascii() and value.isdigit() and len(value) < 5 and kind.least <= int(value) <= kind.most
    if kind.kind == "night":
        return night_times(value) is not None
    return len(value) <= MOST_WORDS and "\x00" not in value


def night_times(value: str) -> tuple[time, time] | None:
    """From when and until when a night lasts ("21:00-08:00"): it begins after noon and ends before it."""
    found = _NIGHT.match(value)
    if not found:
        return None
    begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return (begins, ends) if begins >= time(12) >= ends else None
