"""Maximum likelihood for three or four positive parameters, from several starts.

Quasi-Newton (BFGS; Nocedal & Wright, Numerical Optimization, 2006, chapter 6) over the logarithms of the parameters,
inside a box. Written out here, for so few parameters, because SciPy's search hands matrices of this size to the threads
of a matrix library: slower by far, and more so when other work uses the cores.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats

LogLikelihood = Callable[..., tuple[float, Floats]]
Bounds = Sequence[tuple[float, float]]

_MOST_STEPS = 300
_FLAT, _NEARLY_FLAT = 1e-9, 1e-5
_ROUNDING, _GAIN_OF_NOTE = 1e-15, 1e-13
_PATIENCE = 4
_LONGEST_STEP = 2.0


@dataclass(frozen=True, slots=True)
class Maximum:
    """The best parameters found, the log-likelihood there, and whether the search came to rest.

    `curvature` is the inverse Hessian of the mean negative log-likelihood over the logarithms, as far as it was
    learned on the way: a good beginning for a search on more of the same data.
    """

    parameters: Floats
    log_likelihood: float
    converged: bool
    reason: str
    evaluations: int
    curvature: Floats


class _Search:
    """One climb, as a descent of the mean negative log-likelihood over logarithms inside a box."""

    def __init__(self, likelihood: LogLikelihood, start: ArrayLike, bounds: Bounds, scale: float) -> None:
        self._likelihood, self._scale = likelihood, scale
        self._low, self._high = (np.log(np.array(side, dtype=np.float64)) for side in zip(*bounds, strict=True))
        self.evaluations = 0
        self.point = np.clip(np.log(np.asarray(start, dtype=np.float64)), self._low, self._high)
        self.value, self.slope = self._look(self.point)

    def _look(self, point: Floats) -> tuple[float, Floats]:
        self.evaluations += 1
        parameters = np.exp(point)
        value, gradient = self._likelihood(*parameters)
        return -value / self._scale, -gradient * parameters / self._scale

    def free(self) -> NDArray[np.bool_]:
        """Which parameters are not pressed against a wall of the box."""
        walled = ((self.point <= self._low) & (self.slope > 0)) | ((self.point >= self._high) & (self.slope < 0))
        return ~walled

    def steepness(self) -> float:
        """The steepest slope that is left, walls apart."""
        return float(np.abs(np.where(self.free(), self.slope, 0.0)).max())

    def downhill(self, inverse: Floats) -> Floats:
        """The quasi-Newton direction that does not lead through a wall."""
        free = self.free()
        while True:
            direction = -(_along_walls(inverse, free) * np.where(free, self.slope, 0.0)).sum(axis=1)
            through = ((self.point <= self._low) & (direction < 0)) | ((self.point >= self._high) & (direction > 0))
            if not through.any():
                return np.asarray(direction)
            free &= ~through

    def step(self, direction: Floats) -> tuple[Floats, Floats] | None:
        """Walk as far as it goes down well enough (Armijo); return how point and slope changed, or None."""
        length = min(1.0, _LONGEST_STEP / max(float(np.abs(direction).max()), 1e-300), self._way_to_a_wall(direction))
        for _ in range(40):
            point = np.clip(self.point + length * direction, self._low, self._high)
            value, slope = self._look(point)
            gained = float((self.slope * (point - self.point)).sum())
            if np.isfinite(value) and value <= self.value + 1e-4 * gained + _ROUNDING * abs(self.value):
                change = point - self.point, slope - self.slope
                self.point, self.value, self.slope = point, value, slope
                return change
            length *= 0.3
        return None

    def _way_to_a_wall(self, direction: Floats) -> float:
        walls = np.where(direction > 0, self._high, self._low)
        moves = direction != 0
        return float(((walls - self.point)[moves] / direction[moves]).min(initial=np.inf))


def climb(
    likelihood: LogLikelihood, start: ArrayLike, bounds: Bounds, scale: float, curvature: Floats | None = None
) -> Maximum:
    """Return the maximum reached from `start`.

    `bounds` are of the parameters themselves; `scale` is the number of customers, so that steps do not depend on it.
    """
    search = _Search(likelihood, start, bounds, scale)
    steepest = np.eye(search.point.size)
    inverse, is_fresh = (steepest, True) if curvature is None else (curvature, False)
    idle = 0
    for _ in range(_MOST_STEPS):
        before = search.value
        direction = search.downhill(inverse)
        change = search.step(direction) if (direction * search.slope).sum() < 0 else None
        idle = idle + 1 if before - search.value <= _GAIN_OF_NOTE * abs(before) else 0
        if search.steepness() < _FLAT or idle >= _PATIENCE or (change is None and is_fresh):
            break
        if change is None:
            inverse, is_fresh = steepest, True
        else:
            inverse, is_fresh = _learn_curvature(inverse, *change, is_fresh), False
    converged = search.steepness() < _NEARLY_FLAT
    reason = "at rest" if converged else f"slope {search.steepness():.1g} left after {search.evaluations} evaluations"
    return Maximum(
        np.exp(search.point), -search.value * scale, converged, reason, search.evaluations, np.asarray(inverse)
    )


def best_of(likelihood: LogLikelihood, starts: Sequence[ArrayLike], bounds: Bounds, scale: float) -> Maximum:
    """Return the highest of the maxima reached from the starts."""
    return max((climb(likelihood, start, bounds, scale) for start in starts), key=lambda m: m.log_likelihood)


def _along_walls(inverse: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return the inverse Hessian of the free parameters while the others stay where they are."""
    for stuck in np.flatnonzero(~free):
        inverse = inverse - np.outer(inverse[:, stuck], inverse[stuck]) / inverse[stuck, stuck]
        inverse[stuck], inverse[:, stuck] = 0.0, 0.0
    return inverse


def _learn_curvature(inverse: Floats, moved: Floats, turned: Floats, is_fresh: bool) -> Floats:
    """BFGS update of the inverse Hessian; the first one also sets its scale."""
    along = float((moved * turned).sum())
    if along <= 1e-10 * float(np.sqrt((moved**2).sum() * (turned**2).sum())):
        return inverse
    if is_fresh:
        inverse = inverse * (along / float((turned**2).sum()))
    towards = (inverse * turned).sum(axis=1)
    bend = (1.0 + float((turned * towards).sum()) / along) / along
    crossed = np.outer(towards, moved)
    return np.asarray(inverse + bend * np.outer(moved, moved) - (crossed + crossed.T) / along)
