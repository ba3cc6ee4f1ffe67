from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ExportMade(Event):
    """A file is ready for whoever asked for it."""

    NAME = "export.made"
    SUBJECT = "export"

    run_id: str
    file: str
    rows: int
    size: int


@dataclass(frozen=True, kw_only=True)
class ExportDownloaded(Event):
    """Somebody fetched a file that was made for them."""

    NAME = "export.downloaded"
    SUBJECT = "export"
    IS_PLACED = True

    run_id: str
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ExportRemoved(Event):
    """A file was removed before its time, by whoever had asked for it."""

    NAME = "export.removed"
    SUBJECT = "export"

    run_id: str
    file: str


@dataclass(frozen=True, kw_only=True)
class WorkspaceExported(Event):
    """Everything that the company has was taken out of the house."""

    NAME = "workspace.exported"
    SUBJECT = "workspace"
    IS_PLACED = True

    form: str
    has_files: bool


@dataclass(frozen=True, kw_only=True)
class WorkspaceRestored(Event):
    """Everything was read back from an export of the whole company into an empty house."""

    NAME = "workspace.restored"
    SUBJECT = "workspace"

    made_at: str
    rows: int
