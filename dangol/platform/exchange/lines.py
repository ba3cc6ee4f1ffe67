"""Feeding text to the CSV parser line by line, so that no single line or stray quote can swallow the file."""

from __future__ import annotations

from collections import deque
from typing import TextIO

LONGEST_LINE = 256 * 1024
KEPT_OF_LONG_LINE = 2000


class LineTooLong(Exception):
    """A line is longer than any row of a table; `start` is its beginning."""

    def __init__(self, start: str) -> None:
        super().__init__(start)
        self.start = start


class LineFeed:
    """An iterator of physical lines which remembers those of the current record and can take them back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.at_end = False

    def __iter__(self) -> LineFeed:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            self.at_end = True
            raise StopIteration
        self.taken.append(line)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self.taken.clear()

    def take_back_all_but_first(self) -> str:
        """Give back every line of the current record but its first, which is returned."""
        first, *rest = self.taken
        self._waiting.extendleft(reversed(rest))
        self.at_end = False
        self.taken = [first]
        return first

    def _read(self) -> str:
        line = self._stream.readline(LONGEST_LINE)
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return line
        while (more := self._stream.readline(LONGEST_LINE)) and len(more) == LONGEST_LINE and more[-1] not in "\r\n":
            pass
        raise LineTooLong(line[:KEPT_OF_LONG_LINE])
