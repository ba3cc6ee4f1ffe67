"""Parquet with a type for each column: whole numbers, decimals, days (date32), moments (UTC), lists of texts.

A relation makes two columns, its id (`<name>_id`) and its title; each column tells its label and kind in its metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import models

from dangol.platform.access.actor import Actor
from dangol.platform.db.errors import CannotContinue
from dangol.platform.objects.exporting import NUMBERS, Form, Plan, Reading, Writer
from dangol.platform.objects.registry import score_of
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.viewer import Viewer

GROUP_ROWS = 100_000
MOST_DIGITS = 38


class ParquetFile:
    """A file of row groups of about 100,000 rows."""

    def __init__(self, path: Path, plan: Plan, form: Form, actor: Actor, viewer: Viewer) -> None:
        self.plan, self.viewer = plan, viewer
        self.writer = Writer(actor, plan.columns, form, viewer)
        with Reading(viewer):
            self.schema = pa.schema([pa.field("id", pa.int64(), nullable=False), *_columns(plan)])
        self._out = pq.ParquetWriter(path, self.schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def write(self, chunk: list[tuple[Any, ...]]) -> None:
        """Add rows."""
        with Reading(self.viewer):
            rows = self.writer.with_names(chunk)
        given = [[row[0] for row in rows], *_values(self.plan.columns, rows)]
        try:
            arrays = [pa.array(values, f.type) for values, f in zip(given, self.schema, strict=True)]
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise CannotContinue(f"A value does not fit its column: {error}", "Choose CSV or JSON lines.") from error
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
        self._rows += len(rows)
        if self._rows >= GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._out.close()

    def _flush(self) -> None:
        if self._waiting:
            self._out.write_table(pa.Table.from_batches(self._waiting), row_group_size=GROUP_ROWS * 2)
            self._waiting, self._rows = [], 0


def _columns(plan: Plan) -> Iterator[pa.Field]:
    for f in plan.columns:
        told = {"label": str(f.label), "kind": f.kind}
        if f.kind in ("relation", "user", "file"):
            yield pa.field(f"{f.name}_id", pa.int64(), metadata=told)
        if f.kind == "relations":
            yield pa.field(f"{f.name}_ids", pa.list_(pa.int64()), metadata=told)
        yield pa.field(f.name, column_type(plan.declared, f), metadata=told)


def _values(columns: list[Field], rows: Any) -> Iterator[list[Any]]:
    for place, f in enumerate(columns, 1):
        found = [row[place] for row in rows]
        if f.kind in ("relation", "user", "file"):
            yield [None if v is None or v.is_hidden else v.id for v in found]
            yield [None if v is None or v.is_hidden else v.title for v in found]
        elif f.kind == "relations":
            yield [None if v is None else [one.id for one in v] for v in found]
            yield [None if v is None else [one.title for one in v] for v in found]
        elif f.kind == "rhythm":
            yield [None if v is None else [str(one) for one in v] for v in found]
        elif f.kind in NUMBERS or f.kind in ("date", "datetime", "bool", "choices"):
            yield found
        else:
            yield [None if v is None else str(v) for v in found]


def column_type(declared: ObjectType, f: Field) -> pa.DataType:
    """The type in which a field's values are written."""
    if f.kind in NUMBERS:
        return _number(_model_field(declared, f))
    several = pa.list_(pa.string())
    known = {"date": pa.date32(), "datetime": pa.timestamp("us", tz="UTC"), "bool": pa.bool_(),
             "choices": several, "relations": several, "rhythm": several}  # fmt: skip
    return known.get(f.kind, pa.string())


def _number(column: Any) -> pa.DataType:
    if isinstance(column, models.DecimalField):
        return pa.decimal128(MOST_DIGITS, int(column.decimal_places or 0))
    if isinstance(column, models.IntegerField):
        return pa.int64()
    return pa.float64()


def _model_field(declared: ObjectType, f: Field) -> Any:
    """The database's field at the end of a path."""
    score = score_of(declared, f.name)
    model: Any = score.model if score else declared.model
    *way, last = f.orm_path.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)
