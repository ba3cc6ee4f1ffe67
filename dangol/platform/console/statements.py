"""Statements as they are counted: without values, one text for all that differ in nothing else."""

from __future__ import annotations

import re

LONGEST = 1500
_SPACE = re.compile(r"\s+")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_DOLLAR = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.\"$])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b")
_PLACE = re.compile(r"%\((\w+)\)s|%s|\$\d+")
_CAST = re.compile(r"\?::\w+(?:\[\])?")
_LIST = re.compile(r"\?(?:\s*,\s*\?)+")
_ROWS = re.compile(r"(\(\?(?:, …)?\))(?:\s*,\s*\(\?(?:, …)?\))+")


def normalised(sql: str) -> str:
    """Return a statement with `?` for each value and `?, …` for lists of them, on one line, cut at 1,500 signs."""
    text = sql[: LONGEST * 8]
    for pattern, put in ((_COMMENT, " "), (_DOLLAR, "?"), (_TEXT, "?"), (_PLACE, "?"), (_NUMBER, "?")):
        text = pattern.sub(put, text)
    text = _CAST.sub("?", text)
    # A text that the cut left open may hold somebody's data.
    text = text.partition("'")[0] if text.count("'") % 2 else text
    text = _ROWS.sub(r"\1, …", _LIST.sub("?, …", _SPACE.sub(" ", text)))
    return text.strip()[:LONGEST]
