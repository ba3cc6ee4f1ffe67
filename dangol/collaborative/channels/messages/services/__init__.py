"""Writes of messages: what is said (`contents`), who waits (`queueing`), the way out (`sending`, `batches`), and what
comes back (`touches`, `bounces`, `answers`)."""

from dangol.collaborative.channels.messages.services.answers import note_unsubscribe

__all__ = ["note_unsubscribe"]
