from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class MailWayChanged(Event):
    """How mail leaves the house was changed. The password is never told, only that it is another."""

    NAME = "mail_way.changed"
    SUBJECT = "mail_way"

    is_password_changed: bool = False


@dataclass(frozen=True, kw_only=True)
class MailWayTested(Event):
    """The way out was tried; `failed_at` is the step that did not work, "" when all did."""

    NAME = "mail_way.tested"
    SUBJECT = "mail_way"

    failed_at: str = ""


@dataclass(frozen=True, kw_only=True)
class CaughtMailCleared(Event):
    """Messages that the local catcher kept were deleted: `count`, all or those that were too old."""

    NAME = "caught_mail.cleared"
    SUBJECT = "caught_mail"

    count: int


@dataclass(frozen=True, kw_only=True)
class OwnAddressVerified(Event):
    """A member of staff (`subject_id`) showed that an address is theirs."""

    NAME = "own_address.verified"
    SUBJECT = "own_address"
