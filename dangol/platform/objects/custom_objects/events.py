from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CustomObjectCreated(Event):
    NAME = "custom_object.created"
    SUBJECT = "custom_object"


@dataclass(frozen=True, kw_only=True)
class CustomObjectChanged(Event):
    NAME = "custom_object.changed"
    SUBJECT = "custom_object"


@dataclass(frozen=True, kw_only=True)
class CustomObjectRemoved(Event):
    """It is nowhere to be seen any more; its records are still there."""

    NAME = "custom_object.removed"
    SUBJECT = "custom_object"


@dataclass(frozen=True, kw_only=True)
class CustomObjectRestored(Event):
    NAME = "custom_object.restored"
    SUBJECT = "custom_object"


@dataclass(frozen=True, kw_only=True)
class CustomObjectPurged(Event):
    """It is gone for good with all its records."""

    NAME = "custom_object.purged"
    SUBJECT = "custom_object"
