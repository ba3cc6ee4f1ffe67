from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dangol.analytical.experiments.lift.commands import lift
from dangol.analytical.experiments.lift.lab.candidates import CANDIDATES
from dangol.analytical.experiments.lift.lab.worlds import EFFECTS, WORLDS, Effect, World, seasons, treat
from dangol.platform.db.errors import CannotContinue


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_the_truth_that_is_told_is_the_truth(world: World, effect: Effect) -> None:
    rng, spent, treated = np.random.default_rng(1), [], []
    for people in seasons(rng, world, 10_000, 400):
        after, truth = treat(rng, world, people, effect)
        spent.append(people.spent.mean())
        treated.append((after - people.spent).mean())
    assert np.mean(spent) == pytest.approx(world.mean, rel=0.01)
    assert np.mean(treated) == pytest.approx(truth, rel=0.02, abs=1e-9)


def test_the_command_answers_machines_and_people(tmp_path: Path) -> None:
    from rich.console import Console

    answer = lift(seasons=20, customers=[400], seed=3, compare=True)
    data = json.loads(json.dumps(answer.data, allow_nan=False))
    assert len(data["coverage"]) == len(WORLDS) * len(EFFECTS) * len(CANDIDATES)
    assert all(0 <= each["covered"] <= 1 and each["seasons"] == 20 for each in data["coverage"])
    console = Console(width=140, record=True, file=(tmp_path / "out").open("w"))
    console.print(answer.shown)
    shown = console.export_text()
    assert "20 seasons each, 10% control, seed 3" in shown
    assert "bootstrap_t" in shown


def test_the_same_seed_gives_the_same_seasons() -> None:
    one, two, other = (lift(seasons=10, customers=[200], seed=seed).data["coverage"] for seed in (5, 5, 6))
    assert one == two != other


def test_seasons_too_small_to_be_split_are_refused() -> None:
    with pytest.raises(CannotContinue, match="Fewer than 100"):
        lift(seasons=10, customers=[50])
