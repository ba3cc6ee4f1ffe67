"""The step of the analysis: pairs counted over everybody, tried out on later days, and written by difference."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from django.db import transaction

from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.recommendations.cross_sell import rules
from dangol.analytical.recommendations.cross_sell.models import ProductPair
from dangol.analytical.recommendations.cross_sell.queries import MODEL, latest_run
from dangol.analytical.recommendations.cross_sell.tables import pairs as pairing
from dangol.analytical.recommendations.cross_sell.tables.finding import Found, back_test, find_pairs
from dangol.analytical.warehouse import Analysis
from dangol.platform.engine.landing import land

VERSION = "pairs 1"
COLUMNS = ("product_id", "other_id", "together", "buyers", "other_buyers", "people", "p")


def count_pairs(analysis: Analysis) -> None:
    """Count which products go together, and test whether offers made of them beat best-sellers."""
    bought = analysis.keep("product_purchase", _purchases(analysis))
    days = analysis.rows(bought.agg(first=bought.day.min(), last=bought.day.max()))[0]
    if days["first"] is None:
        found, tested = _nothing(), None
    else:
        tested = back_test(bought, first=days["first"], last=days["last"], keep=analysis.keep)
        analysis.tracker.advance(0)
        latest = analysis.keep("product_latest", pairing.latest(pairing.holdings(bought)))
        found = find_pairs(latest)
        analysis.drop("product_latest")
    analysis.drop("product_purchase")
    analysis.keep("product_pair", ibis.memtable(found.table), is_published=True)
    said = rules.verdict(tested)
    analysis.counts["cross_sell"] = {
        "pairs": found.table.num_rows, "looked_at": found.looked_at, "people": found.people,
        "backtest": rules.as_json(tested), "verdict": str(said), "is_shown": said.code == "better",
    }  # fmt: skip
    analysis.write_later(lambda: _write(analysis, found, tested))


def _purchases(analysis: Analysis) -> Any:
    rows = pairing.purchases(*(analysis.table(name) for name in ("order", "order_line", "product", "person")))
    return rows.filter(rows.day <= ibis.literal(analysis.as_of))


def _nothing() -> Found:
    schema = pa.schema([*((name, pa.int64()) for name in COLUMNS[:-1]), ("p", pa.float64()), ("score", pa.float64())])
    return Found(schema.empty_table(), 0, 0)


@transaction.atomic
def _write(analysis: Analysis, found: Found, tested: rules.Test | None) -> None:
    rows = found.table.select(list(COLUMNS)).to_batches()
    done = land(rows, table=ProductPair._meta.db_table, key=("product_id", "other_id"), columns=COLUMNS)
    analysis.counts["written"] = {**analysis.counts.get("written", {}), "product_pair": done.written}
    said, last = rules.verdict(tested), latest_run()
    values: dict[str, Any] = {
        "version": VERSION, "as_of": analysis.as_of, "customers": found.people, "is_shown": said.code == "better",
        "cut_off": date.fromisoformat(tested.cut_off) if tested else None,
        "parameters": {"pairs": found.table.num_rows, "looked_at": found.looked_at},
        "backtest": rules.as_json(tested), "warnings": [],
        "verdict": {"code": said.code, "text": said.text, "numbers": said.numbers},
    }  # fmt: skip
    if last is None or any(getattr(last, name) != value for name, value in values.items()):
        ModelRun.objects.create(model=MODEL, **values)
