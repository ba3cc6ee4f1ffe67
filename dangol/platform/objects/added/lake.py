"""Custom fields in the warehouse: read from the record's document, which the lake holds as JSON text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir

from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.added.rules import DECIMALS, LINKS, SEVERAL, Definition


def json_text(document: Any, path: str) -> Any:
    """The text of a value; a number as it is written, NULL where there is none."""
    return _function("json_extract_string", "string")(document, path)


def json_part(document: Any, path: str) -> Any:
    """A value as JSON."""
    return _function("json_extract", "string")(document, path)


def json_holds(document: Any, value: str) -> Any:
    """Whether a list as JSON holds a value as JSON."""
    return _function("json_contains", "boolean")(document, value)


def json_ids(document: Any) -> Any:
    """The ids in a list as JSON, as a list of the engine's own."""
    return _ids_of()(document, '["BIGINT"]')


@lru_cache
def _ids_of() -> Any:
    def from_json(document: Any, shape: Any) -> Any: ...

    signature: Any = (("string", "string"), "array<int64>")
    return ibis.udf.scalar.builtin(signature=signature)(from_json)


@lru_cache
def _function(name: str, gives: str) -> Any:
    """A function of the engine's own, of two texts."""

    def called(document: Any, more: Any) -> Any: ...

    called.__name__ = name
    signature: Any = (("string", "string"), gives)
    return ibis.udf.scalar.builtin(signature=signature)(called)


def in_lake(definition: Definition, rows: ir.Table) -> Any:
    """The value of a custom field, typed as in the database."""
    path, document = f"$.{definition.name}", rows[DOCUMENT]
    if definition.held_as in ("choices", SEVERAL):
        return json_part(document, path)
    found: Any = json_text(document, path)
    if definition.held_as in DECIMALS:
        return found.try_cast("decimal(38, 10)")
    if definition.held_as == "date":
        return found.try_cast("date")
    if definition.held_as == "datetime":
        return found.try_cast("timestamp('UTC')")
    if definition.held_as == "bool":
        return (found == "true").fill_null(False)
    return found.try_cast("int64") if definition.held_as in LINKS else found
