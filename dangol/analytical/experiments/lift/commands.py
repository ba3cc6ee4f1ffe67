"""`dangol lab lift`: whether the interval of a campaign's lift holds, in simulated seasons. No database."""

import sys
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command


def lift(
    seasons: Annotated[int, typer.Option(help="Simulated seasons for each shop, size and effect.", min=10)] = 1_000,
    customers: Annotated[
        list[int] | None, typer.Option(help="Customers a season, a tenth of them control; may be given several times.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed gives other seasons.")] = 1,
    compare: Annotated[
        bool, typer.Option("--compare", help="Put other intervals beside it: Welch, Hall, bootstrap and others.")
    ] = False,
) -> Answer:
    """Simulate seasons of skewed spend with a known effect and count how often the interval holds the truth.

    An honest 95 % interval covers the truth in 95 of 100 seasons. Printed with the error of the count itself.
    """
    # Heavy libraries are loaded only when the command runs.
    from dangol.analytical.experiments.lift.lab.candidates import CANDIDATES
    from dangol.analytical.experiments.lift.lab.report import as_json, report
    from dangol.analytical.experiments.lift.lab.study import SIZES, coverages, explained_by, splits
    from dangol.platform.db.errors import CannotContinue

    sizes = customers or list(SIZES)
    if min(sizes) < 100:
        raise CannotContinue("Fewer than 100 customers a season cannot be split.", "Choose --customers from 100 on.")
    names = tuple(CANDIDATES) if compare else ("lift", "unadjusted", "welch")
    with _patience():
        found = list(coverages(count=seasons, seed=seed, sizes=sizes, candidates=names))
        guard = splits(count=10 * seasons, seed=seed, sizes=sizes)
        explained = explained_by(count=max(10, seasons // 10), seed=seed)
    return Answer(as_json(found, guard, explained, seed), report(found, guard, explained, seed))


def _patience() -> AbstractContextManager[object]:
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty()).status("Living through the seasons ...")


register_command("lab", "lift", lift)
