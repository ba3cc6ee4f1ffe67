"""What the archive says of itself for people and programs: labels of tables and columns, objects and their fields."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from dangol.platform.exports.company.catalog import Column, Table
from dangol.platform.objects.registry import all_fields, object_types
from dangol.platform.objects.types import Field, ObjectType

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def schema_of(connection: Any) -> dict[str, str]:
    """The last migration of each room: which shape the tables have."""
    found: dict[str, str] = {}
    for app, name in sorted(MigrationLoader(connection).applied_migrations):
        found[app] = max(found.get(app, ""), name)
    return found


def described(table: Table, rows: int, part: str) -> dict[str, Any]:
    """A table in the manifest."""
    model: Any = next((m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table.name), None)
    known = {f.column: f for f in model._meta.local_fields} if model else {}
    owner = next((t.name for t in object_types() if t.model is model), None)
    return {
        "part": part, "rows": rows, "object": owner, "key": list(table.key),
        "label": _both(lambda: str(model._meta.verbose_name_plural)) if model else {},
        "meaning": (model.__doc__ or "").strip().partition("\n")[0] if model else "",
        "columns": [_column(c, known.get(c.name)) for c in table.columns],
        "closed_columns": sorted(table.fills),
    }  # fmt: skip


def _column(column: Column, field: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": column.type, "null": column.is_nullable}
    if column.references:
        told["references"] = {"table": column.references[0], "column": column.references[1]}
    if field is not None:
        told["label"] = _both(lambda: str(field.verbose_name))
        if isinstance(field.choices, list) and field.choices:
            told["choices"] = [
                {"value": v, "label": _both(lambda place=n: str(field.choices[place][1]))}
                for n, (v, _label) in enumerate(field.choices)
            ]
    return told


def objects() -> dict[str, Any]:
    """The business objects: their table, and their fields as people know them, those of the company too."""
    return {t.name: _object(t) for t in object_types()}


def _object(declared: ObjectType) -> dict[str, Any]:
    meta: Any = declared.model._meta
    return {
        "table": meta.db_table,
        "label": _both(lambda: str(declared.label)),
        "plural": _both(lambda: str(declared.plural)),
        "fields": [_field(f) for f in all_fields(declared).values() if f.kind != "custom"],
    }


def _field(f: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": f.name, "kind": f.kind, "label": _both(lambda: str(f.label)), "is_added": f.is_added,
        "place": f"custom.{f.name}" if f.is_added else f.orm_path.replace("__", "."),
    }  # fmt: skip
    if f.relation:
        told["relation"] = f.relation
    if f.help:
        told["help"] = _both(lambda: str(f.help))
    if f.kind in ("choice", "choices", "tier"):
        pairs = f.choice_pairs()
        told["choices"] = [
            {"value": value, "label": _both(lambda place=n: str(f.choice_pairs()[place][1]))}
            for n, (value, _label) in enumerate(pairs)
        ]
    return told


def _both(said: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = said()
    return found
