from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ViewSaved(Event):
    NAME = "view.saved"
    SUBJECT = "view"


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Event):
    NAME = "view.deleted"
    SUBJECT = "view"
