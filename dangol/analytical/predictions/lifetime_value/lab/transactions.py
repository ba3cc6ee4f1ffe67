"""Texts -> transactions (who, which day, how much), every row accounted for: used, or put aside with its reason."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats, Ints
from dangol.analytical.predictions.lifetime_value.lab.columns import Columns
from dangol.analytical.predictions.lifetime_value.lab.errors import LabError
from dangol.analytical.predictions.lifetime_value.lab.files import Sheet

REASONS = {
    "misshapen": "has more or fewer columns than the header",
    "no_customer": "names no customer",
    "no_date": "has no date",
    "bad_date": "has a date that cannot be read",
    "no_amount": "has no amount",
    "bad_amount": "has an amount that is no number",
}

_DATE = r"""
CASE
  WHEN regexp_matches(text, '^\d{4}\s*[-/.년]\s*\d{1,2}\s*[-/.월]\s*\d{1,2}\s*일?\.?([T ].*)?$')
    THEN list_extract(regexp_extract_all(text, '\d+'), 1) || '-' || list_extract(regexp_extract_all(text, '\d+'), 2)
         || '-' || list_extract(regexp_extract_all(text, '\d+'), 3)
  WHEN regexp_matches(text, '^(19|20)\d{6}(\d{6})?([T ].*)?$') THEN text[1:4] || '-' || text[5:6] || '-' || text[7:8]
  WHEN regexp_matches(text, '^\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})([T ,].*)?$') THEN
    CASE WHEN length(list_extract(regexp_extract_all(text, '\d+'), 3)) = 2 THEN '20' ELSE '' END
    || list_extract(regexp_extract_all(text, '\d+'), 3)
    || '-' || list_extract(regexp_extract_all(text, '\d+'), MONTH_PLACE)
    || '-' || list_extract(regexp_extract_all(text, '\d+'), DAY_PLACE)
  ELSE strftime(coalesce(
    try_strptime(text, ['%d %b %Y', '%d-%b-%Y', '%d %B %Y', '%b %d, %Y', '%B %d, %Y', '%b %d %Y', '%d-%b-%y',
                        '%d %b %Y %H:%M', '%d %b %Y %H:%M:%S', '%d-%b-%Y %H:%M:%S', '%b %d, %Y %H:%M:%S']),
    to_timestamp(try_cast(CASE WHEN regexp_matches(text, '^1\d{9}(\.\d+)?$') THEN text END AS DOUBLE))::TIMESTAMP),
    '%Y-%m-%d')
END
"""

_AMOUNT = r"""
coalesce(try_cast(trim({text}) AS DOUBLE), try_cast(
  CASE WHEN regexp_matches(trim({text}), '^\(.*\)$') THEN '-' ELSE '' END
  || regexp_replace({normal}, '[^-0-9.]', '', 'g') AS DOUBLE))
