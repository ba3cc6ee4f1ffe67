"""How a letter that is typed as plain text looks: paragraphs, lists, **bold**, addresses as links. Pure."""

from __future__ import annotations

import re
from html import escape

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ADDRESS = re.compile(r"https?://[!-~]+?(?=(?:&(?:gt|lt|quot|#x27);|[.,;:!?()\[\]]*(?:[^!-~]|$)))")
_ITEM = re.compile(r"[-*•]\s+")


def html_of(text: str) -> str:
    """The letter as html; what is typed is escaped."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()]
    return "\n".join(_paragraph(part) for part in paragraphs)


def _paragraph(part: str) -> str:
    lines = part.split("\n")
    if all(_ITEM.match(line) for line in lines):
        return f"<ul>{''.join(f'<li>{_inline(_ITEM.sub(str(), line, count=1))}</li>' for line in lines)}</ul>"
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _inline(line: str) -> str:
    linked = _ADDRESS.sub(lambda m: f'<a href="{m.group()}">{m.group()}</a>', escape(line.rstrip()))
    return _BOLD.sub(r"<strong>\1</strong>", linked)
