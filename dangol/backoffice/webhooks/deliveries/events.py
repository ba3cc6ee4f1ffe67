from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class WebhookPinged(Event):
    """Somebody sent a test message."""

    NAME = "webhook.pinged"
    SUBJECT = "webhook"


@dataclass(frozen=True, kw_only=True)
class WebhookReplayed(Event):
    """Somebody had messages sent once more."""

    NAME = "webhook.replayed"
    SUBJECT = "webhook"

    messages: int = 0
