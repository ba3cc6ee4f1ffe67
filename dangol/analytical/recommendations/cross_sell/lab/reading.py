"""Order lines of a file as purchases (who, which product, which day); every row used, or counted with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dangol.platform.db.errors import CannotContinue

NAMES = {
    "customer": "customerid customerno customer custid clientid memberid userid buyerid 고객번호 회원번호 구매자id",
    "product": "stockcode sku productcode productid itemid itemcode article product item 상품코드 상품번호 품목코드",
    "date": "invoicedate orderdate orderedat purchasedate date timestamp 주문일시 주문일자 주문일 결제일 일자 날짜",
    "quantity": "quantity qty units count 수량 주문수량",
}
FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y.%m.%d",
    "%Y%m%d", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d.%m.%Y", "%d.%m.%Y %H:%M",
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What was read: the columns that were used, how many rows, and how many were left out for which reason."""

    columns: Mapping[str, str]
    rows: int
    left_out: Mapping[str, int]


def read_purchases(db: duckdb.DuckDBPyConnection, path: Path, wishes: Mapping[str, str | None]) -> Read:
    """Load a file into the table `bought` (person_id, product_id, day) of `db`; `product` {product_id: its name in the
    file} and the customers' own names are numbered.

    Raises CannotContinue when the file cannot be read, or a column is missing.
    """
    try:
        db.execute(
            "CREATE TABLE sheet AS SELECT * FROM read_csv(?, all_varchar=true, header=true, null_padding=true)",
            [str(path)],
        )
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:200]
        raise CannotContinue(f"{path.name} cannot be read: {said}", "Give a CSV file with a line of names on top.")
    names = [row[0] for row in db.execute("SELECT name FROM pragma_table_info('sheet')").fetchall()]
    columns = {role: found for role in NAMES if (found := _choose(names, role, wishes.get(role)))}
    for role in ("customer", "product", "date"):
        if role not in columns:
            raise CannotContinue(
                f"No column looks like the {role}.", f"Name it with --{role}. The file has: {', '.join(names)}."
            )
    return _load(db, columns)


def _choose(names: list[str], role: str, wish: str | None) -> str | None:
    if wish is not None:
        if wish not in names:
            raise CannotContinue(f"There is no column {wish!r}.", f"The file has: {', '.join(names)}.")
        return wish
    plain = {re.sub(r"[^0-9a-z가-힣]", "", name.lower()): name for name in names}
    return next((plain[known] for known in NAMES[role].split() if known in plain), None)


def _load(db: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> Read:
    quoted = {role: '"' + name.replace('"', '""') + '"' for role, name in columns.items()}
    formats = ", ".join(f"'{one}'" for one in FORMATS)
    amount = f"try_cast({quoted['quantity']} AS DOUBLE)" if "quantity" in quoted else "1"
    db.execute(
        f"CREATE TABLE line AS SELECT nullif(trim({quoted['customer']}), '') AS customer,"
        f" nullif(trim({quoted['product']}), '') AS product, {amount} AS quantity,"
        f" try_strptime(trim({quoted['date']}), [{formats}])::DATE AS day FROM sheet"
    )
    reason = (
        "CASE WHEN customer IS NULL THEN 'no customer' WHEN product IS NULL THEN 'no product'"
        " WHEN day IS NULL THEN 'no day that can be read' WHEN quantity IS NULL THEN 'no quantity'"
        " WHEN quantity <= 0 THEN 'came back' END"
    )
    counted = dict(db.execute(f"SELECT {reason} AS why, count(*) FROM line GROUP BY 1").fetchall())
    db.execute(
        "CREATE TABLE product AS SELECT product AS name, row_number() OVER (ORDER BY product) AS product_id"
        f" FROM (SELECT DISTINCT product FROM line WHERE {reason} IS NULL)"
    )
    db.execute(
        "CREATE TABLE bought AS SELECT DISTINCT dense_rank() OVER (ORDER BY customer) AS person_id, product_id, day"
        f" FROM line JOIN product ON product.name = line.product WHERE {reason} IS NULL"
    )
    rows = sum(counted.values())
    return Read(dict(columns), rows, {why: n for why, n in sorted(counted.items(), key=str) if why is not None})
