from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class RelationAdded(Event):
    NAME = "relation.added"
    SUBJECT = "relation"


@dataclass(frozen=True, kw_only=True)
class RelationChanged(Event):
    NAME = "relation.changed"
    SUBJECT = "relation"


@dataclass(frozen=True, kw_only=True)
class RelationTrashed(Event):
    NAME = "relation.trashed"
    SUBJECT = "relation"


@dataclass(frozen=True, kw_only=True)
class RelationRestored(Event):
    NAME = "relation.restored"
    SUBJECT = "relation"


@dataclass(frozen=True, kw_only=True)
class RelationKindsChanged(Event):
    """The company named a kind of relation, called one otherwise or took one away."""

    NAME = "relation_kinds.changed"
    SUBJECT = "relation_kind"

    code: str = ""
