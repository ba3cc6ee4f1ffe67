"""The language of formulas: read by a small grammar of its own, never evaluated as a program.

    round(c_budget * 0.1, 2)      if(c_points >= 100, "gold", "plain")      days(c_until, c_since)

Numbers, texts in quotes, names of fields; + - * / & (join), comparisons, and, or, not; the functions of FUNCTIONS.
What is not known makes the result not known; a division by nothing, too. A formula becomes one SQL expression, which
is immutable, so that it can be indexed, and the same is worked out in Python for one record at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.utils.translation import gettext as _

LONGEST, DEEPEST, DIVISION_PLACES = 2_000, 30, 10
NUMBER, TEXT, DATE, FLAG = "number", "text", "date", "bool"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|!=|[-+*/&=<>(),]))"
)
_COMPARED = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class FormulaError(ValueError):
    """A formula that cannot be understood; the sentence says where and why."""


@dataclass(frozen=True)
class Node:
    """A part of a formula: what it does (`op`), with what, and what kind of value comes out."""

    op: str
    kind: str
    parts: tuple[Node, ...] = ()
    value: Any = None


@dataclass(frozen=True)
class Function:
    """A function: the kinds that it takes (the last one repeats when `is_many`), what comes out."""

    takes: tuple[str, ...]
    gives: str
    is_many: bool = False


FUNCTIONS: Mapping[str, Function] = {
    "round": Function((NUMBER, NUMBER), NUMBER),
    "abs": Function((NUMBER,), NUMBER),
    "least": Function((NUMBER,), NUMBER, is_many=True),
    "greatest": Function((NUMBER,), NUMBER, is_many=True),
    "days": Function((DATE, DATE), NUMBER),
    "year": Function((DATE,), NUMBER),
    "month": Function((DATE,), NUMBER),
    "length": Function((TEXT,), NUMBER),
    "upper": Function((TEXT,), TEXT),
    "lower": Function((TEXT,), TEXT),
    "is_known": Function(("any",), FLAG),
}
"""Beside these: if(condition, then, else) and or_else(value, instead)."""


def read(text: str, fields: Mapping[str, str]) -> Node:
    """The formula as a tree; `fields` {name: number, text, date or bool}. Raises FormulaError with a sentence."""
    if len(text) > LONGEST:
        raise FormulaError(_("A formula has at most 2,000 letters."))
    reader = _Reader(_tokens(text), fields)
    found = reader.either(0)
    if reader.place < len(reader.tokens):
        raise FormulaError(_("“%(what)s” is too much here.") % {"what": reader.tokens[reader.place][1]})
    return found


def names_in(node: Node) -> set[str]:
    """The fields that a formula is made of."""
    return {node.value} if node.op == "field" else {n for part in node.parts for n in names_in(part)}


def words_of(text: str) -> set[str]:
    """Every name that stands in a formula outside quotes: its fields, and its functions."""
    try:
        return {said for kind, said in _tokens(text) if kind == "name"}
    except FormulaError:
        return set()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or not match.lastgroup:
            raise FormulaError(_("“%(what)s” cannot be read.") % {"what": text[at:].strip()[:20]})
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


class _Reader:
    """Reads by precedence: or, and, not, comparison, + - &, * /, minus, atom."""

    def __init__(self, tokens: list[tuple[str, str]], fields: Mapping[str, str]) -> None:
        self.tokens, self.fields, self.place = tokens, fields, 0

    def now(self) -> str:
        kind, said = self.tokens[self.place] if self.place < len(self.tokens) else ("", "")
        return said.lower() if kind == "name" else said if kind == "sign" else ""

    def take(self, *said: str) -> str:
        now = self.now()
        if now and now in said:
            self.place += 1
            return now
        return ""

    def need(self, said: str) -> None:
        if not self.take(said):
            raise FormulaError(_("“%(what)s” is missing.") % {"what": said})

    def either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FormulaError(_("Brackets lie too deep in each other."))
        found = self.both(depth)
        while self.take("or"):
            found = Node("or", FLAG, (_is(found, FLAG), _is(self.both(depth), FLAG)))
        return found

    def both(self, depth: int) -> Node:
        found = self.negated(depth)
        while self.take("and"):
            found = Node("and", FLAG, (_is(found, FLAG), _is(self.negated(depth), FLAG)))
        return found

    def negated(self, depth: int) -> Node:
        if self.take("not"):
            return Node("not", FLAG, (_is(self.negated(depth + 1), FLAG),))
        return self.compared(depth)

    def compared(self, depth: int) -> Node:
        left = self.added(depth)
        sign = self.take(*_COMPARED)
        if not sign:
            return left
        right = self.added(depth)
        if left.kind != right.kind:
            raise FormulaError(_("Only two of a kind can be compared: “%(sign)s” has two kinds.") % {"sign": sign})
        if left.kind in (TEXT, FLAG) and _COMPARED[sign] not in ("=", "<>"):
            raise FormulaError(_("“%(sign)s” compares numbers and dates only.") % {"sign": sign})
        return Node(_COMPARED[sign], FLAG, (left, right))

    def added(self, depth: int) -> Node:
        found = self.times(depth)
        while sign := self.take("+", "-", "&"):
            kind = TEXT if sign == "&" else NUMBER
            found = Node(sign, kind, (_is(found, kind), _is(self.times(depth), kind)))
        return found

    def times(self, depth: int) -> Node:
        found = self.signed(depth)
        while sign := self.take("*", "/"):
            found = Node(sign, NUMBER, (_is(found, NUMBER), _is(self.signed(depth), NUMBER)))
        return found

    def signed(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FormulaError(_("Brackets lie too deep in each other."))
        if self.take("-"):
            return Node("minus", NUMBER, (_is(self.signed(depth + 1), NUMBER),))
        return self.atom(depth)

    def atom(self, depth: int) -> Node:
        if self.take("("):
            found = self.either(depth + 1)
            self.need(")")
            return found
        if self.place >= len(self.tokens):
            raise FormulaError(_("The formula ends too early."))
        kind, said = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return Node("value", NUMBER, value=Decimal(said))
        if kind == "text":
            return Node("value", TEXT, value=said[1:-1])
        if kind == "sign":
            raise FormulaError(_("“%(what)s” does not stand right here.") % {"what": said})
        return self.call(said.lower(), depth) if self.now() == "(" else self.named(said)

    def named(self, name: str) -> Node:
        if name.lower() in ("true", "false"):
            return Node("value", FLAG, value=name.lower() == "true")
        if name not in self.fields:
            raise FormulaError(_("There is no field “%(name)s” that a formula can use.") % {"name": name})
        return Node("field", self.fields[name], value=name)

    def call(self, name: str, depth: int) -> Node:
        self.need("(")
        given = [self.either(depth + 1)]
        while self.take(","):
            given.append(self.either(depth + 1))
        self.need(")")
        if name == "if" and len(given) == 3:
            return Node("if", given[1].kind, (_is(given[0], FLAG), given[1], _is(given[2], given[1].kind)))
        if name == "or_else" and len(given) == 2:
            return Node("or_else", given[0].kind, (given[0], _is(given[1], given[0].kind)))
        function = FUNCTIONS.get(name)
        count = len(function.takes) if function else 0
        if function is None or (len(given) != count and not (function.is_many and len(given) >= count)):
            raise FormulaError(_("“%(name)s” is no function, or takes another number of values.") % {"name": name})
        takes = [function.takes[min(n, count - 1)] for n in range(len(given))]
        if name == "round" and (given[1].op != "value" or not 0 <= given[1].value <= 6):
            raise FormulaError(_("“round” needs a number of places from 0 to 6."))
        return Node(name, function.gives, tuple(_is(g, k) for g, k in zip(given, takes, strict=True)))


def _is(node: Node, kind: str) -> Node:
    if kind not in ("any", node.kind):
        words = {NUMBER: _("a number"), TEXT: _("a text"), DATE: _("a date"), FLAG: _("yes or no")}
        raise FormulaError(_("Here %(wanted)s is needed, not %(given)s.") % {
            "wanted": words[kind], "given": words[node.kind]})  # fmt: skip
    return node


# ---- As SQL ----------------------------------------------------------------------------------------------------------


def to_sql(node: Node, column: Callable[[str], str]) -> str:
    """The formula as an immutable SQL expression; `column(name)` gives that of a field."""
    if node.op == "field":
        return column(node.value)
    if node.op == "value":
        return _literal(node)
    parts = [to_sql(part, column) for part in node.parts]
    if node.op in _SQL:
        return f"({_SQL[node.op].format(*parts)})"
    if node.op in ("least", "greatest"):
        # Not known as soon as one is not, as in every other function.
        known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
        return f"(CASE WHEN {known} THEN {node.op}({', '.join(parts)}) END)"
    return f"({parts[0]} {'||' if node.op == '&' else node.op.upper()} {parts[1]})"


_SQL = {
    "not": "NOT {0}",
    "minus": "- {0}",
    "/": f"round({{0}} / NULLIF({{1}}, 0), {DIVISION_PLACES})",
    "if": "CASE WHEN {0} THEN {1} ELSE {2} END",
    "or_else": "COALESCE({0}, {1})",
    "round": "round({0}, {1}::int)",
    "abs": "abs({0})",
    "days": "({0} - {1})::numeric",
    "year": "date_part('year', {0})::numeric",
    "month": "date_part('month', {0})::numeric",
    "length": "length({0})::numeric",
    "upper": "upper({0})",
    "lower": "lower({0})",
    "is_known": "{0} IS NOT NULL",
}


def _literal(node: Node) -> str:
    if node.kind == NUMBER:
        return f"{node.value:f}::numeric"
    if node.kind == FLAG:
        return "true" if node.value else "false"
    # Everything but letters and digits by its number: no quote, no per cent sign can end the text.
    plain = "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\+{ord(c):06X}" for c in node.value)
    return f"U&'{plain}'"


# ---- In Python -------------------------------------------------------------------------------------------------------


def work_out(node: Node, value: Callable[[str], Any]) -> Any:
    """The formula's value for one record; `value(name)` gives that of a field (None: not known)."""
    with localcontext() as context:
        context.prec = 60
        return _worked_out(node, value)


