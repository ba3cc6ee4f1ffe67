"""Where tokens stand: turns marked html and text into nodes, each written as its place asks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from dangol.collaborative.channels.writing.rules.content import Link
from dangol.collaborative.channels.writing.rules.fields import OPEN_PIXEL, WAYS_OUT
from dangol.collaborative.channels.writing.rules.marks import Marks
from dangol.collaborative.channels.writing.rules.nodes import (
    Address,
    AddressPlace,
    Branches,
    HtmlValue,
    LinkPlace,
    Literal,
    Node,
    Particle,
    Value,
)
from dangol.collaborative.channels.writing.rules.reading import Test
from dangol.collaborative.channels.writing.rules.sentences import Sentence
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _
from dangol.collaborative.channels.writing.rules.shaping import Place
from dangol.collaborative.channels.writing.rules.skeleton import PIXEL_PLACE
from dangol.collaborative.channels.writing.rules.texts import ADDRESS_BEGINS, ADDRESS_ENDS

LONGEST_LABEL = 80
_TAG = re.compile(r"<([a-zA-Z][\w-]*)\b[^>]*>|<[^>]*>")
_ATTRIBUTE = re.compile(r'(\s([a-zA-Z][\w-]*)=")([^"]*)(")')
_ADDRESS = re.compile(
    rf"{ADDRESS_BEGINS}([^{ADDRESS_ENDS}]*){ADDRESS_ENDS}|(https?://[^\s<>\"'()\[\]{{}}\x7f-\U0010ffff]+)"
)
_PIXEL = Branches(
    (
        (
            Test(OPEN_PIXEL, "not empty"),
            (
                Literal('<img src="'),
                AddressPlace(Address((Value(OPEN_PIXEL),)), True),
                Literal('" width="1" height="1" alt="" style="display:block">'),
            ),
        ),
    )
)


class Placer:
    """Makes nodes of a message's parts and numbers its links, alike in html and text."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.links: list[Link] = []
        self.addresses: list[Address] = []
        self._numbers: dict[str, int] = {}

    def plain(self, marked: str) -> Iterator[Node | Place]:
        """Nodes of one line of plain text, without links."""
        return self._row(marked, is_html=False)

    def text(self, marked: str) -> Iterator[Node | Place]:
        """Nodes of a text part."""
        done = 0
        for match in _ADDRESS.finditer(marked):
            inside, bare = match[1], match[2]
            end = match.end()
            if bare is not None:
                inside = bare.rstrip(".,;:!?*_")
                end = match.start() + len(inside)
            yield from self._row(marked[done : match.start()], is_html=False)
            yield from self._address(inside, label="", is_html=False)
            done = end
        yield from self._row(marked[done:], is_html=False)

    def html(self, marked: str) -> Iterator[Node | Place]:
        """Nodes of a html document, whose attributes all stand in double quotes."""
        done = 0
        for match in _TAG.finditer(marked):
            yield from self._between(marked[done : match.start()])
            yield from self._tag(match, marked)
            done = match.end()
        yield from self._between(marked[done:])

    def _between(self, marked: str) -> Iterator[Node | Place]:
        before, found, after = marked.partition(PIXEL_PLACE)
        yield from self._row(before, is_html=True)
        if found:
            yield _PIXEL
            yield from self._row(after, is_html=True)

    def _row(self, marked: str, *, is_html: bool) -> Iterator[Node | Place]:
        for piece in self.marks.split(marked):
            if isinstance(piece, str):
                yield Literal(piece)
                continue
            token, reader = self.marks.tokens[piece]
            if token.kind == "field":
                yield (HtmlValue if is_html else Value)(token.name, token.fallback)
            elif token.kind == "particle":
                yield Particle(token.name, is_html)
            else:
                yield token, reader

    def _tag(self, tag: re.Match[str], document: str) -> Iterator[Node | Place]:
        text, name = tag.group(), (tag[1] or "").lower()
        if tag[1] is None or (name != "a" and not self.marks.numbers_in(text)):
            yield from self._row(text, is_html=True)
            return
        done = 0
        for match in _ATTRIBUTE.finditer(text):
            yield Literal(text[done : match.start()] + match[1])
            yield from self._attribute(name, match[2].lower(), match[3], lambda: self._label(document, tag.end()))
            yield Literal('"')
            done = match.end()
        yield Literal(text[done:])

    def _attribute(self, tag: str, name: str, value: str, label: object) -> Iterator[Node | Place]:
        numbers = self.marks.numbers_in(value)
        if name == "style" and numbers:
            token, reader = self.marks.tokens[min(numbers)]
            reader.fail(token.at, Sentence(_("A field cannot stand in a style.")))
        if name in ("href", "src"):
            text = label() if tag == "a" and callable(label) else ""
            yield from self._address(html.unescape(value), label=text, is_html=True, is_link=tag == "a")
        else:
            yield from self._row(value, is_html=True)

    def _label(self, document: str, begin: int) -> str:
        end = document.find("</a>", begin)
        inside = re.sub(r"<[^>]*>", "", document[begin:end])
        return " ".join(html.unescape(self.marks.written(inside)).split())[:LONGEST_LABEL]

    def _address(self, marked: str, *, label: str, is_html: bool, is_link: bool = True) -> Iterator[Node | Place]:
        address = Address(tuple(self._pieces(marked)))
        first = address.pieces[0] if address.pieces else ""
        is_web = first.lower().startswith(("http://", "https://")) if isinstance(first, str) else True
        is_way_out = isinstance(first, Value) and first.name in WAYS_OUT
        if is_link and is_web and first and not is_way_out:
            yield LinkPlace(self._number(self.marks.written(marked), address, label), is_html)
        elif all(isinstance(piece, str) for piece in address.pieces):
            fixed = address.fill({})
            yield Literal(html.escape(fixed) if is_html else fixed)
        else:
            yield AddressPlace(address, is_html)

    def _pieces(self, marked: str) -> Iterator[str | Value]:
        for place, piece in enumerate(self.marks.split(marked)):
            if isinstance(piece, str):
                yield piece
                continue
            token, reader = self.marks.tokens[piece]
            if token.kind != "field":
                reader.fail(token.at, Sentence(_("Only fields can stand in an address.")))
            if not place and self.marks.fields[token.name].kind != "url":
                reader.fail(token.at, Sentence(_("An address cannot begin with this field. Begin with https://.")))
            yield Value(token.name, token.fallback)

    def _number(self, url: str, address: Address, label: str) -> int:
        if url not in self._numbers:
            self._numbers[url] = len(self.links)
            is_fixed = all(isinstance(piece, str) for piece in address.pieces)
            self.links.append(Link(len(self.links), url, is_fixed, label))
            self.addresses.append(address)
        return self._numbers[url]
