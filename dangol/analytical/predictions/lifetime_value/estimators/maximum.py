"""Maximum likelihood for positive parameters, started from several places and finished on all the data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats

LogLikelihood = Callable[..., tuple[float, Floats]]
Bounds = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Maximum:
    """The best parameters found, the log-likelihood there, and whether the search came to rest."""

    parameters: Floats
    log_likelihood: float
    converged: bool
    reason: str
    evaluations: int


def climb(likelihood: LogLikelihood, start: ArrayLike, bounds: Bounds, scale: float) -> Maximum:
    """Return the maximum that L-BFGS-B reaches from `start`, searching over logarithms of the parameters.

    `bounds` are of the parameters themselves; `scale` is the number of customers, so that steps do not depend on it.
    """

    def downhill(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = likelihood(*parameters)
        return -value / scale, -gradient * parameters / scale

    limits = [(float(np.log(low)), float(np.log(high))) for low, high in bounds]
    first = np.clip(np.log(np.asarray(start, dtype=np.float64)), *np.transpose(limits))
    found = minimize(
        downhill,
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"maxiter": 500, "maxfun": 1000, "ftol": 1e-14, "gtol": 1e-8, "maxcor": 20},
    )
    at_rest = bool(found.success) or _is_flat(found.x, found.jac, limits)
    return Maximum(np.exp(found.x), float(-found.fun * scale), at_rest, str(found.message), int(found.nfev))


def best_of(likelihood: LogLikelihood, starts: Sequence[ArrayLike], bounds: Bounds, scale: float) -> Maximum:
    """Return the highest of the maxima reached from the starts."""
    return max((climb(likelihood, start, bounds, scale) for start in starts), key=lambda m: m.log_likelihood)


def _is_flat(logs: Floats, slope: Floats, limits: Bounds) -> bool:
    """Whether nothing more than rounding is left to gain, though the line search gave up; walls are no slope."""
    low, high = np.transpose(limits)
    free = np.where(((logs <= low) & (slope > 0)) | ((logs >= high) & (slope < 0)), 0.0, slope)
    return bool(np.abs(free).max() < 1e-5)
