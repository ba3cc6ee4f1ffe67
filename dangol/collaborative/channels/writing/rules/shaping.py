"""From a flat row of nodes and tokens to a tree: conditions close, and what is known beforehand is written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dangol.collaborative.channels.writing.rules.nodes import (
    Branches,
    Literal,
    Node,
    Particle,
    particle_after,
    visible,
)
from dangol.collaborative.channels.writing.rules.reading import Reader, Test, Token
from dangol.collaborative.channels.writing.rules.sentences import Sentence
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _

DEEPEST = 3
Place = tuple[Token, Reader]


@dataclass(slots=True)
class _Open:
    place: Place
    test: Test | None
    done: list[tuple[Test | None, tuple[Node, ...]]] = field(default_factory=list)
    now: list[Node] = field(default_factory=list)
    has_else: bool = False


def shaped(row: Iterable[Node | Place]) -> tuple[Node, ...]:
    """The tree of a row. Raises TemplateError for a condition that does not close, opens too deep, or stands alone."""
    top: list[Node] = []
    opened: list[_Open] = []
    for piece in row:
        if not isinstance(piece, tuple):
            (opened[-1].now if opened else top).append(piece)
            continue
        token, reader = piece
        if token.kind == "if":
            if len(opened) == DEEPEST:
                reader.fail(token.at, Sentence(_("Conditions lie in one another at most three deep.")))
            opened.append(_Open(piece, token.test))
        elif not opened:
            reader.fail(token.at, Sentence(_("There is no open condition here. Begin one with {{#if …}}.")))
        elif token.kind == "end":
            closed = opened.pop()
            closed.done.append((closed.test, settled(closed.now)))
            (opened[-1].now if opened else top).append(Branches(tuple(closed.done)))
        else:
            _next(opened[-1], piece)
    if opened:
        token, reader = opened[-1].place
        reader.fail(token.at, Sentence(_("The condition that opens here is never closed. Write {{/if}} at its end.")))
    return settled(top)


def _next(block: _Open, place: Place) -> None:
    token, reader = place
    if block.has_else:
        reader.fail(token.at, Sentence(_("Nothing but {{/if}} can follow {{else}}.")))
    block.done.append((block.test, settled(block.now)))
    block.test, block.now, block.has_else = token.test, [], token.kind == "else"


def settled(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Nodes with neighbouring literals joined, and particles after a known word written as literals."""
    return tuple(_settle(nodes))


def _settle(nodes: Iterable[Node]) -> Iterator[Node]:
    text = ""
    for node in nodes:
        if isinstance(node, Particle) and (word := _known_word(text, node)):
            text += particle_after(word, node.kind)
        elif isinstance(node, Literal):
            text += node.text
        else:
            if text:
                yield Literal(text)
            text = ""
            yield node
    if text:
        yield Literal(text)


def _known_word(text: str, node: Particle) -> str:
    seen = visible(text[-2000:]) if node.is_html else text[-2000:]
    return seen if any(c.isalnum() for c in seen) else ""
