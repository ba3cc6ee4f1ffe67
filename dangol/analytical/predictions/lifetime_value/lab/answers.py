"""A study as one JSON object."""

import math
from dataclasses import asdict
from typing import Any

from dangol.analytical.predictions.lifetime_value.estimators.backtest import Backtest, Comparison
from dangol.analytical.predictions.lifetime_value.estimators.gamma_gamma import GammaGamma
from dangol.analytical.predictions.lifetime_value.lab.study import AHEAD_DAYS, Study
from dangol.analytical.predictions.lifetime_value.lab.transactions import REASONS


def as_json(done: Study) -> dict[str, Any]:
    """Return the study as plain values; what cannot be computed is null. Time is in weeks, horizons in days."""
    fit, rows = done.calibration.orders, done.transactions
    answer = {
        "file": str(done.path),
        "format": done.format,
        "columns": {"customer": done.columns.customer, "date": done.columns.date, "amount": done.columns.money},
        **_rows(done),
        "observed_from": done.observed_from.isoformat(),
        "observed_until": done.observed_until.isoformat(),
        "negative_rows": rows.negative_rows,
        "days_without_purchase": done.merged.days_without_purchase,
        "amount_without_purchase": done.merged.amount_without_purchase if rows.has_amounts else None,
        "unit": "week",
        "calibrate_until": done.calibrate_until.isoformat(),
        "horizon_days": done.horizon_days,
        "customers": int(fit.customers_),
        "repeat_customers": int(fit.repeat_customers_),
        "distinct_groups": fit.groups_,
        "r": fit.r_,
        "alpha": fit.alpha_,
        "a": fit.a_,
        "b": fit.b_,
        "log_likelihood": fit.log_likelihood_,
        "converged": fit.converged_,
        "degenerate": fit.is_degenerate_,
        "gamma_gamma": _gamma_gamma(done.calibration.values),
        "held_out": _held_out(done.held_out),
        "forecast": _forecast(done),
        "warnings": [str(warning) for warning in done.warnings],
        "warning_codes": [warning.code for warning in done.warnings],
    }
    return {key: _plain(value) for key, value in answer.items()}


def _rows(done: Study) -> dict[str, Any]:
    rows = done.transactions
    return {
        "rows_read": rows.rows_read,
        "rows_used": rows.rows_used,
        "rows_put_aside": rows.rows_read - rows.rows_used,
        "reasons": {
            code: {**asdict(aside), "sentence": f"A row {REASONS[code]}."} for code, aside in rows.put_aside.items()
        },
    }


def _gamma_gamma(values: GammaGamma | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        "p": values.p_,
        "q": values.q_,
        "v": values.v_,
        "log_likelihood": values.log_likelihood_,
        "mean_value": values.mean_value_,
        "customers": values.customers_,
        "converged": values.converged_,
    }


def _held_out(test: Backtest | None) -> dict[str, Any] | None:
    if test is None:
        return None
    answer = {"customers": test.customers, "horizon_days": test.horizon_days, **_compared(test.orders, "")}
    if test.revenue:
        answer |= _compared(test.revenue, "revenue_")
    return {**answer, "beats_baseline": test.beats_baseline, "verdict": str(test.verdict)}


def _compared(one: Comparison, prefix: str) -> dict[str, float]:
    model = {f"{prefix}{name}": value for name, value in asdict(one.model).items()}
    naive = {f"{prefix}naive_{name}": value for name, value in asdict(one.naive).items()}
    best = {f"{prefix}best_top_fifth_share": one.best_top_fifth_share}
    return {f"{prefix}actual": one.actual, **model, **naive, **best}


def _forecast(done: Study) -> dict[str, Any]:
    fit, ahead = done.whole.orders, done.ahead
    answer: dict[str, Any] = {
        "from": done.observed_until.isoformat(),
        "customers": int(fit.customers_),
        "expected_active": float(ahead.p_alive.sum()),
        "r": fit.r_,
        "alpha": fit.alpha_,
        "a": fit.a_,
        "b": fit.b_,
        "warnings": [str(warning) for warning in fit.warnings_],
    }
    for days in AHEAD_DAYS:
        answer[f"orders_{days}"] = float(ahead.orders[days].sum())
        answer[f"revenue_{days}"] = float(ahead.value[days].sum()) if ahead.value else None
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value
