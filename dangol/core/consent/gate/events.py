from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class GatePolicySet(Event):
    """The house's rules of advertising were set; `changes` holds what differs."""

    NAME = "gate_policy.set"
    SUBJECT = "gate_policy"
