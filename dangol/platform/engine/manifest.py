"""What one version of the lake consists of: a small JSON file that is written once and never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Layer:
    """The files of one dataset.

    `base` holds all rows of the last full load or compaction; `changes` the rows written since, `superseded` the keys
    of every row of `base` that no longer counts (changed or gone). `signature` is the dataset's, `source` names the
    table as Postgres knows it (it changes when the table is emptied, restored or rewritten).
    """

    signature: str
    source: str
    columns: tuple[str, ...]
    key: str
    base: tuple[str, ...] = ()
    base_rows: int = 0
    changes: tuple[str, ...] = ()
    changed_rows: int = 0
    superseded: tuple[str, ...] = ()
    superseded_rows: int = 0

    def files(self) -> Iterator[str]:
        """Every file of the layer, relative to the lake."""
        yield from (*self.base, *self.changes, *self.superseded)


@dataclass(frozen=True)
class Manifest:
    """One version of the lake.

    `moment` is the snapshot that was loaded, as Postgres writes it; the next load takes what was not visible in it.
    `server` is the identity of the database, `token` a mark left in it by the load: a database without it was
    restored from before. `tables` are results of the analysis, by name, each a list of files.
    """

    version: int = 0
    server: str = ""
    token: str = ""
    moment: str = ""
    loaded_at: str = ""
    datasets: dict[str, Layer] = field(default_factory=dict)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def watermark(self) -> int:
        """The oldest transaction that was still running: all rows below it were loaded."""
        return int(self.moment.partition(":")[0] or 0)

    def files(self) -> frozenset[str]:
        """Every file that belongs to this version, relative to the lake."""
        layers = {name for layer in self.datasets.values() for name in layer.files()}
        return frozenset(layers | {name for names in self.tables.values() for name in names})

    def to_json(self) -> str:
        """The manifest as text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read it back. Raises ValueError for a format that this release does not know."""
        found: dict[str, Any] = json.loads(text)
        if found.pop("format", None) != FORMAT:
            raise ValueError("The lake was written by another release; the next load builds it anew.")
        layers = {n: Layer(**{k: _frozen(v) for k, v in d.items()}) for n, d in found.pop("datasets").items()}
        tables = {name: tuple(files) for name, files in found.pop("tables").items()}
        return cls(datasets=layers, tables=tables, **found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
