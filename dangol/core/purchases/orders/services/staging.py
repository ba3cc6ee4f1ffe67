"""Laying a file's lines on temporary tables of this session, where SQL can compare them with what is known."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

from django.db import connection

from dangol.core.purchases.orders.rules.buyers import Buyer
from dangol.core.purchases.orders.rules.gathering import Aside, Gathering, Line
from dangol.platform.exchange.csv_lines import csv_line

BLOCK_ROWS = 20_000
LONGEST_CONTENT = 20_000
TABLES = ("staged_line", "staged_order", "staged_person", "staged_product", "staged_aside", "staged_rate",
          "staged_diff", "staged_gone", "staged_before", "staged_touched", "staged_back")  # fmt: skip

CREATE = """
CREATE TEMP TABLE staged_line (
  row_number int8, order_no int4, position int4, product_no int4, description text, is_fee bool,
  quantity numeric, unit_price numeric, amount numeric, occurred_at timestamptz);
CREATE TEMP TABLE staged_order (
  no int4, number text, kind text, ordered_at timestamptz, country text, currency text, person_no int4,
  last_position int4, order_id int8, is_new bool, person_id int8, rate numeric, rate_on date,
  amount numeric, value numeric, line_count int4, is_changed bool DEFAULT false);
CREATE TEMP TABLE staged_person (
  no int4, customer_number text, email text, phone text, name text, country text, person_id int8, is_new bool);
CREATE TEMP TABLE staged_product (
  no int4, code text, name text, kind text, price numeric, product_id int8, is_new bool);
CREATE TEMP TABLE staged_aside (row_number int8, reason text, field text, place int4, content text);
CREATE TEMP TABLE staged_rate (currency text, "on" date, rate numeric);
CREATE TEMP TABLE staged_before (subject text, subject_id int8, before jsonb);
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def drop_tables() -> None:
    """Take the temporary tables away."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in TABLES))


@contextmanager
def staging() -> Any:
    """Temporary tables for one import, gone afterwards whatever happens."""
    drop_tables()
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            drop_tables()


class Stage:
    """Collects lines and put-aside rows and sends them to the database in blocks."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._asides: list[str] = []
        self._texts: dict[str, str] = {}
        self.kept_asides = 0

    def add(self, line: Line) -> None:
        """Lay down a line."""
        text = self._texts.get(line.description)
        if text is None:
            text = self._texts[line.description] = escape(line.description)
        product = "\\N" if line.product is None else line.product
        self._lines.append(
            f"{line.row_number}\t{line.order}\t{line.position}\t{product}\t{text}\t{line.is_fee}"
            f"\t{line.money}\t{line.at_text}\n"
        )
        if len(self._lines) >= BLOCK_ROWS:
            self.flush()

    def put_aside(self, aside: Aside) -> None:
        """Lay down a row that is put aside."""
        place = "\\N" if aside.position is None else aside.position
        content = escape(csv_line(aside.row.cells)[:LONGEST_CONTENT].replace("\x00", "\ufffd"))
        self._asides.append(f"{aside.row.number}\t{aside.fault.reason}\t{aside.fault.field}\t{place}\t{content}\n")
        self.kept_asides += 1
        if len(self._asides) >= BLOCK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Send what has collected."""
        _copy("staged_line", self._lines)
        _copy("staged_aside", self._asides)
        self._lines.clear()
        self._asides.clear()
        if len(self._texts) > 200_000:
            self._texts.clear()


def stage_heads(gathering: Gathering, buyers: Iterable[Buyer], whose: dict[int, int]) -> None:
    """Lay down orders, people and products, once every row was read."""
    _copy("staged_order (no, number, kind, ordered_at, country, currency, person_no, last_position, line_count)", (
        _row(h.index, h.number, h.kind, h.at_text, h.country, h.currency, whose.get(h.index),
             gathering.positions[h.number], h.lines)
        for h in gathering.orders.values() if h.lines
    ))  # fmt: skip
    _copy("staged_person (no, customer_number, email, phone, name, country)", (
        _row(b.index, b.customer_number or None, b.email, b.phone, b.name, b.country) for b in buyers
    ))  # fmt: skip
    _copy("staged_product (no, code, name, kind, price)", (
        _row(p.index, p.code, name, "fee" if is_fee else "goods",
             None if is_fee or p.latest is None or p.latest[1] >= 10**14 else round(p.latest[1], 4))
        for p, name, is_fee in gathering.fees()
    ))  # fmt: skip
    refresh_statistics("staged_line")
    refresh_statistics()


def refresh_statistics(*tables: str) -> None:
    """Let the planner know what the temporary tables hold now; without it joins of half a million rows go wrong."""
    with connection.cursor() as cursor:
        for table in tables or ("staged_order", "staged_person", "staged_product"):
            cursor.execute(f"ANALYZE {table}")


def escape(text: str) -> str:
    """Write a text as COPY wants it."""
    return text.translate(_ESCAPES)


def _row(*values: Any) -> str:
    return "\t".join("\\N" if v is None else escape(v) if isinstance(v, str) else str(v) for v in values) + "\n"


def _copy(target: str, rows: Iterable[str]) -> None:
    block: list[str] = []
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            block.append(row)
            if len(block) >= 1000:
                copy.write("".join(block))
                block.clear()
        if block:
            copy.write("".join(block))
