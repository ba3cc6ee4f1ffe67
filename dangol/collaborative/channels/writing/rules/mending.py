"""Mending templates by one click: only braces are touched, the rest stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dangol.collaborative.channels.writing.rules.content import Content
from dangol.collaborative.channels.writing.rules.fields import MergeField, nearest


def with_fallback(content: Content, name: str, fallback: str) -> Content:
    """The message with `fallback` wherever the field stands without one."""
    if not fallback:
        return content
    bare = re.compile(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", re.IGNORECASE)
    return _each(content, lambda source: bare.sub(lambda m: f'{{{{ {name} | "{fallback}" }}}}', source))


def with_field(content: Content, written: str, known: Mapping[str, MergeField]) -> Content:
    """The message with the known field that is nearest to `written` in its place."""
    near = nearest(written.lower(), known)
    if not near:
        return content
    wrong = re.compile(rf"(\{{\{{\s*(?:#if\s+|else\s+if\s+)?){re.escape(written)}\b")
    return _each(content, lambda source: wrong.sub(lambda m: m[1] + near, source))


def _each(content: Content, change: Callable[[str], str]) -> Content:
    return Content(
        change(content.subject), change(content.html), change(content.text), change(content.preheader), content.language
    )
