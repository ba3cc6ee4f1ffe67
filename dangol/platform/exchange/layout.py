"""The shape of a text table, judged by its first lines: separator, lines before the header, column names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.platform.exchange.errors import BadFile

SEPARATORS = (",", ";", "\t", "|", "^")
MOST_COLUMNS = 500
_NUMBER = re.compile(r"^[-+(]?[^\w\s]?\s?\d[\d\s.,']*\)?%?$")
_DAY = re.compile(r"^\d{1,4}[-/.년]\s?\d{1,2}[-/.월]")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.\w+$")


@dataclass(frozen=True)
class Layout:
    """How the lines of a file are cut. `skip` records come before the first row, the header among them."""

    separator: str
    header: tuple[str, ...]
    skip: int
    quote: str = '"'
    is_header_given: bool = True


def find_layout(lines: list[str], *, separator: str = "", has_header: bool | None = None) -> Layout:
    """Return the layout of a file whose first physical lines are `lines`; what is given is not guessed.

    Raises BadFile for one with more columns than any table has.
    """
    said = 0
    if lines and re.fullmatch(r"sep=(.)\s*", lines[0]):
        separator, said = separator or lines[0][4], 1
    separator = separator or _find_separator(lines[said:])
    records = list(csv.reader(lines[said:], delimiter=separator))
    start = _first_table_row(records)
    if start is None:
        return Layout(separator, (), said)
    first = records[start]
    if (width := _used(records[start:])) > MOST_COLUMNS:
        raise BadFile(
            _("The file has %(count)d columns; %(most)d are the most.") % {"count": width, "most": MOST_COLUMNS},
            _("Take out the columns that you do not need, and choose the file again."),
        )
    named = _looks_like_header(first, records[start + 1 :]) if has_header is None else has_header
    header = tuple(_unique(first if named else [""] * len(first)))
    return Layout(separator, header[:MOST_COLUMNS], said + start + (1 if named else 0), is_header_given=named)


def _used(records: list[list[str]]) -> int:
    """How many columns hold anything in the first rows."""
    return max((place for cells in records for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _find_separator(lines: list[str]) -> str:
    """The separator that cuts most lines into the same number of cells, more cells before fewer."""
    best, found = (0.0, 0), ","
    for candidate in SEPARATORS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=candidate) if cells)
        if not widths:
            continue
        width, often = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (often / sum(widths.values()) if width > 1 else 0.0, width)
        if (round(score[0], 1), score[1]) > (round(best[0], 1), best[1]):
            best, found = score, candidate
    return found


def _first_table_row(records: list[list[str]]) -> int | None:
    """The first row as wide as the table; titles and blank lines above it do not count."""
    filled = [sum(1 for cell in cells if cell.strip()) for cells in records]
    widths = Counter(len(cells) for cells, count in zip(records, filled, strict=True) if count)
    if not widths:
        return None
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for index, (cells, count) in enumerate(zip(records, filled, strict=True)):
        if count and (len(cells) >= usual or usual == 1) and (count > 1 or usual < 3):
            return index
    return next(index for index, count in enumerate(filled) if count)


def _looks_like_header(first: list[str], below: list[list[str]]) -> bool:
    """Column names are words: no dates, no addresses, and hardly any numbers."""
    cells = [cell.strip() for cell in first if cell.strip()]
    if any(_DAY.match(cell) or _MAIL.match(cell) for cell in cells):
        return False
    numbers = sum(1 for cell in cells if _NUMBER.match(cell))
    if not numbers:
        return True
    below_numbers = max((sum(1 for c in row if _NUMBER.match(c.strip())) for row in below[:20]), default=0)
    return numbers * 3 <= len(cells) and numbers < below_numbers


def _unique(names: list[str]) -> list[str]:
    """Clean names; nameless columns get one, and a name that comes twice gets a number."""
    seen: Counter[str] = Counter()
    result = []
    for place, raw in enumerate(names, start=1):
        name = " ".join(raw.replace("\ufeff", "").replace("\x00", "").split()) or _("Column %(place)d") % {
            "place": place
        }
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
