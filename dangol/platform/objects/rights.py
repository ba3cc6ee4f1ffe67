"""Names every object and its fields to the editor of roles."""

from __future__ import annotations

from collections.abc import Iterable

from dangol.platform.accounts.roles.registry import Right, register_rights
from dangol.platform.objects.registry import all_fields, object_types


def objects() -> Iterable[Right]:
    """Each object, in the order of the sidebar, with the fields that hold something of a record."""
    for place, declared in enumerate(object_types()):
        fields = tuple((f.name, f.label) for f in all_fields(declared).values() if f.kind != "custom")
        yield Right(declared.name, declared.plural, fields=fields, order=10 + place)


register_rights("objects", objects)
