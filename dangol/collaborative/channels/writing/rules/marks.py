"""Marks: harmless words that stand for tokens while other tools (cleaner, inliner, converter) work on the text.

A condition is a comment in html, since tables let comments stand where they are, and words not. A field that is a whole
address looks like one, so that a link to it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dangol.collaborative.channels.writing.rules.fields import MergeField
from dangol.collaborative.channels.writing.rules.reading import Reader, Token

# Around a condition's mark in plain text: no address reaches over it.
EDGE = "\ue002"
_BLOCKS = ("if", "elif", "else", "end")


class Marks:
    """The tokens of a message and the words that stand for them; `texts` are all sources, none of which holds one."""

    def __init__(self, texts: Iterable[str], fields: dict[str, MergeField]) -> None:
        whole = "\n".join(texts).lower()
        self.fields = fields
        self.word = next(f"dg{i}q" for i in range(len(whole) + 1) if f"dg{i}q" not in whole)
        self.tokens: list[tuple[Token, Reader]] = []
        w = self.word
        self._any = re.compile(rf"<!--{w}b(\d+)x-->|{EDGE}{w}b(\d+)x{EDGE}|https://{w}u(\d+)x|{w}[fp](\d+)x")

    def put(self, reader: Reader) -> str:
        """The reader's source with marks in place of its tokens. Raises TemplateError."""
        return "".join(piece if isinstance(piece, str) else self._mark(piece, reader) for piece in reader.read())

    def _mark(self, token: Token, reader: Reader) -> str:
        self.tokens.append((token, reader))
        n = len(self.tokens) - 1
        if token.kind in _BLOCKS:
            mark = f"{self.word}b{n}x"
            return f"<!--{mark}-->" if reader.is_html else f"{EDGE}{mark}{EDGE}"
        if token.kind == "field" and self.fields[token.name].kind == "url":
            return f"https://{self.word}u{n}x"
        return f"{self.word}{'p' if token.kind == 'particle' else 'f'}{n}x"

    def split(self, text: str) -> Iterator[str | int]:
        """Text and numbers of tokens in turn."""
        done = 0
        for match in self._any.finditer(text):
            if match.start() > done:
                yield text[done : match.start()]
            yield int(match[match.lastindex or 0])
            done = match.end()
        if done < len(text):
            yield text[done:]

    def written(self, marked: str) -> str:
        """Marked text as it was written, for people: fields in braces, conditions left out."""
        out = []
        for piece in self.split(marked):
            if isinstance(piece, str):
                out.append(piece)
            elif self.tokens[piece][0].kind == "field":
                out.append(f"{{{{ {self.tokens[piece][0].name} }}}}")
        return "".join(out).replace(EDGE, "")

    def numbers_in(self, text: str) -> set[int]:
        """The tokens whose marks stand in `text`."""
        return {piece for piece in self.split(text) if isinstance(piece, int)}

    def whole(self, text: str) -> int | None:
        """The token whose mark is all of `text`."""
        found = self._any.fullmatch(text)
        return int(found[found.lastindex or 0]) if found else None

    def is_ours(self, comment: str) -> bool:
        """Whether the inside of a comment is a condition's mark."""
        return bool(re.fullmatch(rf"{self.word}b\d+x", comment))
