from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class UserSignedIn(Event):
    NAME = "user.signed_in"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    NAME = "user.sign_in_failed"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event):
    NAME = "user.created"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class UserChanged(Event):
    NAME = "user.changed"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class WorkspaceChanged(Event):
    NAME = "workspace.changed"
    SUBJECT = "workspace"


@dataclass(frozen=True, kw_only=True)
class RecordShared(Event):
    NAME = "record.shared"
    SUBJECT = "user"

    object_name: str
    record_id: int


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    NAME = "api_key.created"
    SUBJECT = "api_key"


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    NAME = "api_key.revoked"
    SUBJECT = "api_key"
