"""What another system calls a record: a column by which known records are found, and which is noted beside new ones.

Where such names are kept a higher floor says (`register_outside_names`), so that a program and a file mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.errors import BadOption

OUTSIDE_ID = "external_id"
SYSTEM = "system"
BAD_OUTSIDE_ID = "bad_external_id"
FIELDS = (
    ImportField(
        OUTSIDE_ID, gettext_lazy("Id in another system"), ("external id", "외부 아이디", "외부 id", "외부 번호"),
        help=gettext_lazy("As programs name the record when they call the API."),
    ),
)  # fmt: skip
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}")
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True)
class OutsideNames:
    """Where the names are kept. `find(object, system, ids)` returns {id: record}, `of(object, system, records)` the
    ids by record, and `note(object, system, {id: record})` keeps new ones (one that stands already leads elsewhere
    then). `hold(object, system)` lets nobody else note any till the end of the transaction."""

    hold: Callable[[str, str], None]
    find: Callable[[str, str, Collection[str]], dict[str, int]]
    of: Callable[[str, str, Collection[int]], Mapping[int, set[str]]]
    note: Callable[[str, str, Mapping[str, int]], None]


_NAMES: list[OutsideNames] = []


def register_outside_names(names: OutsideNames) -> None:
    """Say where they are kept. Raises ValueError when that was said already."""
    if _NAMES:
        raise ValueError("Where the names of other systems are kept was said already.")
    _NAMES.append(names)


def outside_names() -> OutsideNames:
    """Where they are kept."""
    return _NAMES[0]


def system_of(options: Mapping[str, Any]) -> str:
    """The system that the ids of a file are of: as chosen, else the one whose file it is. Raises `BadOption`."""
    name = str(options.get(SYSTEM) or options.get("preset") or "").strip().lower()
    if _SYSTEM.fullmatch(name):
        return name
    raise BadOption(
        _("A column holds ids of another system, and nobody said of which.") if not name
        else _("The name of the other system holds signs that it cannot have."),
        _("Write its name in small letters without blanks, such as shop or erp-2, as programs name it to the API."),
    )  # fmt: skip


def is_outside_id(text: str) -> bool:
    """Whether a cell can be such an id."""
    return _ID.fullmatch(text) is not None
