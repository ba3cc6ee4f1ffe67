"""The steps of an analysis, registered by the rooms that do them, run in order over one view of the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

    from dangol.platform.jobs.progress import Tracker

MARTS, TIERS, MODELS, LATER = 10, 20, 30, 90


@dataclass
class Analysis:
    """One run over one view of the lake.

    `as_of` is the last day that counts (in the workspace's time zone), `currency` the workspace's. Steps read
    `table(name)`: datasets and what earlier steps kept. They leave small results with `tell` (for pages), counts in
    `counts`, warnings (sentences) in `warnings`, and what they want written to Postgres with `write_later`: all of it
    is written in one transaction when every step has succeeded.
    """

    backend: BaseBackend
    as_of: date
    currency: str
    tracker: Tracker
    figures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    writes: list[Callable[[], None]] = field(default_factory=list)

    def table(self, name: str) -> ir.Table:
        """A dataset, or what an earlier step kept."""
        return self.backend.table(name)

    def keep(self, name: str, expression: ir.Table, *, is_published: bool = False) -> ir.Table:
        """Work out a table once, for this step and later ones; the lake publishes it if wanted, when all succeeded."""
        made = self.backend.create_table(name, expression, overwrite=True)
        if is_published:
            self.published.append(name)
        return made

    def drop(self, name: str) -> None:
        """Forget a table that no later step needs."""
        self.backend.drop_table(name, force=True)

    def tell(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Leave a small result for the pages; money becomes text, to the last digit."""
        self.figures[name] = [{key: plain(value) for key, value in row.items()} for row in rows]

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small expression as dictionaries."""
        found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
        return found

    def write_later(self, function: Callable[[], None]) -> None:
        """Ask for `function` to be called in the transaction that writes the results."""
        self.writes.append(function)


Step = Callable[[Analysis], None]
_STEPS: dict[str, tuple[int, Step]] = {}
_LABELS: dict[str, Any] = {}


def register_step(name: str, order: int, function: Step, *, label: Any = "") -> None:
    """Add a step to every analysis. Marts run first (order 10), then tiers (20), models (30), others (90).

    `label` says in a few words what is being done, for whoever watches.

    Raises ValueError when the name is taken.
    """
    if name in _STEPS:
        raise ValueError(f"A step {name} is registered already.")
    _STEPS[name] = (order, function)
    _LABELS[name] = label


def steps() -> Mapping[str, Step]:
    """The steps in the order in which they run."""
    ordered = sorted(_STEPS.items(), key=lambda item: (item[1][0], item[0]))
    return {name: function for name, (_, function) in ordered}


def step_label(name: str) -> str:
    """What a step does, in a few words; its name where nobody said."""
    return str(_LABELS.get(name) or name)


def plain(value: Any) -> Any:
    """Turn a value into JSON: money as text, days in ISO form."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
