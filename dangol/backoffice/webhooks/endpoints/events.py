from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class WebhookCreated(Event):
    NAME = "webhook.created"
    SUBJECT = "webhook"


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(Event):
    NAME = "webhook.changed"
    SUBJECT = "webhook"


@dataclass(frozen=True, kw_only=True)
class WebhookRotated(Event):
    """A new secret was made; the old one signs beside it for a while."""

    NAME = "webhook.rotated"
    SUBJECT = "webhook"


@dataclass(frozen=True, kw_only=True)
class WebhookSecretShown(Event):
    NAME = "webhook.secret_shown"
    SUBJECT = "webhook"


@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(Event):
    """The house itself stopped telling an endpoint; `reason` says why: gone, failing, owner."""

    NAME = "webhook.disabled"
    SUBJECT = "webhook"

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WebhookTrashed(Event):
    NAME = "webhook.trashed"
    SUBJECT = "webhook"
