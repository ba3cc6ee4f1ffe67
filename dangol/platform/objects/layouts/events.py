from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class LayoutChanged(Event):
    """An arrangement of pages was written, reset or brought back; `changes` hold `content` before and after."""

    NAME = "layout.changed"
    SUBJECT = "layout"
