"""Excel workbooks (ECMA-376), written row by row: numbers, days and moments as such, texts never as formulas.

What a cell cannot hold is written so that nothing is lost silently: numbers of more than 15 digits, days before March
1900 and moments without a serial number as text; texts are cut at 32,767 UTF-16 units, and a last sheet says how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells
from dangol.platform.objects.exporting import FEW, NUMBERS, PLAIN, Form, Plan, Reading, Writer
from dangol.platform.objects.types import Field
from dangol.platform.ui.format import zone_for
from dangol.platform.ui.viewer import Viewer

MOST_ROWS = 1_048_576
MOST_UNITS = 32_767
MOST_DIGITS = 15
LONGEST_SHEET_NAME = 31
FIRST_DAY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so serial numbers before this day mean other days elsewhere."""
_WIDTHS = {"long_text": 40, "email": 28, "url": 28, "text": 22, "relation": 22, "datetime": 18, "money": 16}
Put = Callable[[Worksheet, int, int, Any], None]


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose texts are texts: one that looks like the library's own markup of rich text is escaped too."""

    def _xml_rich_inline_string(self, string: str, attributes: Any = None) -> None:
        self._xml_inline_string(string, True, attributes)


class SheetsFile:
    """A workbook; a new sheet begins where one is full."""

    def __init__(self, path: Path, plan: Plan, form: Form, actor: Actor, viewer: Viewer, folder: Path) -> None:
        self.plan, self.form, self.viewer = plan, form, viewer
        self.writer = Writer(actor, plan.columns, form, viewer)
        # Names of relations, in place of ids, are the writer's; ids go as they are where codes are asked.
        self.book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True,
                                         "strings_to_formulas": False, "strings_to_urls": False})  # fmt: skip
        self.book.use_zip64()
        self.cut: Counter[str] = Counter()
        self.sheet: Any = None
        self.row, self.sheets = MOST_ROWS, 0
        with Reading(viewer):
            self._title = str(plan.declared.plural)
            self._heads = self._headings()
            self._formats = {
                "head": self.book.add_format({"bold": True, "bottom": 1}),
                "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
                "datetime": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
                "money": self.book.add_format({"num_format": "#,##0.######"}),
                "whole": self.book.add_format({"num_format": "#,##0"}),
                "percent": self.book.add_format({"num_format": "0.0#%"}),
            }
            self._puts = [self._put(f) for f in plan.columns]
            self._next_sheet()

    def write(self, chunk: list[tuple[Any, ...]]) -> None:
        """Add rows."""
        with Reading(self.viewer):
            first = 1 if self.form.values == "codes" else 0
            for values in self.writer.with_names(chunk):
                if self.row >= MOST_ROWS:
                    self._next_sheet()
                sheet, row = self.sheet, self.row
                if first:
                    sheet.write_number(row, 0, values[0])
                for place, put in enumerate(self._puts, 1):
                    value = values[place]
                    if value is not None and value != "":
                        put(sheet, row, place - 1 + first, value)
                self.row = row + 1

    def close(self) -> None:
        """Finish the last sheet; say what was cut."""
        with Reading(self.viewer):
            self._end_sheet()
            if self.cut:
                self._tell_cut()
        self.book.close()

    def _headings(self) -> list[str]:
        if self.form.values == "codes":
            return ["id", *self.plan.names]
        return [str(f.label) for f in self.plan.columns]

    def _next_sheet(self) -> None:
        if self.sheet is not None:
            self._end_sheet()
        self.sheets += 1
        self.sheet = self.book.add_worksheet(sheet_name(self._title, self.sheets), PlainSheet)
        self.sheet.freeze_panes(1, 0)
        offset = len(self._heads) - len(self.plan.columns)
        for place, f in enumerate(self.plan.columns, offset):
            self.sheet.set_column(place, place, _WIDTHS.get(f.kind, 14))
        for place, head in enumerate(self._heads):
            self.sheet.write_string(0, place, head, self._formats["head"])
        self.row = 1

    def _end_sheet(self) -> None:
        if self._heads:
            self.sheet.autofilter(0, 0, max(self.row - 1, 0), len(self._heads) - 1)

    def _tell_cut(self) -> None:
        notes = self.book.add_worksheet(sheet_name(_("Notes"), 1), PlainSheet)
        notes.set_column(0, 0, 80)
        notes.write_string(0, 0, _("Texts longer than a cell of Excel can hold were cut; CSV holds them whole."))
        for row, (label, count) in enumerate(self.cut.items(), 1):
            notes.write_string(row, 0, f"{label}: {count:,}")

    def _put(self, f: Field) -> Put:
        """What writes the values of one column."""
        if self.form.values == "words":
            return self._texts(f, self._words(f))
        if f.kind in NUMBERS:
            return self._numbers(f)
        if f.kind in ("date", "datetime"):
            return self._moments(f)
        if f.kind == "bool" and self.form.values == "codes":
            return lambda sheet, row, column, value: sheet.write_boolean(row, column, bool(value))
        if f.kind in ("relation", "user", "file"):
            is_codes = self.form.values == "codes"
            return self._texts(f, lambda value: str(getattr(value, "id", value)) if is_codes else value.title)
        if f.kind == "relations":
            is_codes = self.form.values == "codes"
            return self._texts(f, lambda value: "; ".join(str(one.id) if is_codes else one.title for one in value))
        if f.kind == "rhythm":
            return self._texts(f, lambda value: " ".join(map(str, value)))
        if f.kind in PLAIN:
            return self._texts(f, str)
        if self.form.values == "codes":
            return self._texts(f, lambda value: ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        return self._texts(f, self._words(f))

    def _words(self, f: Field) -> Callable[[Any], str]:
        """How a value is called on a page."""
        said = cells.Drawing(f, self.viewer).plain
        return lru_cache(maxsize=1_000)(said) if f.kind in FEW else said

    def _texts(self, f: Field, said: Callable[[Any], str]) -> Put:
        label, cut = str(f.label), self.cut

        def put(sheet: Any, row: int, column: int, value: Any) -> None:
            if sheet.write_string(row, column, said(value)):
                cut[label] += 1

        return put

    def _numbers(self, f: Field) -> Put:
        looks = self._formats.get(f.kind)
        whole = self._formats["whole"]

        def put(sheet: Any, row: int, column: int, value: Any) -> None:
            if not fits(value):
                sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value))
            elif f.kind == "money" and value == int(value):
                sheet.write_number(row, column, value, whole)
            else:
                sheet.write_number(row, column, value, looks)

        return put

    def _moments(self, f: Field) -> Put:
        zone, looks = zone_for(self.viewer.time_zone), self._formats
        is_codes = self.form.values == "codes"

        def put(sheet: Any, row: int, column: int, value: Any) -> None:
            if isinstance(value, datetime):
                if is_codes:
                    sheet.write_string(row, column, value.isoformat())
                    return
                local = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
                if local.date() < FIRST_DAY:
                    sheet.write_string(row, column, local.isoformat(" "))
                else:
                    sheet.write_datetime(row, column, local, looks["datetime"])
            elif value < FIRST_DAY:
                sheet.write_string(row, column, value.isoformat())
            else:
                sheet.write_datetime(row, column, value, looks["date"])

        return put


def fits(value: Any) -> bool:
    """Whether a double holds the number to its last digit."""
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= MOST_DIGITS and abs(value) < 10**300
    if isinstance(value, float):
        return bool(value == value) and value not in (float("inf"), float("-inf"))
    return bool(abs(value) < 10**MOST_DIGITS)


def sheet_name(title: str, number: int) -> str:
    """A name for a sheet: at most 31 signs, none of those that Excel forbids, never empty, numbered from 2 on."""
    kept = "".join(" " if c in "[]:*?/\\" or ord(c) < 32 else c for c in title).strip().strip("'").strip() or "1"
    ending = f" {number}" if number > 1 else ""
    room = LONGEST_SHEET_NAME - len(ending)
    while len(kept.encode("utf-16-le")) // 2 > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}{ending}" if kept.casefold() != "history" else f"{kept}_{ending}"
