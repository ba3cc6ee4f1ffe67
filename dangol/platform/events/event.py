"""What an event is. Slices declare theirs in `events.py`: frozen, in the past tense, ids and numbers only."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

ADDRESS = "address"
"""Under which name the payload keeps the address from which an event came."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a record.

    `subject_id` is the record, `about_id` the person it is about (its timeline), `changes` {field: [old, new]}.
    Every further field of a subclass is payload: ids and numbers, never texts that a person wrote. `IS_PLACED` says
    that the address of who did it is kept with it (signing in, taking data out of the house).
    """

    NAME: ClassVar[str] = ""
    SUBJECT: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    IS_PLACED: ClassVar[bool] = False

    subject_id: int | None = None
    about_id: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """The fields of the subclass, ready for JSON."""
        base = {"subject_id", "about_id", "changes"}
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in base}


@dataclass(frozen=True)
class RowChange:
    """One row of a bulk write: what it was (None: not there) and what it became (None: gone)."""

    subject: str
    subject_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    about_id: int | None = None


def plain(value: Any) -> Any:
    """Turn a value of a model into JSON that reads back without loss."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if isinstance(value, int | float | str | bool | type(None)) else str(value)
