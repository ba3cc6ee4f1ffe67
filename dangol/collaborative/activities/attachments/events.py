from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class FileAdded(Event):
    NAME = "file.added"
    SUBJECT = "file"

    object_name: str = ""
    record_id: int | None = None
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class FileChanged(Event):
    NAME = "file.changed"
    SUBJECT = "file"


@dataclass(frozen=True, kw_only=True)
class FileTrashed(Event):
    NAME = "file.trashed"
    SUBJECT = "file"


@dataclass(frozen=True, kw_only=True)
class FileRestored(Event):
    NAME = "file.restored"
    SUBJECT = "file"


@dataclass(frozen=True, kw_only=True)
class FilesSwept(Event):
    """Files that nobody could bring back any more were deleted for good."""

    NAME = "file.swept"
    SUBJECT = "file"

    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class FileRulesChanged(Event):
    NAME = "file_rules.changed"
    SUBJECT = "file_rules"
