"""Fitting the lifetime value models to the shop's own customers, testing them, and scoring everybody."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.backtest import Backtest, Learned, backtest, learn
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats
from dangol.analytical.predictions.lifetime_value.estimators.purchases import Purchases
from dangol.analytical.predictions.lifetime_value.estimators.scoring import Scores, score
from dangol.analytical.predictions.lifetime_value.models import LifetimeValue, ModelRun
from dangol.analytical.predictions.lifetime_value.queries import MODEL, latest_run
from dangol.analytical.warehouse import Analysis
from dangol.platform.engine.landing import Landed, land

VERSION = "bg-nbd gamma-gamma 1"
HORIZONS = (90, 365)
LONGEST_TEST_DAYS, SHORTEST_TEST_DAYS = 90, 14
EPOCH = date(1970, 1, 1)
LARGEST = 1e14
BATCH_ROWS = 100_000
COLUMNS = (
    "person_id", "run_id", "alive", "expected_orders_90", "expected_orders_365", "expected_value_90",
    "expected_value_365", "reason_code", "reason_data",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What one run of the models found: what they learned, how they did when tested, and everybody's scores."""

    as_of: date
    learned: Learned
    tested: Backtest | None
    scores: Scores
    usual_gaps: Floats

    @property
    def verdict(self) -> rules.Message:
        """What the back-test says about showing the scores."""
        return self.tested.verdict if self.tested else rules.message("nothing_held_out")

    @property
    def is_shown(self) -> bool:
        """Whether the model did better than the naive rate where it could be tested."""
        return self.tested is not None and self.tested.beats_baseline

    @property
    def warnings(self) -> tuple[rules.Message, ...]:
        """What people must know before they rely on it, the degenerate fit first."""
        values = self.learned.values.warnings_ if self.learned.values else ()
        return (*self.learned.orders.warnings_, *values, *(self.tested.warnings if self.tested else ()))


def score_customers(analysis: Analysis) -> None:
    """The step of the analysis that learns, tests and scores; without any purchase it leaves nothing."""
    purchases = purchases_of(analysis)
    found = run_models(purchases, analysis.as_of, usual_gaps_of(analysis)) if len(purchases) else None
    analysis.counts["lifetime_value"] = _answer(found)
    if found is not None:
        analysis.warnings.extend(str(warning) for warning in found.warnings)
        if not found.is_shown:
            analysis.warnings.append(str(found.verdict))
    analysis.keep("lifetime_value", ibis.memtable(published(found)), is_published=True)
    analysis.write_later(lambda: _write(analysis, found))


def published(found: Outcome | None) -> pa.Table:
    """What the lake holds of the scores: as in Postgres, no rows unless they are shown."""
    if found is not None and found.is_shown:
        return _figures(found)
    figures = [name for name in COLUMNS if name.startswith(("alive", "expected"))]
    return pa.schema([("person_id", pa.int64()), *((name, pa.float64()) for name in figures)]).empty_table()


def purchases_of(analysis: Analysis) -> Purchases:
    """The mart of purchases as the models take it: sorted, days as whole numbers, money as floating point."""
    bought = analysis.table("purchases")
    bought = bought.select("person_id", "day", amount=bought.day_value.cast("float64"))
    table = bought.order_by("person_id", "day").to_pyarrow()
    days = table["day"].cast(pa.date32()).cast(pa.int32()).to_numpy()
    return Purchases(table["person_id"].to_numpy(), days.astype(np.int64), table["amount"].to_numpy())


def usual_gaps_of(analysis: Analysis) -> Floats:
    """The median days between purchases of each customer with a purchase, by key; NaN where there is no rhythm."""
    customers = analysis.table("customer_value")
    gaps = customers.filter(customers.purchase_days > 0).order_by("person_id").select("usual_gap_days").to_pyarrow()
    return np.asarray(gaps["usual_gap_days"].cast(pa.float64()).fill_null(math.nan).to_numpy())


def run_models(purchases: Purchases, as_of: date, usual_gaps: Floats) -> Outcome:
    """Test the models on the last days, then learn from all of them and look ahead from `as_of`.

    `usual_gaps` (days, NaN = unknown) has a number for each customer with a purchase, in the order of their keys.
    """
    last = (as_of - EPOCH).days
    learned = learn(purchases, last)
    seen, values = learned.summary, learned.values
    money = None if values is None else seen.mean_repeat_value
    scores = score(learned.orders, seen.x, seen.t_x, seen.T, HORIZONS, values=values, mean_repeat_value=money)
    return Outcome(as_of, learned, _test(purchases, last), scores, usual_gaps)


