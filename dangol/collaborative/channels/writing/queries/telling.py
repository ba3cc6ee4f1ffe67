"""Sentences of the rules in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from dangol.collaborative.channels.writing.rules.content import Finding
from dangol.collaborative.channels.writing.rules.sentences import Sentence


@dataclass(frozen=True)
class Told:
    """A finding in the reader's language; `fix` is empty when nothing can be done by one click."""

    code: str
    level: str
    where: str
    sentence: str
    fix: str
    line: int


def told(sentence: Sentence | None) -> str:
    """A sentence in the running language; empty for None."""
    if sentence is None:
        return ""
    text = gettext(sentence.text)
    return text % sentence.values if sentence.values else text


def tell(findings: Iterable[Finding]) -> list[Told]:
    """Findings in the running language."""
    return [Told(f.code, f.level, f.where, told(f.sentence), told(f.fix), f.line) for f in findings]
