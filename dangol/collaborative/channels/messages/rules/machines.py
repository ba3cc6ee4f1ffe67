"""Which opens and clicks were a person's. Pure.

Security gateways fetch every link of a mail before they let it through, and call themselves like browsers. They are
known by what no person does: all links at once, links right after sending, or the link that nobody sees. Later touches
are evidence about earlier ones, so all touches of a message are judged together, again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BURST = timedelta(seconds=2)
RIGHT_AFTER = timedelta(seconds=5)
BESIDE_TRAP = timedelta(seconds=10)
SETTLES_AFTER_SECONDS = 6
"""After so long most evidence about a touch is there."""
HEAD, TRAP, BURST_SIGN, EARLY, BESIDE, NAMED = "head", "trap", "burst", "early", "beside_trap", "agent"


@dataclass(frozen=True, slots=True)
class Seen:
    """One open (no `link`) or click. `sign` is what was plain at once: "head", "trap" or "agent:name"."""

    id: int
    is_click: bool
    at: datetime
    link: int | None = None
    sign: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it was a machine's by itself, whatever else happened."""
        return self.sign.split(":")[0] in (HEAD, TRAP, NAMED)


@dataclass(frozen=True, slots=True)
class Count:
    """What a message's touches come to. Moments are of the first one by a person; a click shows that it was opened."""

    opens: int
    clicks: int
    machine_opens: int
    machine_clicks: int
    opened_at: datetime | None
    clicked_at: datetime | None


def judge(touches: Sequence[Seen], sent_at: datetime | None) -> dict[int, str]:
    """The sign by which each touch was a machine's, by its id; "" for a person's."""
    clicks = [one for one in touches if one.is_click and one.sign != TRAP]
    traps = [one.at for one in touches if one.sign == TRAP]
    hasty = _hasty(clicks, sent_at)
    found = {}
    for one in touches:
        if one.is_plain:
            found[one.id] = one.sign
        elif any(abs(one.at - trap) <= BESIDE_TRAP for trap in traps):
            found[one.id] = BESIDE
        elif one.id in hasty:
            found[one.id] = EARLY
        else:
            found[one.id] = BURST_SIGN if one.is_click and _is_in_burst(one, clicks) else ""
    return found


def _hasty(clicks: Iterable[Seen], sent_at: datetime | None) -> set[int]:
    """Clicks right after sending, when they were on different links."""
    early = [one for one in clicks if sent_at is not None and one.at <= sent_at + RIGHT_AFTER]
    return {one.id for one in early} if len({one.link for one in early}) > 1 else set()


def _is_in_burst(one: Seen, clicks: Iterable[Seen]) -> bool:
    return any(other.link != one.link and abs(other.at - one.at) <= BURST for other in clicks)


def count(touches: Sequence[Seen], signs: dict[int, str]) -> Count:
    """What touches come to, once they are judged."""
    people = [one for one in touches if not signs[one.id]]
    opens, clicks = [t for t in people if not t.is_click], [t for t in people if t.is_click]
    machines = [one.is_click for one in touches if signs[one.id]]
    return Count(
        opens=len(opens),
        clicks=len(clicks),
        machine_opens=machines.count(False),
        machine_clicks=machines.count(True),
        opened_at=min((t.at for t in people), default=None),
        clicked_at=min((t.at for t in clicks), default=None),
    )
