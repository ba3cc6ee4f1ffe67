"""Which part of a file a request asks for (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Bytes from `first` up to, not with, `end`."""

    first: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.first


def asked_span(asked: str, only_if: str, tag: str, size: int) -> Span | None:
    """The one part that the header Range asks for; None where the whole file is the answer.

    Several parts at once, other units and what cannot be read are passed over, as 14.2 allows; so is a part of a file
    that has changed (If-Range, 13.1.5, which wants a strong tag). `size` is in bytes.

    Raises:
        ValueError: the part lies beyond the end (answered by 416).
    """
    found = _ONE.fullmatch(asked.strip())
    if found is None or (only_if and only_if.strip() != tag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return _tail(int(last), size)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None  # 14.1.1: not a valid range, so it is passed over
    if int(first) >= size:
        raise ValueError(asked)
    return Span(int(first), end)


def _tail(length: int, size: int) -> Span:
    """The last `length` bytes. Raises ValueError for none."""
    if not length or not size:
        raise ValueError(length)
    return Span(max(0, size - length), size)
