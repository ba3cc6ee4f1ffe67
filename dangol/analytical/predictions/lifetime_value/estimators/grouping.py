"""Distinct purchase histories with their counts: a million customers share far fewer of them.

Nothing is rounded: two customers fall together only if their numbers are equal to the last bit.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MAX_LATTICE = 200_000
_MAX_KEY = 2**62


@dataclass(frozen=True, slots=True)
class Histories:
    """Validated columns of customers: repeat orders `x`, time of the last one `t_x`, time observed `T`."""

    x: Floats
    t_x: Floats
    T: Floats


@dataclass(frozen=True, slots=True)
class Groups:
    """Distinct (x, t_x, T) with weights; each column is a code into a table of its values."""

    x_table: Floats
    t_x_table: Floats
    T_table: Floats
    x_code: Ints
    t_x_code: Ints
    T_code: Ints
    weight: Floats

    def __len__(self) -> int:
        return self.weight.size

    def every(self, step: int) -> "Groups":
        """Return each `step`-th group: a thin sample over the whole range, since groups are sorted."""
        cut = slice(None, None, step)
        rows = {name: getattr(self, name)[cut] for name in ("x_code", "t_x_code", "T_code", "weight")}
        return replace(self, **rows)


def weighted(weights: NDArray[Any], values: NDArray[Any]) -> float:
    """Return the sum of `weights * values`.

    Added up pairwise and on one core: the threads of a matrix library cost more than they bring on columns, and far
    more when somebody else uses the other cores.
    """
    return float((weights * values).sum())


def check_histories(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Histories:
    """Return the three columns as float arrays; raise ValueError with a sentence when they make no sense."""
    columns = Histories(*(np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (x, t_x, T)))
    if not columns.x.shape == columns.t_x.shape == columns.T.shape or columns.x.ndim != 1:
        raise ValueError("x, t_x and T must be columns of one length.")
    if columns.x.size == 0:
        raise ValueError("There are no customers to learn from.")
    for wrong, sentence in _faults(columns):
        if wrong.any():
            raise ValueError(f"{sentence} First seen in row {int(np.argmax(wrong))}; {int(wrong.sum())} rows in all.")
    return columns


def _faults(columns: Histories) -> list[tuple[NDArray[np.bool_], str]]:
    x, t_x, T = columns.x, columns.t_x, columns.T
    return [
        (~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(T)), "x, t_x and T must be numbers."),
        ((x < 0) | (x != np.floor(x)), "x, the number of repeat orders, must be a whole number from 0."),
        (t_x < 0, "t_x, the time of the last order, must not lie before the first."),
        (t_x > T, "t_x, the time of the last order, must not lie after T, the end of observation."),
        ((x == 0) & (t_x > 0), "t_x must be 0 where x is 0."),
    ]


def encode(values: Floats) -> tuple[Ints, Floats]:
    """Return a code for each value and the table of values; whole days, or days / 7, need no sorting."""
    for per_unit in (1.0, 7.0):
        steps = np.rint(values * per_unit)
        if steps.max() < _MAX_LATTICE and np.array_equal(steps / per_unit, values):
            return steps.astype(np.int64), np.arange(int(steps.max()) + 1, dtype=np.float64) / per_unit
    table, codes = np.unique(values, return_inverse=True)
    return codes.astype(np.int64), table


def group(histories: Histories, weights: ArrayLike | None = None) -> Groups:
    """Return the distinct histories; `weights` says how many customers a row stands for (default 1)."""
    coded = [encode(column) for column in (histories.x, histories.t_x, histories.T)]
    if coded[0][1].size * coded[1][1].size * coded[2][1].size > _MAX_KEY:
        coded = [_tighten(codes, table) for codes, table in coded]
    (x, x_table), (t_x, t_x_table), (T, T_table) = coded
    keys = (x * t_x_table.size + t_x) * T_table.size + T
    distinct, weight = _count(keys, weights)
    rest, T_code = np.divmod(distinct, T_table.size)
    x_code, t_x_code = np.divmod(rest, t_x_table.size)
    return Groups(x_table, t_x_table, T_table, x_code, t_x_code, T_code, weight)


def _tighten(codes: Ints, table: Floats) -> tuple[Ints, Floats]:
    used, tight = np.unique(codes, return_inverse=True)
    return tight.astype(np.int64), table[used]


def _count(keys: Ints, weights: ArrayLike | None) -> tuple[Ints, Floats]:
    if weights is None:
        ordered = np.sort(keys)
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        return ordered[starts], np.diff(np.r_[starts, ordered.size]).astype(np.float64)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != keys.shape or not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0:
        raise ValueError("weights must be one number from 0 for each customer, and not all 0.")
    kept = given > 0
    distinct, codes = np.unique(keys[kept], return_inverse=True)
    return distinct, np.asarray(np.bincount(codes, weights=given[kept]), dtype=np.float64)


def distinct_pairs(first: Floats, second: Floats) -> tuple[Floats, Floats, Ints]:
    """Return the distinct pairs of two columns, and for each row the place of its pair."""
    (a, a_table), (b, b_table) = encode(first), encode(second)
    keys = a * b_table.size + b
    if a_table.size * b_table.size <= 4 * first.size + 1_000_000:
        present = np.flatnonzero(np.bincount(keys, minlength=a_table.size * b_table.size))
        place = np.zeros(a_table.size * b_table.size, dtype=np.int64)
        place[present] = np.arange(present.size)
        inverse = place[keys]
    else:
        present, inverse = np.unique(keys, return_inverse=True)
    return a_table[present // b_table.size], b_table[present % b_table.size], inverse