def _worked_out(node: Node, value: Callable[[str], Any]) -> Any:
    if node.op == "field":
        return value(node.value)
    if node.op == "value":
        return node.value
    if node.op == "if":
        chosen = node.parts[1] if _worked_out(node.parts[0], value) is True else node.parts[2]
        return _worked_out(chosen, value)
    parts = [_worked_out(part, value) for part in node.parts]
    if node.op in ("and", "or"):
        return _joined(node.op == "and", parts)
    if node.op == "or_else":
        return parts[1] if parts[0] is None else parts[0]
    if node.op == "is_known":
        return parts[0] is not None
    return None if None in parts else _PYTHON[node.op](*parts)


def _joined(is_and: bool, parts: list[Any]) -> bool | None:
    """Three-valued, as SQL has it."""
    decides = not is_and
    if decides in parts:
        return decides
    return None if None in parts else is_and


def _rounded(number: Decimal, places: Any) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


_PYTHON: Mapping[str, Callable[..., Any]] = {
    "not": lambda a: not a,
    "minus": lambda a: -a,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: _rounded(a / b, DIVISION_PLACES) if b else None,
    "&": lambda a, b: a + b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "round": _rounded,
    "abs": abs,
    "least": min,
    "greatest": max,
    "days": lambda a, b: Decimal((a - b).days),
    "year": lambda a: Decimal(a.year),
    "month": lambda a: Decimal(a.month),
    "length": lambda a: Decimal(len(a)),
    "upper": str.upper,
    "lower": str.lower,
}


def plain(value: Any) -> Any:
    """A field's value as formulas have it: numbers exact, no text is not known, days without their clock."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | date):
        return value
    return Decimal(str(value))
