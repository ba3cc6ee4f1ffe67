"""Guard of the split: are treated and control in the proportion that was planned (sample ratio mismatch)?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from dangol.analytical.experiments.lift.estimators.moments import Floats


def split_p(treated: ArrayLike, control: ArrayLike, control_share: ArrayLike) -> Floats:
    """The chance of a split as uneven as this when everything is right (chi-square, one degree of freedom).

    `control_share` is the planned share, 0 to 1. NaN where nobody was split, or nothing was planned to be. Below .001
    the split is broken (Fabijan et al., KDD 2019) and no difference between the groups can be believed.
    """
    t, c = np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64)
    share, people = np.asarray(control_share, dtype=np.float64), t + c
    can_be_judged = (people > 0) & (share > 0) & (share < 1)
    expected = np.where(can_be_judged, people * share, 1.0)
    rest = np.where(can_be_judged, people - expected, 1.0)
    statistic = np.square(c - expected) / expected + np.square(t - (people - expected)) / rest
    return np.where(can_be_judged, chdtrc(1.0, statistic), np.nan)
