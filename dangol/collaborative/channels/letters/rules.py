"""How long a letter may be, and how plain text becomes one. Pure."""

from __future__ import annotations

from dangol.collaborative.channels.writing.rules.paragraphs import html_of

__all__ = ["MOST_BODY", "MOST_SUBJECT", "html_of"]

MOST_SUBJECT, MOST_BODY = 200, 50_000
