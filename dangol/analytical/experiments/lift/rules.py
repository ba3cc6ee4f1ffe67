"""Verdicts on a treatment, and what a measurement says, as plain data. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

HELPED, HARMED, DOES_LITTLE, TOO_SMALL, TOO_FEW = (
    "helped", "harmed", "does_little", "too_small_to_tell", "too_few_buyers",
)  # fmt: skip
NO_CONTROL, BROKEN_SPLIT, RUNNING = "no_control", "broken_split", "running"
VERDICTS = (HELPED, HARMED, DOES_LITTLE, TOO_SMALL, TOO_FEW, NO_CONTROL, BROKEN_SPLIT, RUNNING)
"""What can be said of a treatment. `does_little` and `too_small_to_tell` both show no difference, but the first is
knowledge and the second is none: there the interval lies within what is indifferent, here it reaches beyond."""

LEVEL = 0.95
INDIFFERENT_SHARE = 0.02
FEWEST_BUYERS, FEWEST_CONTROL_BUYERS = 20, 10
SUSPECT_SPLIT_BELOW = 0.001
"""Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019."""
DEFAULT_PRE_DAYS = 365
MONEY, ORDERS, BOUGHT = "value", "orders", "bought"


@dataclass(frozen=True)
class CampaignWindow:
    """What to measure: `horizon_days` after each recipient was decided upon, against `pre_days` before.

    `control_percent` is the planned share of the control group; `indifferent` what is too little to matter, in the
    company's money per recipient (None: two per cent of what control spends).
    """

    campaign_id: int
    horizon_days: int
    control_percent: float = 10.0
    pre_days: int = DEFAULT_PRE_DAYS
    indifferent: float | None = None


@dataclass(frozen=True)
class Measured:
    """One outcome: money (`value`), `orders` per person, or the share who `bought`. Numbers that are none are None.

    `treated`, `control`: means per person, adjusted for what both did before. `low`, `high`: the interval of the
    `difference` per person; `total*` the same times treated; `relative*` against control. `smallest_effect` would
    have been seen with 80 % power. `more_for_seen`, `more_for_indifferent`: how many more customers (treated and
    control) it takes to see an effect as large as the one seen, or as the largest that is indifferent.
    """

    name: str
    treated: float | None
    control: float | None
    difference: float | None
    low: float | None
    high: float | None
    total: float | None
    total_low: float | None
    total_high: float | None
    relative: float | None
    relative_low: float | None
    relative_high: float | None
    explained: float | None
    smallest_effect: float | None
    indifferent: float | None
    more_for_seen: int | None
    more_for_indifferent: int | None
    verdict: str


@dataclass(frozen=True)
class Group:
    """All recipients (`tier` "") or those of one tier: how they were split, and what the treatment brought.

    `planned_control` is the share planned; `split_p` the chance of a split as uneven as this by luck alone.
    """

    tier: str
    treated: int
    control: int
    planned_control: float
    split_p: float | None
    is_split_suspect: bool
    buyers_treated: int
    buyers_control: int
    measures: tuple[Measured, ...]

    def measure(self, name: str) -> Measured:
        """The outcome of this name. Raises KeyError."""
        return {each.name: each for each in self.measures}[name]

    @property
    def verdict(self) -> str:
        """What can be said in money."""
        return self.measure(MONEY).verdict


@dataclass(frozen=True)
class Result:
    """What one campaign brought, in all and by tier.

    `state` is "running" until the day `until_on` is over, then "over"; before, there is no verdict and every interval
    is provisional. `chance_of_false` is the chance that at least one tier would show a difference by luck alone.
    """

    campaign_id: int
    state: str
    until_on: date | None
    as_of: date
    horizon_days: int
    pre_days: int
    level: float
    whole: Group
    tiers: tuple[Group, ...] = field(default_factory=tuple)
    chance_of_false: float | None = None

    @property
    def is_provisional(self) -> bool:
        """Whether the horizon is not over yet."""
        return self.state == RUNNING

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, numbers to ten digits."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def from_json(data: Mapping[str, Any]) -> Result:
    """The result that `Result.as_json` wrote."""
    rest = {key: value for key, value in data.items() if key not in ("until_on", "as_of", "whole", "tiers")}
    return Result(
        until_on=date.fromisoformat(data["until_on"]) if data["until_on"] else None,
        as_of=date.fromisoformat(data["as_of"]),
        whole=_group(data["whole"]),
        tiers=tuple(_group(each) for each in data["tiers"]),
        **rest,
    )


def _group(data: Mapping[str, Any]) -> Group:
    return Group(**{**data, "measures": tuple(Measured(**each) for each in data["measures"])})


def obstacle(*, control: int, is_split_suspect: bool, is_running: bool, is_enough: bool) -> str:
    """Why nothing can be said of a treatment yet, or ever; "" when something can.

    No control group, a split that chance did not make, a horizon that is not over, too few people who bought.
    """
    if not control:
        return NO_CONTROL
    if is_split_suspect:
        return BROKEN_SPLIT
    if is_running:
        return RUNNING
    return "" if is_enough else TOO_FEW


def verdict(low: float | None, high: float | None, *, indifferent: float | None) -> str:
    """What an interval of the difference says, once nothing stands in the way.

    `does_little` asks that the whole interval lies within the band of indifference (two one-sided tests, Schuirmann
    1987; with the interval that is shown instead of the usual 90 % one, so it errs to the side of "cannot tell").
    """
    if low is None or high is None:
        return TOO_FEW
    if low > 0:
        return HELPED
    if high < 0:
        return HARMED
    is_little = indifferent is not None and -indifferent <= low and high <= indifferent
    return DOES_LITTLE if is_little else TOO_SMALL


def is_enough(treated: int, control: int, buyers: int) -> bool:
    """Whether enough people bought to judge at all."""
    return bool(treated and control) and buyers >= fewest_buyers(treated, control)


def fewest_buyers(treated: int, control: int) -> int:
    """How many buyers it takes to judge: 20 in all, of whom 10 would fall to control by its share."""
    if not control:
        return FEWEST_BUYERS
    return max(FEWEST_BUYERS, math.ceil(FEWEST_CONTROL_BUYERS * (treated + control) / control))


def state(until_on: date | None, as_of: date) -> str:
    """Whether the horizon is over: when its last day lies before the last day that counts."""
    return "over" if until_on is not None and until_on < as_of else RUNNING


def chance_of_false(groups: int, level: float = LEVEL) -> float | None:
    """The chance that at least one of several groups shows a difference where there is none; None for one group."""
    return 1.0 - level**groups if groups > 1 else None


def more_people(times: float, people: int) -> int | None:
    """How many more people it takes for `times` as many as now, rounded up to two digits; 0 when there are enough."""
    if not math.isfinite(times):
        return None
    missing = max(0.0, (times - 1.0) * people)
    if missing < 1:
        return 0
    step = int(10 ** max(0, math.floor(math.log10(missing)) - 1))
    return math.ceil(missing / step) * step


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
