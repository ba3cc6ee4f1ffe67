from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class UserSignedIn(Event):
    NAME = "user.signed_in"
    IS_PLACED = True
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    NAME = "user.sign_in_failed"
    IS_PLACED = True
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
class ApiKeyCreated(Event):
    NAME = "api_key.created"
    IS_PLACED = True
    SUBJECT = "api_key"


@dataclass(frozen=True, kw_only=True)
class ApiKeyUsed(Event):
    """A key opened the door for the first time that day from this address."""

    NAME = "api_key.used"
    IS_PLACED = True
    SUBJECT = "api_key"


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    NAME = "api_key.revoked"
    SUBJECT = "api_key"


@dataclass(frozen=True, kw_only=True)
class UserLeft(Event):
    NAME = "user.deactivated"
    SUBJECT = "user"

    sessions: int
    keys: int


@dataclass(frozen=True, kw_only=True)
class UserReturned(Event):
    NAME = "user.reactivated"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    NAME = "user.sessions_ended"
    SUBJECT = "user"

    count: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    NAME = "user.password_changed"
    IS_PLACED = True
    SUBJECT = "user"

    sessions: int


@dataclass(frozen=True, kw_only=True)
class ResetAsked(Event):
    NAME = "user.reset_asked"
    IS_PLACED = True
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class SecondStepChanged(Event):
    NAME = "user.second_step_changed"
    IS_PLACED = True
    SUBJECT = "user"

    is_on: int
    recovery_codes: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    NAME = "user.recovery_code_used"
    IS_PLACED = True
    SUBJECT = "user"

    left: int


@dataclass(frozen=True, kw_only=True)
class SignInLinkMade(Event):
    NAME = "user.sign_in_link_made"
    SUBJECT = "user"


@dataclass(frozen=True, kw_only=True)
class Invited(Event):
    NAME = "invitation.sent"
    SUBJECT = "invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    NAME = "invitation.accepted"
    SUBJECT = "invitation"

    user_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    NAME = "invitation.withdrawn"
    SUBJECT = "invitation"


@dataclass(frozen=True, kw_only=True)
class TeamCreated(Event):
    NAME = "team.created"
    SUBJECT = "team"


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Event):
    NAME = "team.changed"
    SUBJECT = "team"


@dataclass(frozen=True, kw_only=True)
class TeamDeleted(Event):
    NAME = "team.deleted"
    SUBJECT = "team"


@dataclass(frozen=True, kw_only=True)
class RoleCreated(Event):
    NAME = "role.created"
    SUBJECT = "role"


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    NAME = "role.changed"
    SUBJECT = "role"


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(Event):
    NAME = "role.deleted"
    SUBJECT = "role"
