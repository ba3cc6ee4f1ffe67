"""Shops that do not exist: customers with skewed spend, most of whom buy nothing, and a treatment of known effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dangol.analytical.experiments.lift.estimators.moments import Floats

PRE_PERIODS = 365 / 60
"""The year before, in horizons of sixty days."""
ROWS_AT_ONCE = 400_000


@dataclass(frozen=True, slots=True)
class World:
    """A kind of shop.

    A `still_here` share of the customers buys at all; how often in a horizon is Gamma distributed over customers
    (`often` in the mean, `evenness` its shape), how much a time by the customer: lognormal with `spread` as the
    standard deviation of the log, or Pareto with exponent `tail`. Each basket differs by a lognormal factor of mean 1.
    """

    name: str
    often: float = 0.4
    evenness: float = 0.8
    still_here: float = 0.6
    spread: float = 1.0
    tail: float | None = None
    basket: float = 0.6

    @property
    def mean(self) -> float:
        """The mean spend in a horizon, untreated; a middling customer's basket is 1."""
        usual = self.tail / (self.tail - 1.0) if self.tail else float(np.exp(self.spread**2 / 2.0))
        return self.still_here * self.often * usual


@dataclass(frozen=True, slots=True)
class Effect:
    """What the treatment does: adds a share of the mean to everybody, makes baskets larger, or orders more frequent."""

    name: str
    kind: str
    size: float


@dataclass(frozen=True, slots=True)
class People:
    """Seasons x customers: purchases to expect in a horizon, the usual basket, what they spent before, and after."""

    rate: Floats
    usual: Floats
    before: Floats
    before_short: Floats
    orders: Floats
    spent: Floats


WORLDS = (World("lognormal"), World("pareto", tail=2.5))
EFFECTS = (
    Effect("none", "add", 0.0),
    Effect("gift +10 %", "add", 0.1),
    Effect("baskets +15 %", "baskets", 0.15),
    Effect("orders +20 %", "orders", 0.2),
    Effect("baskets -25 %", "baskets", -0.25),
)


def seasons(rng: np.random.Generator, world: World, customers: int, count: int) -> Iterator[People]:
    """`count` seasons with so many customers each, in portions that fit into memory."""
    portion = max(1, ROWS_AT_ONCE // customers)
    for done in range(0, count, portion):
        yield _season(rng, world, (min(portion, count - done), customers))


def _season(rng: np.random.Generator, world: World, shape: tuple[int, int]) -> People:
    rate = rng.gamma(world.evenness, world.often / world.evenness, shape)
    usual = 1.0 + rng.pareto(world.tail, shape) if world.tail else rng.lognormal(0.0, world.spread, shape)
    short = _spent(rng, world, _orders(rng, rate), usual)
    before = np.add(short, _spent(rng, world, _orders(rng, rate * (PRE_PERIODS - 1.0)), usual))
    rate = rate * (rng.random(shape) < world.still_here)
    orders = _orders(rng, rate)
    return People(rate, usual, before, short, orders, _spent(rng, world, orders, usual))


def treat(rng: np.random.Generator, world: World, people: People, effect: Effect) -> tuple[Floats, float]:
    """What the same people spend when treated, and the true mean effect on their spend."""
    truth = effect.size * world.mean
    if effect.kind == "add":
        return people.spent + truth, truth
    if effect.kind == "baskets":
        return people.spent * (1.0 + effect.size), truth
    more = _orders(rng, people.rate * effect.size)
    return np.add(people.spent, _spent(rng, world, more, people.usual)), truth


def _orders(rng: np.random.Generator, rate: Floats) -> Floats:
    return rng.poisson(rate).astype(np.float64)


def _spent(rng: np.random.Generator, world: World, orders: Floats, usual: Floats) -> Floats:
    factor = rng.lognormal(-(world.basket**2) / 2.0, world.basket, usual.shape)
    return np.asarray(orders * usual * factor)
