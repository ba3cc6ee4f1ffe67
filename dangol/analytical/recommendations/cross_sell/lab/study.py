"""A file of order lines through the same counting and the same test as the nightly analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from dangol.analytical.recommendations.cross_sell import rules
from dangol.analytical.recommendations.cross_sell.lab.reading import Read, read_purchases
from dangol.analytical.recommendations.cross_sell.tables import pairs as pairing
from dangol.analytical.recommendations.cross_sell.tables.finding import Found, back_test, find_pairs
from dangol.platform.db.errors import CannotContinue

SHOWN = 15


@dataclass(frozen=True)
class Study:
    """What a file told: rows read, people, products, the test, and the pairs with their products' names."""

    read: Read
    people: int
    products: int
    first: date
    last: date
    tested: rules.Test | None
    found: Found
    strongest: list[dict[str, Any]]


def study(
    path: Path, wishes: dict[str, str | None], *, days: int | None = None, until: date | None = None
) -> Study:  # fmt: skip
    """Count pairs in a file and test offers on its last `days` (default: a quarter, at most 90), up to a day.

    Raises CannotContinue when nothing can be read.
    """
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET enable_progress_bar = false")
    read = read_purchases(backend.con, path, wishes)

    def keep(name: str, table: ir.Table) -> ir.Table:
        return backend.create_table(name, table, overwrite=True)

    bought = backend.table("bought")
    if until is not None:
        bought = keep("bought_until", bought.filter(bought.day <= ibis.literal(until)))
    known = bought.agg(
        first=bought.day.min(), last=bought.day.max(), people=bought.person_id.nunique(),
        products=bought.product_id.nunique(),
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    if not known["people"]:
        raise CannotContinue(f"No row of {path.name} can be used.", f"Left out: {dict(read.left_out)}.")
    tested = back_test(bought, first=known["first"], last=known["last"], keep=keep, days=days)
    found = find_pairs(keep("latest", pairing.latest(keep("holding", pairing.holdings(bought)))))
    names = dict(backend.con.execute("SELECT product_id, name FROM product").fetchall())
    return Study(read, known["people"], known["products"], known["first"], known["last"], tested, found,
                 _strongest(found, names))  # fmt: skip


def _strongest(found: Found, names: dict[int, str]) -> list[dict[str, Any]]:
    rows = found.table.to_pylist()
    for row in rows:
        row["lift"] = row["together"] * row["people"] / (row["buyers"] * row["other_buyers"])
    best = sorted(rows, key=lambda row: (-row["lift"], row["product_id"], row["other_id"]))[:SHOWN]
    return [
        {"product": names[row["product_id"]], "other": names[row["other_id"]], "together": row["together"],
         "buyers": row["buyers"], "other_buyers": row["other_buyers"], "lift": round(row["lift"], 2)}
        for row in best
    ]  # fmt: skip


def as_json(done: Study) -> dict[str, Any]:
    """Everything as plain values."""
    return {
        "columns": dict(done.read.columns), "rows_read": done.read.rows, "rows_left_out": dict(done.read.left_out),
        "people": done.people, "products": done.products, "first_on": done.first.isoformat(),
        "last_on": done.last.isoformat(), "pairs_looked_at": done.found.looked_at, "pairs": done.found.table.num_rows,
        "backtest": rules.as_json(done.tested), "verdict": str(rules.verdict(done.tested)),
        "strongest": done.strongest,
    }  # fmt: skip


def report(done: Study) -> Group:
    """The same as tables in a terminal."""
    left_out = ", ".join(f"{why} {n:,}" for why, n in done.read.left_out.items()) or "none"
    head = Text(
        f"{done.read.rows:,} rows ({left_out} left out), {done.people:,} customers, {done.products:,} products,"
        f" {done.first} to {done.last}. {done.found.table.num_rows:,} pairs kept of {done.found.looked_at:,}.",
        style="dim",
    )
    rates = Table("Offers", "By pairs", "Best-sellers", "Difference, 95 %", box=SIMPLE_HEAD)
    for rate in done.tested.rates if done.tested else ():
        rates.add_row(str(rate.k), f"{rate.rate:.2%}", f"{rate.best_rate:.2%}",
                      f"{rate.low * 100:+.1f} to {rate.high * 100:+.1f} points")  # fmt: skip
    pairs = Table("Who bought", "bought too", "Both", "Of", "Lift", box=SIMPLE_HEAD)
    for row in done.strongest:
        pairs.add_row(row["product"], row["other"], f"{row['together']:,}", f"{row['buyers']:,}", f"{row['lift']:.1f}")
    return Group(head, rates, Text(str(rules.verdict(done.tested)), style="bold"), pairs)
