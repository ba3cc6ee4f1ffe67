"""What a compiled template is made of. Each node writes itself for one receiver; nothing here can fail."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from dangol.collaborative.channels.writing.rules.reading import Test
from dangol.platform.ui.korean import particle

Values = Mapping[str, str]
# Controls and line ends, and marks that turn the direction of writing: none of them belongs in a value.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_TAGS = re.compile(r"<[^>]*>")
_LONGEST_TAIL = 400


class Node(Protocol):
    """A piece of a template."""

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        """Add what one receiver sees; `links` are the addresses of the message's links, by number."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text as it stands."""

    text: str

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        out.append(self.text)


@dataclass(frozen=True, slots=True)
class Value:
    """A field in plain text."""

    name: str
    fallback: str = ""

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        out.append(shown(values, self.name) or self.fallback)


@dataclass(frozen=True, slots=True)
class HtmlValue:
    """A field in html, between tags or in an attribute."""

    name: str
    fallback: str = ""

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        out.append(html.escape(shown(values, self.name) or self.fallback))


@dataclass(frozen=True, slots=True)
class Particle:
    """A Korean particle; its form follows from what stands before it in this receiver's message."""

    kind: str
    is_html: bool

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        out.append(particle_after(word_before(out, is_html=self.is_html), self.kind))


@dataclass(frozen=True, slots=True)
class Branches:
    """Conditions in turn: the first that holds is written. A None holds always (else)."""

    each: tuple[tuple[Test | None, tuple[Node, ...]], ...]

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        for test, nodes in self.each:
            if test is None or holds(test, values):
                for node in nodes:
                    node.write(out, values, links)
                return


@dataclass(frozen=True, slots=True)
class Address:
    """A web address of literal pieces and fields. A field at its beginning must itself be an address of the web."""

    pieces: tuple[str | Value, ...]

    def fill(self, values: Values) -> str:
        """The address for one receiver; empty when it begins with a field that holds no web address."""
        made = []
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, str):
                made.append(piece)
                continue
            value = shown(values, piece.name) or piece.fallback
            if place:
                made.append(quote(value, safe="", errors="replace"))
            elif value[:8].lower().startswith(("https://", "http://")):
                made.append(_TROUBLE.sub(_encoded, value))
            else:
                return ""
        return "".join(made)


_TROUBLE = re.compile(r"[\s\"<>\\^`{|}]")


def _encoded(match: re.Match[str]) -> str:
    return quote(match.group(), safe="")


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """Where an address stands that nobody counts: way out, mail, telephone, picture."""

    address: Address
    is_html: bool

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        filled = self.address.fill(values)
        out.append(html.escape(filled) if self.is_html else filled)


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """Where the address of a link stands."""

    number: int
    is_html: bool

    def write(self, out: list[str], values: Values, links: Sequence[str]) -> None:
        out.append(html.escape(links[self.number]) if self.is_html else links[self.number])


def shown(values: Values, name: str) -> str:
    """The value of a field on one line; empty when it is unknown or blank."""
    value: object = values.get(name)
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if not text.isprintable():
        text = _UNSEEN.sub(" ", text)
    return "" if text.isspace() else text


def holds(test: Test, values: Values) -> bool:
    """Whether a condition holds for a receiver: compared with the value's key, if it has one, and its shown text."""
    value = shown(values, test.name)
    if test.operator == "empty" or test.operator == "not empty":
        return bool(value) == (test.operator == "not empty")
    key = getattr(values.get(test.name), "key", "")
    is_it = value.strip().casefold() == test.wanted or (bool(key) and key.casefold() == test.wanted)
    return is_it == (test.operator == "is")


def word_before(out: Sequence[str], *, is_html: bool) -> str:
    """What is read before the end of `out`: enough of it to hold a word, without tags."""
    text = ""
    for piece in reversed(out):
        text = piece[-_LONGEST_TAIL:] + text
        seen = visible(text) if is_html else text
        if any(c.isalnum() for c in seen):
            return seen
    return visible(text) if is_html else text


def visible(markup: str) -> str:
    """What is read of a piece of html that may begin or end within a tag."""
    closing, opening = markup.find(">"), markup.find("<")
    if closing >= 0 and (opening < 0 or closing < opening):
        markup = markup[closing + 1 :]
    if markup.rfind("<") > markup.rfind(">"):
        # Within an attribute: what was written of its value.
        return html.unescape(markup[markup.rfind('"') + 1 :])
    return html.unescape(_TAGS.sub("", markup))


@lru_cache(maxsize=4096)
def _particle(tail: str, kind: str) -> str:
    return particle(tail, kind)


def particle_after(text: str, kind: str) -> str:
    """The form of a particle after `text`."""
    return _particle(text.rstrip()[-40:], kind)
