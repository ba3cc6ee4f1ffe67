"""Fields that no role can hide: those that name the records of an object, since links, titles and searches say them."""

from __future__ import annotations

from collections.abc import Mapping

_names: dict[str, str] = {}


def register_naming(object_name: str, field_name: str) -> None:
    """Say which field names the records of an object."""
    _names[object_name] = field_name


def naming_fields() -> Mapping[str, str]:
    """The field that names the records, by object."""
    return _names
