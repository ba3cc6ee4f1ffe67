"""How a campaign's recipients add up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TREATED, CONTROL, LEFT_OUT = "treated", "control", "left_out"
PASSING = ("", "night")
"""Answers of the gate that let a message go, now or in the morning."""


class DoesNotAddUp(Exception):
    """Members are not treated + control + left out; nothing was written."""


@dataclass(frozen=True)
class Totals:
    """How many members there were, and into which group each came. `reasons` {reason: people left out for it}."""

    members: int = 0
    treated: int = 0
    control: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """Everyone whom the gate did not let pass."""
        return sum(self.reasons.values())

    def as_event(self) -> dict[str, Any]:
        """As told, and as kept with the campaign."""
        return {
            "members": self.members, "treated": self.treated, "control": self.control, "left_out": self.left_out,
            "reasons": dict(self.reasons),
        }  # fmt: skip


def add_up(members: int, rows: Iterable[tuple[str, str, int]]) -> Totals:
    """Add up (group, reason, people) rows. Raises DoesNotAddUp when they are not exactly `members` people."""
    treated = control = 0
    reasons: dict[str, int] = {}
    for group, reason, people in rows:
        if group == LEFT_OUT:
            reasons[reason] = reasons.get(reason, 0) + people
        elif group == CONTROL:
            control += people
        else:
            treated += people
    found = Totals(members, treated, control, reasons)
    if treated + control + found.left_out != members:
        raise DoesNotAddUp(f"{members} members, but {treated} + {control} + {found.left_out} recipients")
    return found


def group_of(reason: str, bucket: int, control_buckets: int) -> str:
    """The group of one member: left out for the gate's `reason`, else control below the limit, else treated."""
    if reason not in PASSING:
        return LEFT_OUT
    return CONTROL if bucket < control_buckets else TREATED
