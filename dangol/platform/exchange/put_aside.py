"""Rows that were put aside, as a CSV file: to look at, to mend, and to take in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dangol.platform.exchange.csv_lines import csv_line
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.exchange.registry import importer
from dangol.platform.exchange.services import cells_of

OWN_COLUMNS = ("dangol_row", "dangol_line", "dangol_reason", "dangol_column")
BOM = "\ufeff"


def put_aside_csv(run: ImportRun, header: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the file: the columns of the original, and four of ours that tell row, place and reason.

    The mark at the beginning makes Excel read it as UTF-8. Cells that Excel would take for formulas get a `'`, which
    is taken off again when the mended file is read.
    """
    yield BOM + csv_line([*header, *OWN_COLUMNS], "\r\n")
    reasons = importer(run.kind).reasons
    for row in PutAside.objects.filter(run=run).order_by("row_number").iterator(chunk_size=2000):
        cells = cells_of(row.content)
        cells = (cells + [""] * len(header))[: max(len(header), len(cells))] if len(cells) <= len(header) else cells
        own = [row.row_number, row.place or "", reasons.get(row.reason, row.reason), row.column]
        yield csv_line([*map(harmless, cells), *own], "\r\n")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    is_number = cell[1:2].isdigit() and cell[:1] in "+-"
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell


def write_put_aside(run: ImportRun, header: Sequence[str], path: Path) -> None:
    """Write the file to `path`."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(put_aside_csv(run, header))
