from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CustomFieldCreated(Event):
    NAME = "custom_field.created"
    SUBJECT = "custom_field"


@dataclass(frozen=True, kw_only=True)
class CustomFieldChanged(Event):
    NAME = "custom_field.changed"
    SUBJECT = "custom_field"


@dataclass(frozen=True, kw_only=True)
class CustomFieldRemoved(Event):
    """It is nowhere to be seen any more; its values are still there."""

    NAME = "custom_field.removed"
    SUBJECT = "custom_field"


@dataclass(frozen=True, kw_only=True)
class CustomFieldRestored(Event):
    NAME = "custom_field.restored"
    SUBJECT = "custom_field"


@dataclass(frozen=True, kw_only=True)
class CustomFieldPurged(Event):
    """Its values are taken out of every record for good."""

    NAME = "custom_field.purged"
    SUBJECT = "custom_field"
