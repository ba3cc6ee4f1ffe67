"""Sentences for people that are said in another language later, and the error that a template may raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it; rules know no Django."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `text` is the English original with named places, `values` fill them; `str()` is the English one."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


class TemplateError(Exception):
    """A template that cannot be read; `line` and `column` count from 1 in `part` (subject, preheader, html, text)."""

    def __init__(
        self, line: int, column: int, sentence: Sentence, *, part: str = "", code: str = "template", near: str = ""
    ) -> None:
        super().__init__(line, column, str(sentence))
        self.line, self.column, self.sentence, self.part = line, column, sentence, part
        # What kind of mistake it is, and the known word that is nearest to the unknown one.
        self.code, self.near = code, near

    def __str__(self) -> str:
        return f"{self.part or 'template'}, line {self.line}, column {self.column}: {self.sentence}"
