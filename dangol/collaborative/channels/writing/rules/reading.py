"""Reading a template: finds what is not plain text in it, and says plainly what is wrong and where.

    {{ name }}   {{ name | "friend" }}   {은/는}
    {{#if tier = "top"}} ... {{else if city is empty}} ... {{else}} ... {{/if}}

Nothing else exists in the language: no loops, no attributes, no calls.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from dangol.collaborative.channels.writing.rules.fields import WAYS_OUT, MergeField, nearest
from dangol.collaborative.channels.writing.rules.sentences import Sentence, TemplateError
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _
from dangol.platform.ui.korean import PARTICLES

Operator = Literal["is", "is not", "empty", "not empty"]
PAIRS = ("은/는", "이/가", "을/를", "과/와", "으로/로", "아/야", "이나/나", "이에요/예요")

_OPENING = re.compile(r"\{\{|\{\s*([가-힣]{1,3})\s*/\s*([가-힣]{1,3})\s*\}")
_QUOTED = r"""(?:"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)"""
_INSIDE = re.compile(rf"""{_QUOTED}|(?P<close>\}}\}})|(?P<open>\{{\{{)|(?P<quote>["'“‘])""")
_FIELD = re.compile(rf"(\w+)(?:\s*\|\s*({_QUOTED}))?", re.DOTALL)
_TEST = re.compile(
    rf"(\w+)(?:\s*(==?|!=|≠|\bis\s+not\b|\bis\b)?\s*(?:({_QUOTED})|\b(not\s+empty|empty)\b))?", re.DOTALL
)
_PARTICLE = re.compile(r"([가-힣]{1,3})\s*/\s*([가-힣]{1,3})")


@dataclass(frozen=True, slots=True)
class Test:
    """A question about one field; `wanted` is folded to lower case."""

    name: str
    operator: Operator
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What stands between braces. `at` is its place in the source, `part` whose source it is."""

    kind: Literal["field", "if", "elif", "else", "end", "particle"]
    at: int
    name: str = ""
    fallback: str = ""
    test: Test | None = None


class Reader:
    """Reads the source of one part of a message. Escaped characters between braces count as plain ones in html."""

    def __init__(self, source: str, part: str, fields: Mapping[str, MergeField], *, is_html: bool = False) -> None:
        self.source, self.part, self.is_html = source, part, is_html
        self.fields = {**WAYS_OUT, **fields}

    def read(self) -> list[str | Token]:
        """Text and tokens in turn. Raises TemplateError."""
        found: list[str | Token] = []
        done = 0
        while match := _OPENING.search(self.source, done):
            if match.start() > done:
                found.append(self.source[done : match.start()])
            if match.group() == "{{":
                end = self._end_of(match.start())
                found.append(self._token(match.start(), self.source[match.end() : end - 2]))
            else:
                end = match.end()
                found.append(self._particle(match.start(), *match.groups()))
            done = end
        if done < len(self.source):
            found.append(self.source[done:])
        return found

    def _end_of(self, start: int) -> int:
        place = start + 2
        while match := _INSIDE.search(self.source, place):
            if match.group("close"):
                return match.end()
            if match.group("open"):
                break
            if match.group("quote"):
                self.fail(match.start(), Sentence(_("The quotation mark that opens here is never closed.")))
            place = match.end()
        self.fail(start, Sentence(_("The braces that open here are never closed. Write {{ name }}.")))

    def _token(self, at: int, written: str) -> Token:
        inside = html.unescape(written) if self.is_html else written
        inside = " ".join(inside.split())
        if inside.startswith("#if") and inside[3:4] in (" ", ""):
            return Token("if", at, test=self._test(at, inside[3:]))
        if inside.startswith("else if "):
            return Token("elif", at, test=self._test(at, inside[8:]))
        if inside in ("else", "/if"):
            return Token("else" if inside == "else" else "end", at)
        if match := _PARTICLE.fullmatch(inside):
            pair = self._particle(at, *match.groups()).name
            self.fail(at, Sentence(_("A particle stands in single braces: {%(pair)s}."), {"pair": pair}))
        return self._field(at, inside)

    def _field(self, at: int, inside: str) -> Token:
        match = _FIELD.fullmatch(inside)
        if not match:
            self.fail(at, Sentence(
                _('"%(written)s" is not understood. Write {{ name }} or {{ name | "fallback" }}.'), {"written": inside}
            ))  # fmt: skip
        name = self._known(at, match[1])
        return Token("field", at, name, match[2][1:-1].strip() if match[2] else "")

    def _test(self, at: int, inside: str) -> Test:
        match = _TEST.fullmatch(inside.strip())
        if not match or bool(match[2]) > bool(match[3] or match[4]) or (match[3] and not match[2]):
            self.fail(at, Sentence(
                _('"%(written)s" is not understood. Write {{#if tier = "top"}} or {{#if city is empty}}.'),
                {"written": inside.strip()},
            ))  # fmt: skip
        name = self._known(at, match[1])
        is_not = bool(match[2]) and match[2] in ("!=", "≠", *([match[2]] if "not" in match[2] else []))
        if match[3] and match[3][1:-1].strip():
            return Test(name, "is not" if is_not else "is", match[3][1:-1].strip().casefold())
        wants_empty = bool(match[3]) or match[4] == "empty"
        return Test(name, "empty" if wants_empty != is_not else "not empty")

    def _known(self, at: int, written: str) -> str:
        name = written.lower()
        if name in self.fields:
            return name
        near = nearest(name, self.fields)
        sentence = (
            Sentence(_('There is no field "%(name)s". Did you mean "%(near)s"?'), {"name": written, "near": near})
            if near
            else Sentence(_('There is no field "%(name)s".'), {"name": written})
        )
        self.fail(at, sentence, code=f"field:{written}", near=near)

    def _particle(self, at: int, first: str, second: str) -> Token:
        if first == second or set(PARTICLES.get(first, ())) != {first, second}:
            self.fail(at, Sentence(
                _("%(written)s is not a pair of particles. There are: %(pairs)s."),
                {"written": f"{first}/{second}", "pairs": ", ".join(PAIRS)},
            ))  # fmt: skip
        return Token("particle", at, PARTICLES[first][0])

    def fail(self, at: int, sentence: Sentence, *, code: str = "template", near: str = "") -> NoReturn:
        """Raise the TemplateError of a place in the source."""
        line = self.source.count("\n", 0, at) + 1
        column = at - self.source.rfind("\n", 0, at)
        raise TemplateError(line, column, sentence, part=self.part, code=code, near=near)
