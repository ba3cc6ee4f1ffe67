"""Many seasons through the estimator: how often its interval holds the truth, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.estimators.moments import Floats, Moments
from dangol.analytical.experiments.lift.estimators.split import split_p
from dangol.analytical.experiments.lift.lab.candidates import CANDIDATES, Interval
from dangol.analytical.experiments.lift.lab.worlds import EFFECTS, WORLDS, Effect, People, World, seasons, treat
from dangol.analytical.experiments.lift.rules import SUSPECT_SPLIT_BELOW

CONTROL_SHARE = 0.1
SIZES = (3_000, 10_000, 30_000)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one interval did over `seasons` seasons of one world, size and effect.

    `covered`, `too_high` (the whole interval lies above the truth), `too_low`, `shown` (0 lies outside), `helped`,
    `harmed`: shares of seasons. `error` is the standard error of `covered`. `width` is the mean width, in means of
    untreated spend. `relative_covered` is the same for the relative lift, where it is told.
    """

    world: str
    customers: int
    effect: str
    interval: str
    seasons: int
    covered: float
    error: float
    too_high: float
    too_low: float
    helped: float
    harmed: float
    width: float
    relative_covered: float | None = None


@dataclass(frozen=True, slots=True)
class Splits:
    """How often the guard calls splits suspect that chance made, and those that lost a part of the treated."""

    customers: int
    lost: float
    seasons: int
    suspect: float


def coverages(
    *, count: int, seed: int, sizes: Sequence[int] = SIZES, worlds: Sequence[World] = WORLDS,
    effects: Sequence[Effect] = EFFECTS, candidates: Sequence[str] = ("lift", "welch"),
) -> Iterator[Coverage]:  # fmt: skip
    """Run `count` seasons for each world, size and effect; the same seasons serve all effects and intervals."""
    for world in worlds:
        for customers in sizes:
            rng = np.random.default_rng([seed, customers, WORLDS.index(world) if world in WORLDS else len(WORLDS)])
            kept: dict[tuple[str, str], list[Interval]] = {}
            for people in seasons(rng, world, customers, count):
                _portion(rng, world, people, effects, candidates, kept)
            for effect in effects:
                for name in candidates:
                    yield _coverage(world, customers, effect, name, kept[effect.name, name])


def _portion(
    rng: np.random.Generator, world: World, people: People, effects: Sequence[Effect], candidates: Sequence[str],
    kept: dict[tuple[str, str], list[Interval]],
) -> None:  # fmt: skip
    first = round(people.spent.shape[1] * CONTROL_SHARE)
    for effect in effects:
        spent, _ = treat(rng, world, people, effect)
        sides = (spent[:, first:], people.before[:, first:], people.spent[:, :first], people.before[:, :first])
        sums = Moments.of(*sides[:2]), Moments.of(*sides[2:])
        for name in candidates:
            kept.setdefault((effect.name, name), []).append(CANDIDATES[name](rng, *sums, *sides))


def _coverage(world: World, customers: int, effect: Effect, name: str, found: list[Interval]) -> Coverage:
    low, high = (np.concatenate([np.atleast_1d(getattr(each, side)) for each in found]) for side in ("low", "high"))
    truth = effect.size * world.mean
    covered = float(np.mean((low <= truth) & (truth <= high)))
    return Coverage(
        world.name, customers, effect.name, name, low.size, covered, sqrt(covered * (1 - covered) / low.size),
        too_high=float(np.mean(low > truth)), too_low=float(np.mean(high < truth)), helped=float(np.mean(low > 0)),
        harmed=float(np.mean(high < 0)), width=float(np.mean(high - low)) / world.mean,
        relative_covered=_relative(found, effect),
    )  # fmt: skip


def _relative(found: list[Interval], effect: Effect) -> float | None:
    sides = [(e.relative_low, e.relative_high) for e in found]
    told = [(low, high) for low, high in sides if low is not None and high is not None]
    held = [np.atleast_1d((low <= effect.size) & (effect.size <= high)) for low, high in told]
    return float(np.mean(np.concatenate(held))) if held else None


def splits(
    *, count: int, seed: int, sizes: Sequence[int] = SIZES, losses: Sequence[float] = (0.0, 0.1)
) -> list[Splits]:
    """Split people at random `count` times; `losses`: the share of the treated whose records then went missing."""
    rng, found = np.random.default_rng([seed, 1]), []
    for customers in sizes:
        control = rng.binomial(customers, CONTROL_SHARE, count)
        for lost in losses:
            treated = rng.binomial(customers - control, 1.0 - lost)
            suspect = split_p(treated, control, CONTROL_SHARE) < SUSPECT_SPLIT_BELOW
            found.append(Splits(customers, lost, count, float(suspect.mean())))
    return found


def explained_by(*, count: int, seed: int, customers: int = 10_000, world: World = WORLDS[0]) -> dict[str, float]:
    """The share of variance taken away by spend in the year before, and in a time before as long as the horizon."""
    rng = np.random.default_rng([seed, 2])
    found: dict[str, list[Floats]] = {"year": [], "horizon": []}
    first = round(customers * CONTROL_SHARE)
    for people in seasons(rng, world, customers, count):
        for name, before in (("year", people.before), ("horizon", people.before_short)):
            spent = people.spent
            lift = Lift().fit_rows(spent[:, first:], spent[:, :first], before[:, first:], before[:, :first])
            found[name].append(lift.explained_)
    return {name: float(np.mean(np.concatenate(each))) for name, each in found.items()}
