from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.event import Event
from dangol.platform.events.titles import EventTitle, register_title


@dataclass(frozen=True, kw_only=True)
class ViewSaved(Event):
    NAME = "view.saved"
    SUBJECT = "view"


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Event):
    NAME = "view.deleted"
    SUBJECT = "view"


@dataclass(frozen=True, kw_only=True)
class ViewPinned(Event):
    """Somebody put a view into the own sidebar, moved it there, or took it out."""

    NAME = "view.pinned"
    SUBJECT = "view"
    is_pinned: bool = True


@dataclass(frozen=True, kw_only=True)
class ViewDefaultSet(Event):
    """With which view a list opens, for oneself or a role; without a subject: with all records."""

    NAME = "view.default_set"
    SUBJECT = "view"
    object_name: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordShared(Event):
    """A record was opened to a colleague, or how far was changed. Each object has its own of these."""

    NAME = "record.shared"
    SUBJECT = "record"

    user_id: int
    level: str
    ends_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordUnshared(Event):
    """A share was taken back."""

    NAME = "record.unshared"
    SUBJECT = "record"

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RecordsExported(Event):
    """Somebody took a list out of the house: how many rows, which ones, which columns, in which form."""

    NAME = "records.exported"
    IS_PLACED = True
    SUBJECT = "records"

    count: int
    filter: dict[str, Any]
    search: str
    sort: str
    columns: list[str]
    form: str


@dataclass(frozen=True, kw_only=True)
class RecordsImported(Event):
    """A file of records was taken in. Its batches stand beside it as created and changed records, part of it."""

    NAME = "records.imported"
    SUBJECT = "records"

    run_id: str


@lru_cache(maxsize=256)
def _named(base: type[Event], object_name: str) -> type[Any]:
    """The event of one object: `person.shared` for `RecordShared`."""
    names = {"NAME": f"{object_name}.{base.NAME.split('.')[1]}", "SUBJECT": object_name, "__module__": __name__}
    return type(f"{base.__name__}Of{object_name.title()}", (base,), names)


def shared(object_name: str) -> type[RecordShared]:
    """What tells that one of these records was shared."""
    return _named(RecordShared, object_name)


def unshared(object_name: str) -> type[RecordUnshared]:
    """What tells that a share of one of these records was taken back."""
    return _named(RecordUnshared, object_name)


def exported(object_name: str) -> type[RecordsExported]:
    """What tells that such records were taken out."""
    return _named(RecordsExported, object_name)


def imported(object_name: str) -> type[RecordsImported]:
    """What tells that a file of such records was taken in."""
    return _named(RecordsImported, object_name)


def name_for_all(object_name: str) -> None:
    """Say how the events that every object has are shown."""
    register_title(f"{object_name}.shared", EventTitle(_("Shared"), "share"))
    register_title(f"{object_name}.unshared", EventTitle(_("Share taken back"), "share-off"))
    register_title(f"{object_name}.exported", EventTitle(_("Exported"), "file-export"))
    register_title(f"{object_name}.imported", EventTitle(_("Imported"), "file-import"))


for _name, _title in {
    "view.saved": EventTitle(_("View saved"), "bookmark"),
    "view.deleted": EventTitle(_("View deleted"), "bookmark"),
    "view.pinned": EventTitle(_("View pinned"), "pin", is_quiet=True),
    "view.default_set": EventTitle(_("Opening view set"), "bookmark"),
}.items():
    register_title(_name, _title)
