"""Text as markup, for what is drawn by hand because a page has it by the hundred."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString


def escaped(value: object) -> SafeString:
    """The text of `value`, escaped at once. Django's own leaves a lazy text lazy, and escapes it at each use."""
    return SafeString(escape(str(value)))
