"""Custom fields in the warehouse: read from the record's document, which the lake holds as JSON text."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.added.rules import DECIMALS, LINKS, Definition


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_text(document: str, path: str) -> str:
    """The text of a value; a number as it is written, NULL where there is none."""


@ibis.udf.scalar.builtin(name="json_extract")
def json_part(document: str, path: str) -> str:
    """A value as JSON."""


@ibis.udf.scalar.builtin(name="json_contains")
def json_holds(document: str, value: str) -> bool:
    """Whether a list as JSON holds a value as JSON."""


def in_lake(definition: Definition, rows: ir.Table) -> Any:
    """The value of a custom field, typed as in the database."""
    path, document = f"$.{definition.name}", rows[DOCUMENT]
    if definition.held_as == "choices":
        return json_part(document, path)
    found: Any = json_text(document, path)
    if definition.held_as in DECIMALS:
        return found.try_cast("decimal(38, 10)")
    if definition.held_as == "date":
        return found.try_cast("date")
    if definition.held_as == "bool":
        return (found == "true").fill_null(False)
    return found.try_cast("int64") if definition.held_as in LINKS else found
