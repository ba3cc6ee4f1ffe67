"""What the warehouse may take. Each slice registers its own tables; the engine and the warehouse know none by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Personal = Literal["none", "contact", "identity"]
PERSONAL: tuple[Personal, ...] = ("none", "contact", "identity")

_ARROW: Mapping[str, pa.DataType] = {
    "integer": pa.int64(),
    "small": pa.int32(),
    "text": pa.string(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "flag": pa.bool_(),
    "number": pa.float64(),
}


@dataclass(frozen=True)
class Column:
    """One column of a dataset.

    `meaning` is a sentence for analysts. `type` is integer, small, text, day, moment (with time zone), flag, number
    (float) or decimal(precision,scale). `personal` says what it tells of a person: `none`, `contact` (can reach them:
    e-mail, phone, address) or `identity` (names them). `source` is the SQL expression where it is not the column of
    the same name.
    """

    meaning: str
    personal: Personal = "none"
    type: str = "text"
    source: str = ""

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type. Raises ValueError for a type that is not one of those above."""
        if self.type in _ARROW:
            return _ARROW[self.type]
        if self.type.startswith("decimal(") and self.type.endswith(")"):
            precision, scale = self.type[8:-1].split(",")
            return pa.decimal128(int(precision), int(scale))
        raise ValueError(f"{self.type} is no type of a dataset's column.")


@dataclass(frozen=True)
class Dataset:
    """A table that the warehouse may take: one row per `key`, a column of whole numbers.

    `name` is what expressions call it, `table` the tracked table in Postgres, `where` an SQL condition on its rows;
    a row that no longer fulfils it leaves the lake.
    """

    name: str
    table: str
    key: str
    columns: Mapping[str, Column]
    where: str = "true"

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the dataset's files."""
        return pa.schema([(name, column.arrow) for name, column in self.columns.items()])

    @property
    def signature(self) -> str:
        """A fingerprint of everything that decides what the files hold; another one means a full load."""
        plan = [self.table, self.key, self.where, [(n, c.type, c.source) for n, c in self.columns.items()]]
        return hashlib.sha256(json.dumps(plan).encode()).hexdigest()[:16]

    def select(self) -> str:
        """The list of SQL expressions in the order of the columns."""
        return ", ".join(
            f"{column.source or _quoted(name)} AS {_quoted(name)}" for name, column in self.columns.items()
        )


DATASETS: dict[str, Dataset] = {}


def register_dataset(dataset: Dataset) -> None:
    """Offer a table to the warehouse. Raises ValueError when the name is taken, or key, type or class make no sense."""
    if dataset.name in DATASETS:
        raise ValueError(f"A dataset {dataset.name} is registered already.")
    if dataset.key not in dataset.columns or dataset.columns[dataset.key].type != "integer":
        raise ValueError(f"The key {dataset.key} of {dataset.name} must be one of its columns, of type integer.")
    for name, column in dataset.columns.items():
        if column.personal not in PERSONAL:
            raise ValueError(f"{dataset.name}.{name}: {column.personal} is no class of personal data.")
        _ = column.arrow
    DATASETS[dataset.name] = dataset


def registered() -> tuple[Dataset, ...]:
    """Return every dataset that was offered."""
    return tuple(DATASETS.values())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