"""
_POINT = "regexp_replace({text}, '[,''\\s]', '', 'g')"
_COMMA = "replace(regexp_replace({text}, '[.''\\s]', '', 'g'), ',', '.')"


@dataclass(frozen=True, slots=True)
class PutAside:
    """Rows that could not be used for one reason: how many, and the first of them."""

    rows: int
    first_row: int
    example: str


@dataclass(frozen=True, slots=True)
class Transactions:
    """Net amount per customer and day, with the count of rows used and put aside.

    Days count from 1970-01-01; `refunded` says that a row of that day was below 0.
    """

    customer: Ints
    day: Ints
    amount: Floats
    refunded: NDArray[np.bool_]
    has_amounts: bool
    rows_read: int
    rows_used: int
    put_aside: dict[str, PutAside]
    ambiguous_dates: bool
    negative_rows: int


def read_transactions(sheet: Sheet, columns: Columns) -> Transactions:
    """Return the transactions of a sheet; raise LabError when no row can be used."""
    with duckdb.connect(":memory:") as db:
        db.execute("SET TimeZone = 'UTC'")
        db.register("sheet", _needed(sheet, columns))
        ambiguous = _load_days(db)
        _load_rows(db, _money(db, columns))
        put_aside = _put_aside(db, sheet)
        merged = db.sql("""
            SELECT dense_rank() OVER (ORDER BY who) - 1 AS customer, day, sum(amount) AS amount, count(*) AS lines,
                   count(*) FILTER (WHERE amount < 0) AS negative
            FROM parsed WHERE reason IS NULL GROUP BY who, day ORDER BY customer, day
        """).fetchnumpy()
    used = int(merged["lines"].sum())
    if not used:
        raise LabError(_nothing_usable(columns, put_aside))
    return Transactions(
        customer=np.asarray(merged["customer"], dtype=np.int64),
        day=np.asarray(merged["day"], dtype=np.int64),
        amount=np.asarray(merged["amount"], dtype=np.float64),
        refunded=np.asarray(merged["negative"]) > 0,
        has_amounts=columns.money is not None,
        rows_read=sheet.rows_read,
        rows_used=used,
        put_aside=put_aside,
        ambiguous_dates=ambiguous,
        negative_rows=int(merged["negative"].sum()),
    )


def _needed(sheet: Sheet, columns: Columns) -> pa.Table:
    roles = {"customer": columns.customer, "date": columns.date}
    if columns.quantity and columns.price:
        roles |= {"quantity": columns.quantity, "price": columns.price}
    elif columns.amount:
        roles["amount"] = columns.amount
    return pa.table({"row_number": sheet.row_numbers, **{role: sheet.table[name] for role, name in roles.items()}})


def _load_days(db: duckdb.DuckDBPyConnection) -> bool:
    """Read each distinct date once, as the day written in it; return whether day and month could be swapped."""
    db.execute("CREATE TABLE texts AS SELECT DISTINCT date AS raw, trim(date) AS text FROM sheet")
    first, second, dotted, some = db.sql(r"""
        SELECT max(try_cast(split_part(part, ' ', 1) AS INTEGER)), max(try_cast(split_part(part, ' ', 2) AS INTEGER)),
               bool_or(dotted), count(*)
        FROM (SELECT regexp_replace(text[1:5], '[-/.]', ' ', 'g') AS part, contains(text[1:6], '.') AS dotted FROM texts
              WHERE regexp_matches(text, '^\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})([T ,].*)?$'))
    """).fetchall()[0]
    day_first = bool(some) and (first > 12 or (second <= 12 and dotted))
    parsed = _DATE.replace("MONTH_PLACE", "2" if day_first else "1").replace("DAY_PLACE", "1" if day_first else "2")
    db.execute(f"""
        CREATE TABLE days AS SELECT raw, text, datediff('day', DATE '1970-01-01', day) AS day
        FROM (SELECT raw, text, try_cast({parsed} AS DATE) AS day FROM texts)
    """)
    db.execute("UPDATE days SET day = NULL WHERE day NOT BETWEEN -25567 AND 47482")
    return bool(some) and first <= 12 and second <= 12 and not dotted


def _money(db: duckdb.DuckDBPyConnection, columns: Columns) -> str:
    if columns.quantity and columns.price:
        return f"{_number(db, 'quantity')} * {_number(db, 'price')}"
    return _number(db, "amount") if columns.amount else "1.0"


def _number(db: duckdb.DuckDBPyConnection, column: str) -> str:
    """SQL that reads a number as written here: 1,234.50 or 1.234,50, with or without signs of currency."""
    comma, point = db.sql(rf"""
        SELECT count(*) FILTER (WHERE regexp_matches({column}, '\d,\d{{1,2}}\D*$') AND NOT contains({column}, '.')
                                 OR regexp_matches({column}, '\d\.\d{{3}},\d')),
               count(*) FILTER (WHERE regexp_matches({column}, '\.\d{{1,2}}\D*$'))
        FROM (SELECT {column} FROM sheet LIMIT 100000)
    """).fetchall()[0]
    normal = (_COMMA if comma > point else _POINT).format(text=column)
    plain = _AMOUNT.format(text=column, normal=normal)
    return plain if comma <= point else plain.replace(f"try_cast(trim({column}) AS DOUBLE), ", "", 1)


def _load_rows(db: duckdb.DuckDBPyConnection, money: str) -> None:
    blank = "trim(amount) = ''" if "amount" in money else "trim(quantity) = '' OR trim(price) = ''"
    db.execute(f"""
        CREATE TABLE parsed AS
        SELECT row_number, who, text, day, amount, CASE
            WHEN who IS NULL OR lower(who) IN ('', 'nan', 'null', 'none', 'n/a', '\\n') THEN 'no_customer'
            WHEN text IS NULL OR text = '' THEN 'no_date'
            WHEN day IS NULL THEN 'bad_date'
            WHEN blank THEN 'no_amount'
            WHEN amount IS NULL OR NOT isfinite(amount) THEN 'bad_amount'
        END AS reason
        FROM (SELECT row_number, trim(customer) AS who, text, day, {money} AS amount,
                     {"FALSE" if money == "1.0" else f"coalesce({blank}, TRUE)"} AS blank
              FROM sheet LEFT JOIN days ON sheet.date = days.raw)
    """)


def _put_aside(db: duckdb.DuckDBPyConnection, sheet: Sheet) -> dict[str, PutAside]:
    found = db.sql("""
        SELECT reason, count(*), min(row_number), arg_min(coalesce(text, ''), row_number)
        FROM parsed WHERE reason IS NOT NULL GROUP BY reason
    """).fetchall()
    result = {
        reason: PutAside(rows, first, example if reason == "bad_date" else "") for reason, rows, first, example in found
    }
    if sheet.misshapen:
        number, text = min(sheet.misshapen)
        result["misshapen"] = PutAside(len(sheet.misshapen), number, text[:80])
    return {reason: result[reason] for reason in REASONS if reason in result}


def _nothing_usable(columns: Columns, put_aside: dict[str, PutAside]) -> str:
    told = "; ".join(
        f"{aside.rows:,} rows: {REASONS[reason]} (first: row {aside.first_row}"
        + (f", {aside.example!r})" if aside.example else ")")
        for reason, aside in put_aside.items()
    )
    return (
        f"No row can be used. Customer was read from {columns.customer!r}, date from {columns.date!r}, "
        f"amount from {columns.money!r}. {told or 'The file has no rows under its header'}. "
        "Name the right columns with --customer, --date and --amount."
    )