def _test(purchases: Purchases, last: int) -> Backtest | None:
    """Hold out the last 90 days, or a quarter of what there is if that is less; None when nothing could be learned."""
    first = int(purchases.day.min())
    horizon = min(LONGEST_TEST_DAYS, (last - first + 1) // 4)
    if horizon < SHORTEST_TEST_DAYS:
        return None
    try:
        return backtest(purchases, learn(purchases, last - horizon), last - horizon, horizon)
    except ValueError:
        return None


@transaction.atomic
def write(found: Outcome | None) -> tuple[Landed, ModelRun | None]:
    """Write down the run and everybody's scores; without a run, or one that is not to be shown, no scores stay."""
    run = None if found is None else _run(found)
    batches = _rows(found, run) if found is not None and run is not None and found.is_shown else iter(())
    landed = land(batches, table=LifetimeValue._meta.db_table, key=("person_id",), columns=COLUMNS)
    return landed, run


def _write(analysis: Analysis, found: Outcome | None) -> None:
    landed, _ = write(found)
    analysis.counts["written"] = {**analysis.counts.get("written", {}), "lifetime_value": landed.written}


def _run(found: Outcome) -> ModelRun:
    """The row that describes this fit; one that says the same already stays."""
    tested = found.tested
    described: dict[str, Any] = {
        "version": VERSION,
        "as_of": found.as_of,
        "cut_off": EPOCH + timedelta(tested.cut_off_day) if tested else None,
        "customers": int(found.learned.summary.customer.size),
        "parameters": parameters(found.learned),
        "backtest": _finite(asdict(tested)) if tested else {},
        "warnings": [_message(warning) for warning in found.warnings],
        "verdict": _message(found.verdict),
        "is_shown": found.is_shown,
    }
    before = latest_run()
    if before is not None and all(getattr(before, name) == value for name, value in described.items()):
        return before
    return ModelRun.objects.create(model=MODEL, **described)


def parameters(learned: Learned) -> dict[str, float | None]:
    """The learned numbers, to ten digits; times are in weeks."""
    fit, values = learned.orders, learned.values
    named = {"r": fit.r_, "alpha": fit.alpha_, "a": fit.a_, "b": fit.b_, "log_likelihood": fit.log_likelihood_}
    if values is not None:
        named |= {"p": values.p_, "q": values.q_, "v": values.v_}
    return {name: float(f"{value:.10g}") if math.isfinite(value) else None for name, value in named.items()}


def _rows(found: Outcome, run: ModelRun) -> Iterator[pa.RecordBatch]:
    table = _figures(found)
    table = table.append_column("run_id", pa.repeat(str(run.pk), table.num_rows))
    table = table.append_column("reason_code", reason_codes(found))
    yield from table.append_column("reason_data", _reason_data(found)).to_batches(max_chunksize=BATCH_ROWS)


def _figures(found: Outcome) -> pa.Table:
    seen, scores = found.learned.summary, found.scores
    none = np.zeros(seen.x.size)
    return pa.table(
        {
            "person_id": pa.array(seen.customer, pa.int64()),
            "alive": np.round(scores.p_alive, 4),
            **{f"expected_orders_{days}": _rounded(scores.orders[days], 4) for days in HORIZONS},
            **{f"expected_value_{days}": _rounded(scores.value.get(days, none), 2) for days in HORIZONS},
        }
    )


def reason_codes(found: Outcome) -> pa.Array:
    """The code of each customer's sentence; the rule is asked once for each different case."""
    seen, last = found.learned.summary, (found.as_of - EPOCH).days
    orders = seen.x.astype(np.int64) + 1
    silent = last - seen.last_day
    between = np.where(np.isnan(found.usual_gaps), seen.last_day - seen.first_day, found.usual_gaps * seen.x)
    band = np.digitize(found.scores.p_alive, [rules.PROBABLY_GONE_BELOW, rules.PROBABLY_ACTIVE_ABOVE])
    cases, place = np.unique(np.stack([orders, silent, between.astype(np.int64), band]), axis=1, return_inverse=True)
    middles = (0.0, rules.PROBABLY_GONE_BELOW, rules.PROBABLY_ACTIVE_ABOVE)
    codes = [
        rules.reason(orders=int(o), days_since_last=int(s), days_first_to_last=int(d), p_alive=middles[int(b)]).code
        for o, s, d, b in cases.T
    ]
    return pa.array(np.asarray(codes, dtype=object)[place.ravel()], pa.string())


def _reason_data(found: Outcome) -> pa.Array:
    """What the sentence needs, as JSON that stays the same until the customer orders again."""
    seen = found.learned.summary
    parts = [
        ('{"orders":', pa.array(seen.x.astype(np.int64) + 1).cast(pa.string())),
        (',"first_on":"', pa.array(seen.first_day.astype(np.int32)).cast(pa.date32()).cast(pa.string())),
        ('","last_on":"', pa.array(seen.last_day.astype(np.int32)).cast(pa.date32()).cast(pa.string())),
    ]
    pieces: Iterable[Any] = [piece for text, column in parts for piece in (pa.scalar(text), column)]
    known = pa.array(found.usual_gaps, mask=np.isnan(found.usual_gaps)).cast(pa.int64()).cast(pa.string())
    return pc.binary_join_element_wise(
        *pieces, pa.scalar('","gap":'), known.fill_null("null"), pa.scalar("}"), pa.scalar("")
    )


def _answer(found: Outcome | None) -> dict[str, Any]:
    if found is None:
        return {"is_shown": False, "customers": 0}
    fit, tested = found.learned.orders, found.tested
    return {
        "is_shown": found.is_shown,
        "is_degenerate": fit.is_degenerate_,
        "customers": int(fit.customers_),
        "groups": fit.groups_,
        **parameters(found.learned),
        "expected_orders": {str(days): round(float(found.scores.orders[days].sum()), 2) for days in HORIZONS},
        "expected_value": {str(days): round(float(value.sum()), 2) for days, value in found.scores.value.items()},
        "backtest": _finite(asdict(tested)) if tested else None,
        "verdict": str(found.verdict),
        "warnings": [str(warning) for warning in found.warnings],
    }


def _message(message: rules.Message) -> dict[str, Any]:
    return {"code": message.code, "text": message.text, "numbers": dict(message.numbers)}


def _finite(value: Any) -> Any:
    """The same, ready for JSON: messages as their codes' rows, numbers that are none as None."""
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _rounded(values: Any, digits: int) -> Any:
    return np.round(np.clip(np.nan_to_num(values), 0.0, LARGEST), digits)
