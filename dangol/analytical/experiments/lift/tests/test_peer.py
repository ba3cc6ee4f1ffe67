"""The same figures as tea-tasting, where both do the same."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.estimators.moments import Moments
from dangol.analytical.experiments.lift.lab.candidates import welch, welch_cuped
from dangol.analytical.experiments.lift.tests.test_estimators import shop

tea = pytest.importorskip("tea_tasting", reason="Needs tea-tasting; `make setup-dev` installs it.")
SIZES = (3_000, 1_000)


def test_plain_and_adjusted_figures_are_those_of_tea_tasting() -> None:
    treated, control, before, other = shop(11, *SIZES, effect=2.0)
    table = pa.table(
        {
            "variant": np.repeat([1, 0], SIZES),
            "spent": np.concatenate([treated, control]),
            "before": np.concatenate([before, other]),
        }
    )
    experiment = tea.Experiment(plain=tea.Mean("spent"), adjusted=tea.Mean("spent", covariate="before"))
    theirs = experiment.analyze(table)
    ours, rng = Lift().fit_rows(treated, control, before, other), np.random.default_rng(0)
    sums = Moments.of(treated, before), Moments.of(control, other)
    rows = tuple(side[None] for side in (treated, before, control, other))
    plain, adjusted = welch(rng, *sums, *rows), welch_cuped(rng, *sums, *rows)
    assert treated.mean() - control.mean() == pytest.approx(theirs["plain"].effect_size)
    assert float(plain.low) == pytest.approx(theirs["plain"].effect_size_ci_lower)
    assert float(plain.high) == pytest.approx(theirs["plain"].effect_size_ci_upper)
    width = theirs["adjusted"].effect_size_ci_upper - theirs["adjusted"].effect_size_ci_lower
    assert float(ours.difference_) == pytest.approx(theirs["adjusted"].effect_size, abs=0.02 * width)
    assert float(adjusted.low) == pytest.approx(theirs["adjusted"].effect_size_ci_lower, abs=0.02 * width)
    assert float(adjusted.high) == pytest.approx(theirs["adjusted"].effect_size_ci_upper, abs=0.02 * width)
    assert float(ours.relative_) == pytest.approx(theirs["adjusted"].rel_effect_size, rel=0.05)
