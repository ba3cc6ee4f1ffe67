"""The steps of an analysis, registered by the rooms that do them, run in order over one view of the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

    from dangol.platform.engine.lake import Lake
    from dangol.platform.jobs.progress import Tracker

TIERS, LIFETIME_VALUE, LATER = 20, 30, 90


@dataclass
class Analysis:
    """One run over one view of the lake.

    `as_of` is the last day that counts (in the workspace's time zone), `time_zone` and `currency` the workspace's.
    Steps read `table(name)`: datasets and the marts made so far. They leave small results with `tell` (for pages),
    tables with `keep` (for the lake), counts in `counts`, warnings (sentences) in `warnings`.
    """

    backend: BaseBackend
    lake: Lake
    as_of: date
    time_zone: str
    currency: str
    tracker: Tracker
    figures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> ir.Table:
        """A dataset or a mart of this run."""
        return self.backend.table(name)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Work out a mart once: later steps read it as a table, and the lake publishes it when the run succeeds."""
        made = self.backend.create_table(name, expression, overwrite=True)
        self.kept[name] = name
        return made

    def tell(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Leave a small result for the pages."""
        self.figures[name] = [{key: _plain(value) for key, value in row.items()} for row in rows]

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small expression as dictionaries."""
        return expression.to_pyarrow().to_pylist()


Step = Callable[[Analysis], None]
_STEPS: dict[str, tuple[int, Step]] = {}


def register_step(name: str, order: int, function: Step) -> None:
    """Add a step to every analysis. Marts run first (order 10), then tiers (20), models (30), others (90).

    Raises ValueError when the name is taken.
    """
    if name in _STEPS:
        raise ValueError(f"A step {name} is registered already.")
    _STEPS[name] = (order, function)


def steps() -> Mapping[str, Step]:
    """The steps in the order in which they run."""
    ordered = sorted(_STEPS.items(), key=lambda item: (item[1][0], item[0]))
    return {name: function for name, (_, function) in ordered}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
