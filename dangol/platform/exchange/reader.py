"""Reading a file as a table: header and rows, whatever its packing, encoding, separator and faults."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from dangol.platform.exchange.encodings import cut_short, find_encoding, open_bytes
from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.layout import Layout, find_layout
from dangol.platform.exchange.lines import LineFeed, LineTooLong

SAMPLE_LINES = 60
MOST_LINES_IN_A_RECORD = 200
LINE_TOO_LONG, BROKEN_QUOTE, NUL_CHARACTER, TOO_MANY_CELLS = (
    "line_too_long",
    "broken_quote",
    "nul_character",
    "too_many_cells",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` counts data rows from 1; `fault` is a reason code when it could not be cut into cells."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A file understood as a table. `header` has one name a column; rows are read anew by each call of `rows`."""

    path: Path
    encoding: str
    layout: Layout
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, blank ones left out. Raises `BadFile` when a packed file is cut short."""
        width = len(self.header)
        number = 0
        for cells, fault in self._records():
            if not fault:
                if not any(cells):
                    continue
                if len(cells) != width:
                    fault = _fit(cells, width)
            number += 1
            yield Row(number, cells, fault)

    def sample(self, count: int = 8) -> list[list[str]]:
        """Return the cells of the first `count` good rows."""
        return [row.cells for row in islice((r for r in self.rows() if not r.fault), count)]

    def _records(self) -> Iterator[tuple[list[str], str]]:
        try:
            with _text(self.path, self.encoding) as stream:
                yield from _records(stream, self.layout)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise cut_short() from error


def open_table(path: Path, *, encoding: str = "", separator: str = "", has_header: bool | None = None) -> Table:
    """Look at a file and return it as a table.

    Args:
        path: a text table, plain or gzip.
        encoding: Python's name of the encoding; found by the bytes when empty.
        separator: one character; found by the first lines when empty.
        has_header: whether the first line names the columns; found by its content when None.

    Raises:
        BadFile: there is no such file, it is empty, is no text or no table.
    """
    if not path.is_file():
        raise BadFile(_("There is no file %(path)s.") % {"path": path}, _("Check the name and the folder."))
    encoding = _known_encoding(encoding) or find_encoding(path)
    lines = _first_lines(path, encoding)
    layout = find_layout(lines, separator=separator, has_header=has_header)
    if not layout.header:
        raise BadFile(_("The file is empty."), _("Choose a file with a line of column names and rows below it."))
    if len(layout.header) < 2:
        raise BadFile(
            _("The file has one column only; no separator was found in it."),
            _("Separate the columns by commas, semicolons or tabs, or say which separator is used."),
        )
    return Table(path, encoding, layout, layout.header)


def _known_encoding(name: str) -> str:
    if not name:
        return ""
    try:
        "".encode(name)
    except LookupError as error:
        raise BadFile(
            _("There is no encoding called %(name)s.") % {"name": name}, _("Usual ones: utf-8, cp949, latin-1.")
        ) from error
    return name


def _first_lines(path: Path, encoding: str) -> list[str]:
    try:
        with _text(path, encoding) as stream:
            found: list[str] = []
            feed = LineFeed(stream)
            while len(found) < SAMPLE_LINES:
                try:
                    found.append(next(feed))
                except LineTooLong:
                    continue
                except StopIteration:
                    break
            return found
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise cut_short() from error


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors="replace", newline="")


def _records(stream: io.TextIOWrapper, layout: Layout) -> Iterator[tuple[list[str], str]]:
    feed = LineFeed(stream)
    parser = csv.reader(feed, delimiter=layout.separator, quotechar=layout.quote, skipinitialspace=False)
    skipped = 0
    taken = feed.taken
    while True:
        taken.clear()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except LineTooLong as error:
            yield [error.start], LINE_TOO_LONG
            continue
        except csv.Error:
            first = feed.take_back_all_but_first()
            taken = feed.taken
            yield [first.rstrip("\r\n")[:2000]], BROKEN_QUOTE
            continue
        if skipped < layout.skip:
            skipped += 1
            continue
        if len(taken) > 1 and _is_runaway(feed, layout.quote):
            first = feed.take_back_all_but_first()
            taken = feed.taken
            parser = csv.reader(feed, delimiter=layout.separator, quotechar=layout.quote)
            yield [first.rstrip("\r\n")], BROKEN_QUOTE
            continue
        yield cells, NUL_CHARACTER if any("\x00" in line for line in taken) else ""


def _is_runaway(feed: LineFeed, quote: str) -> bool:
    """Whether a record of several lines is so only because a quote was never closed."""
    if len(feed.taken) > MOST_LINES_IN_A_RECORD:
        return True
    return sum(line.count(quote) for line in feed.taken) % 2 == 1


def _fit(cells: list[str], width: int) -> str:
    """Make a row as wide as the header, in place; returns the fault when it holds more than the header names."""
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
        return ""
    if any(cells[width:]):
        return TOO_MANY_CELLS
    del cells[width:]
    return ""
