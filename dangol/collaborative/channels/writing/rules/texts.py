"""The text part made from html: paragraphs by empty lines, lists by dashes and numbers, table rows line by line,
links as "text (address)"."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from dangol.collaborative.channels.writing.rules.marks import EDGE

# Around an address, so that it is found again whole whatever follows it.
ADDRESS_BEGINS, ADDRESS_ENDS = "\ue000", "\ue001"
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"}
_LINES = {"div", "li", "tr", "dt", "dd", "caption", "center"}
_CELLS = {"td", "th"}


def text_of(html: str, *, keep: Callable[[str], str]) -> str:
    """Clean html as text. `keep` gets the inside of each comment and returns what stands for it."""
    reader = _Converter(keep)
    reader.feed(html)
    reader.close()
    return reader.text()


class _Converter(HTMLParser):
    def __init__(self, keep: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.keep = keep
        self.out: list[str] = []
        self.lists: list[int | None] = []
        self.links: list[tuple[str, int]] = []
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("ul", "ol"):
            self._gap(1 if self.lists else 2)
            self.lists.append(None if tag == "ul" else 0)
        elif tag in _PARAGRAPHS:
            self._gap(2)
        elif tag in _LINES:
            self._gap(1)
        if tag in ("br", "hr"):
            self.out.append("\n" if tag == "br" else "-" * 24 + "\n\n")
        elif tag == "li":
            self.out.append(self._bullet())
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.out)))
        elif tag == "img" and given.get("alt"):
            self.handle_data(str(given["alt"]))
        self.preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._gap(1 if self.lists else 2)
        elif tag in _PARAGRAPHS:
            self._gap(2)
        elif tag in _LINES:
            self._gap(1)
        elif tag in _CELLS:
            self.out.append("  ")
        elif tag == "a" and self.links:
            self._link(*self.links.pop())
        self.preformatted -= tag == "pre" and self.preformatted > 0

    def handle_data(self, data: str) -> None:
        if not self.preformatted:
            data = re.sub(r"[ \t\n\r\f\u00a0]+", " ", data)
            if self._ends_blank():
                data = data.lstrip(" ")
        if data:
            self.out.append(data)

    def handle_comment(self, data: str) -> None:
        self.out.append(self.keep(data))

    def text(self) -> str:
        whole = "".join(self.out)
        whole = re.sub(r"[ \t]+\n", "\n", whole)
        return re.sub(r"\n{3,}", "\n\n", whole).strip()

    def _link(self, address: str, begin: int) -> None:
        label = "".join(self.out[begin:]).strip()
        if not address or address.startswith(("mailto:", "tel:")):
            bare = address.partition(":")[2].partition("?")[0]
            if bare and bare not in label:
                self.out.append(f" ({bare})" if label else bare)
            return
        marked = f"{ADDRESS_BEGINS}{address}{ADDRESS_ENDS}"
        if not label or label == address:
            self.out[begin:] = [marked]
        else:
            self.out.append(f" ({marked})")

    def _bullet(self) -> str:
        if not self.lists:
            return "- "
        depth, number = "  " * (len(self.lists) - 1), self.lists[-1]
        if number is None:
            return f"{depth}- "
        self.lists[-1] = number + 1
        return f"{depth}{number + 1}. "

    def _gap(self, lines: int) -> None:
        tail = self._tail()
        if tail.strip():
            ended = len(tail) - len(tail.rstrip("\n "))
            self.out.append("\n" * max(0, lines - tail[len(tail) - ended :].count("\n")))

    def _ends_blank(self) -> bool:
        tail = self._tail()
        return not tail or tail[-1] in " \n"

    def _tail(self) -> str:
        # Conditions take no room: what stands before them counts.
        found = ""
        for piece in reversed(self.out):
            if not piece.startswith(EDGE):
                found = piece + found
                if found.strip():
                    break
        return found
