"""The seasons as tables in a terminal, and as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from dangol.analytical.experiments.lift.lab.study import CONTROL_SHARE, Coverage, Splits
from dangol.analytical.experiments.lift.rules import LEVEL, SUSPECT_SPLIT_BELOW

LOWEST, HIGHEST = 0.93, 0.97


def as_json(
    found: Sequence[Coverage], guard: Sequence[Splits], explained: Mapping[str, float], seed: int
) -> dict[str, Any]:
    """Everything as plain values; widths in means of untreated spend."""
    return {
        "seed": seed,
        "level": LEVEL,
        "control_share": CONTROL_SHARE,
        "coverage": [asdict(each) for each in found],
        "splits": [asdict(each) for each in guard],
        "explained_by_spend_before": dict(explained),
    }


def report(found: Sequence[Coverage], guard: Sequence[Splits], explained: Mapping[str, float], seed: int) -> Group:
    """Coverage by shop, size, effect and interval; then the guard of the split and what spend before explains."""
    said = (
        f"{found[0].seasons:,} seasons each, {CONTROL_SHARE:.0%} control, seed {seed}. "
        f"Covered: how often the {LEVEL:.0%} interval held the truth. "
        "Above, below: how often all of it lay above or below. Width: in means of spend."
    )
    before = (
        f"Spend in the year before takes {explained['year']:.1%} of the variance away; "
        f"in a time before as long as the horizon, {explained['horizon']:.1%}."
    )
    places = dict.fromkeys((one.world, one.customers) for one in found)
    tables = [part for place in places for part in _place(*place, found)]
    return Group(Text(said, style="dim"), *tables, _guard(guard), Text(before))


def _place(world: str, customers: int, found: Sequence[Coverage]) -> tuple[Text, Table]:
    """One shop and size: a row for each effect and interval."""
    table = _table("Effect", "Interval", "Covered", "Above", "Below", "Helped", "Harmed", "Width")
    last = ""
    for one in (each for each in found if (each.world, each.customers) == (world, customers)):
        style = None if LOWEST <= one.covered <= HIGHEST else "yellow"
        shares = (f"{share:.1%}" for share in (one.too_high, one.too_low, one.helped, one.harmed))
        effect = one.effect if one.effect != last else ""
        covered = f"{one.covered:.1%} ± {one.error:.1%}"
        table.add_row(effect, one.interval, covered, *shares, f"{one.width:.3f}", style=style)
        last = one.effect
    return Text(f"\nBaskets {world}, {customers:,} customers", style="bold"), table


def _guard(guard: Sequence[Splits]) -> Table:
    table = _table("Customers", "Records lost of the treated", "Splits", f"Called suspect (p < {SUSPECT_SPLIT_BELOW})")
    for one in guard:
        table.add_row(f"{one.customers:,}", f"{one.lost:.0%}", f"{one.seasons:,}", f"{one.suspect:.2%}")
    return table


def _table(*names: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        text = name in ("Effect", "Interval")
        table.add_column(name, justify="left" if text else "right", no_wrap=True)
    return table
