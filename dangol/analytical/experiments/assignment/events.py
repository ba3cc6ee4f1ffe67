from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class GlobalControlSet(Event):
    """Somebody set how many people get no advertising at all; it counts from now on."""

    NAME = "global_control.set"
    SUBJECT = "global_control"
