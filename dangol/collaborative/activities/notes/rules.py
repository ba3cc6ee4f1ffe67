"""How a note looks: paragraphs, lists, **bold**, addresses as links, @names. What is typed is escaped. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import escape
from itertools import groupby

MOST_LETTERS = 20_000
MOST_PINNED = 5
TITLE_LETTERS = 80
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]+", re.IGNORECASE)
_ENDING = ".,;:!?)]}»”’…"
_ITEM = re.compile(r"[-*•]\s+")
_KEPT = "\n\t"


def tidied(text: str) -> str:
    """The text as kept: one kind of line end, no control characters and none that turn the direction of reading."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in _KEPT or not _is_hidden(c)).strip()


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in (
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    )  # fmt: skip


def title_of(text: str) -> str:
    """The first words, for lists and the search."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return first if len(first) <= TITLE_LETTERS else first[: TITLE_LETTERS - 1].rstrip() + "…"


def mentioned(text: str, names: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of those of `names` {name: number} that stand after an @, each once, in order."""
    found = _mention(names)
    return tuple(dict.fromkeys(names[match.group(1)] for match in found.finditer(text))) if found else ()


def html_of(text: str, names: Mapping[str, int] | None = None) -> str:
    """The note as html; `names` are the members of staff whose @name is marked."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip()]
    marks = _mention(names or {})
    return "\n".join(_paragraph(part, marks) for part in parts)


def _mention(names: Mapping[str, int]) -> re.Pattern[str] | None:
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    return re.compile("(?<![\\w@])@(" + "|".join(map(_whole, longest_first)) + ")") if longest_first else None


def _whole(name: str) -> str:
    """A name in Latin letters ends where no letter follows; after a Korean one a particle may."""
    return re.escape(name) + ("(?![A-Za-z0-9_])" if name[-1].isascii() and name[-1].isalnum() else "")


def _paragraph(part: str, marks: re.Pattern[str] | None) -> str:
    """Lines that begin with a dash are a list, even amid other lines."""
    found = []
    for is_list, group in groupby(part.split("\n"), key=lambda line: _ITEM.match(line) is not None):
        lines = [_inline(_ITEM.sub("", line, count=1) if is_list else line.rstrip(), marks) for line in group]
        items = "".join(f"<li>{line}</li>" for line in lines)
        found.append(f"<ul>{items}</ul>" if is_list else f"<p>{'<br>'.join(lines)}</p>")
    return "".join(found)


def _inline(line: str, marks: re.Pattern[str] | None) -> str:
    """Addresses are cut out first, so that nothing within them is taken for a mark."""
    done, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = _trimmed(match.group())
        end = match.start() + len(address)
        done.append(_marked(line[at : match.start()], marks))
        shown = escape(address)
        done.append(f'<a href="{shown}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>')
        at = end
    return "".join([*done, _marked(line[at:], marks)])


def _trimmed(address: str) -> str:
    """Without the sentence's own marks at the end; a closing bracket stays where one was opened."""
    while address and address[-1] in _ENDING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _marked(text: str, marks: re.Pattern[str] | None) -> str:
    pieces, at = [], 0
    for match in marks.finditer(text) if marks else ():
        pieces += [_BOLD.sub(r"<strong>\1</strong>", escape(text[at : match.start()]))]
        pieces += [f'<span class="mention">@{escape(match.group(1))}</span>']
        at = match.end()
    return "".join([*pieces, _BOLD.sub(r"<strong>\1</strong>", escape(text[at:]))])
