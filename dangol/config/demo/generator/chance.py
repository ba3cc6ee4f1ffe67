"""Drawing from weighted stocks; every stream of chance has its own seed, so that one part can change alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.random import Generator

T = TypeVar("T")
STREAMS = ("classes", "firms", "names", "homes", "contacts", "rhythm", "baskets", "refunds", "till",
           "consents", "campaigns", "answers", "visits")  # fmt: skip


def stream(seed: int, name: str) -> Generator:
    """Return the stream of chance called `name`. Raises ValueError for an unknown one."""
    return np.random.default_rng([seed, STREAMS.index(name)])


class Urn(Generic[T]):
    """Draws items in proportion to their weights."""

    def __init__(self, items: Sequence[T], weights: Iterable[float]) -> None:
        self.items: Sequence[T] = items
        cumulated = np.cumsum(np.asarray(list(weights), dtype=float))
        self.edges = cumulated / cumulated[-1]

    def at(self, u: float) -> T:
        """Return the item that lies at `u`, a number from 0 (included) to 1 (not)."""
        place = int(np.searchsorted(self.edges, u, side="right"))
        return self.items[min(place, len(self.items) - 1)]


def pick(items: Sequence[T], u: float) -> T:
    """Return one of `items`, each as likely, for `u` from 0 to 1."""
    return items[min(int(u * len(items)), len(items) - 1)]
