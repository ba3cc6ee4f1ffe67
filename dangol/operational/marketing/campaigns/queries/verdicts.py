"""What a campaign brought, in words and in one picture: each row an interval, with its table and its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.analytical.experiments.lift import rules
from dangol.analytical.experiments.lift.rules import MONEY, ORDERS, Group, Measured
from dangol.analytical.segments.tiers.models import Tier
from dangol.operational.marketing.campaigns.rules.intervals import Bar, bars

LABELS: Mapping[str, Any] = {
    rules.HELPED: gettext_lazy("Helped"),
    rules.HARMED: gettext_lazy("Harmed"),
    rules.DOES_LITTLE: gettext_lazy("Does little"),
    rules.TOO_SMALL: gettext_lazy("Cannot tell yet"),
    rules.TOO_FEW: gettext_lazy("Too few buyers"),
    rules.NO_CONTROL: gettext_lazy("No control group"),
    rules.BROKEN_SPLIT: gettext_lazy("Split is broken"),
    rules.RUNNING: gettext_lazy("Still counting"),
}
MARKS: Mapping[str, tuple[str, str]] = {
    rules.HELPED: ("good", "arrow-up-right"),
    rules.HARMED: ("bad", "arrow-down-right"),
    rules.DOES_LITTLE: ("", "equal"),
    rules.TOO_SMALL: ("", "question-mark"),
    rules.TOO_FEW: ("", "question-mark"),
    rules.NO_CONTROL: ("", "ban"),
    rules.BROKEN_SPLIT: ("warn", "alert-triangle"),
    rules.RUNNING: ("", "clock"),
}
"""Tone and icon of each verdict: never told by colour alone."""


@dataclass(frozen=True)
class Verdict:
    """A verdict as a mark: its words, tone and icon."""

    code: str
    label: str
    tone: str
    icon: str


def mark(code: str) -> Verdict:
    """A verdict as a mark; an unknown one is quiet."""
    tone, icon = MARKS.get(code, ("", "question-mark"))
    return Verdict(code, str(LABELS.get(code, code)), tone, icon)


@dataclass(frozen=True)
class Row:
    """One interval of the picture: all customers, or those of a tier."""

    key: str
    label: str
    group: Group
    money: Measured
    orders: Measured
    bar: Bar | None
    verdict: Verdict
    level: int = 0

    @property
    def is_known(self) -> bool:
        """Whether its total may be spoken of: not while nothing can be said of the difference."""
        return self.bar is not None and self.verdict.code in (rules.HELPED, rules.HARMED)


def tier_label(tier: str) -> str:
    """How a tier is called; "" are customers without one."""
    return str(Tier(tier).label) if tier in Tier.values else _("Without a tier")


def rows_of(whole: Group, tiers: Sequence[Group], label: str) -> list[Row]:
    """The rows of a picture: all together first, then the tiers from top to bottom."""
    order = [*Tier.values, ""]
    groups = [whole, *sorted(tiers, key=lambda g: order.index(g.tier) if g.tier in order else 9)]
    placed = bars([_ends(group.measure(MONEY)) for group in groups])
    return [
        Row(
            group.tier or ("none" if i else "all"), label if not i else tier_label(group.tier), group,
            group.measure(MONEY), group.measure(ORDERS), bar, mark(group.verdict),
            3 - order.index(group.tier) if group.tier in Tier.values else 0,
        )
        for i, (group, bar) in enumerate(zip(groups, placed, strict=True))
    ]  # fmt: skip


def _ends(found: Measured) -> tuple[float, float, float] | None:
    if found.low is None or found.high is None or found.difference is None:
        return None
    return found.low, found.difference, found.high
