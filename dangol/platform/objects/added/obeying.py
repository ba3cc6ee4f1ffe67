"""The seam at which rules of a company's own are asked: by every record that is written, and by forms and pages.

What knows the rules registers here (`keep_rules`); the records that take custom fields ask, whatever way they are
written: by a form, in bulk, by an import or the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

STOOD = "_stood"
"""Where a record keeps what it was when it was read; only of objects that have rules."""


@dataclass(frozen=True)
class Held:
    """What the rules say of one record: fields that are not shown, that are required, that are locked, and why."""

    hidden: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    asked: frozenset[str] = field(default_factory=frozenset)
    """The fields on which this hangs: once one of them is changed, it may be otherwise."""


class Rules(Protocol):
    """Who knows the rules."""

    def has_any(self, object_name: str) -> bool: ...

    def obey(self, record: Any, stood: Mapping[str, Any] | None) -> None: ...

    def held(self, record: Any, stood: Mapping[str, Any] | None) -> Held: ...


NOTHING = Held()
_rules: list[Rules] = []


def keep_rules(rules: Rules) -> None:
    """Let `rules` be asked from now on."""
    _rules[:] = [rules]


def has_rules(object_name: str) -> bool:
    """Whether an object has rules of the company's own."""
    return bool(_rules) and _rules[0].has_any(object_name)


def remember(record: Any) -> None:
    """Keep with a record that was just read what it is, if that may be asked when it is written."""
    if _rules and _rules[0].has_any(record.access_name):
        record.__dict__[STOOD] = {k: v for k, v in record.__dict__.items() if not k.startswith("_")}


def obey(record: Any) -> None:
    """Raise ValidationError by field where a record that is to be written breaks a rule."""
    if _rules and _rules[0].has_any(record.access_name):
        _rules[0].obey(record, _stood(record))


def held(record: Any) -> Held:
    """What the rules say of a record at hand: one that stands, or a new one."""
    if not _rules or not _rules[0].has_any(record.access_name):
        return NOTHING
    return _rules[0].held(record, _stood(record))


def _stood(record: Any) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = record.__dict__.get(STOOD)
    return None if record._state.adding else found
