from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class RuleCreated(Event):
    NAME = "rule.created"
    SUBJECT = "rule"


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Event):
    NAME = "rule.changed"
    SUBJECT = "rule"


@dataclass(frozen=True, kw_only=True)
class RuleRemoved(Event):
    NAME = "rule.removed"
    SUBJECT = "rule"
