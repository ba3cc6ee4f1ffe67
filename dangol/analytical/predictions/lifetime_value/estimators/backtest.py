"""Back-test in time: learn up to a cut-off, forecast what follows, and compare with a naive rate.

The naive forecast lets everybody go on as before: orders (and money) so far, first order included, divided by the days
since the first order (at least 30, lest yesterday's newcomers explode). A model that does not do better is not shown.
"""

from dataclasses import dataclass

import numpy as np

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD
from dangol.analytical.predictions.lifetime_value.estimators.correlation import correlation, rank_correlation
from dangol.analytical.predictions.lifetime_value.estimators.gamma_gamma import GammaGamma
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats
from dangol.analytical.predictions.lifetime_value.estimators.purchases import Purchases, Summary, summarize, tally
from dangol.analytical.predictions.lifetime_value.estimators.scoring import score

_FEWEST_DAYS = 30
_TOP_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How close one forecast came to what happened.

    `forecast` is the sum; `bias` its relative error (-0.2: 20 % too low). Per customer: `correlation` (Pearson),
    `rank_correlation` (Spearman), `mean_error` (absolute) and `typical_error` (root mean square). `top_fifth_share`
    is the part of all that happened which the 20 % of customers ranked highest brought. NaN: cannot be computed.
    """

    forecast: float
    bias: float
    correlation: float
    rank_correlation: float
    mean_error: float
    typical_error: float
    top_fifth_share: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quantity in the held-out time: what happened, and how model and naive forecast did."""

    actual: float
    model: Accuracy
    naive: Accuracy
    best_top_fifth_share: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """Result of a back-test over `customers` first seen up to `cut_off_day`, in the `horizon_days` after it."""

    cut_off_day: int
    horizon_days: int
    customers: int
    orders: Comparison
    revenue: Comparison | None
    beats_baseline: bool
    verdict: rules.Message
    warnings: tuple[rules.Message, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """Both models learned up to a day, with what they were learned from; `values` is None if money says nothing."""

    summary: Summary
    orders: BGNBD
    values: GammaGamma | None


def learn(purchases: Purchases, last_day: int) -> Learned:
    """Fit both models on the purchases up to and including `last_day`; raise ValueError when there are none."""
    summary = summarize(purchases, last_day)
    orders = BGNBD().fit(summary.x, summary.t_x, summary.T)
    paid = (summary.x > 0) & (summary.mean_repeat_value > 0)
    values = GammaGamma().fit(summary.x, summary.mean_repeat_value) if paid.any() else None
    return Learned(summary, orders, values)


def backtest(purchases: Purchases, learned: Learned, cut_off_day: int, horizon_days: int) -> Backtest:
    """Forecast the `horizon_days` after `cut_off_day` with models learned up to it, and compare with what happened."""
    seen = learned.summary
    counts, amounts = tally(purchases.between(cut_off_day + 1, cut_off_day + horizon_days), seen.customer)
    scores = score(
        learned.orders,
        seen.x,
        seen.t_x,
        seen.T,
        (horizon_days,),
        values=learned.values,
        mean_repeat_value=None if learned.values is None else seen.mean_repeat_value,
    )
    share = horizon_days / np.maximum(seen.T * rules.DAYS_PER_WEEK, _FEWEST_DAYS)
    orders = compare(scores.orders[horizon_days], (seen.x + 1.0) * share, counts)
    revenue = compare(scores.value[horizon_days], seen.value_so_far * share, amounts) if scores.value else None
    wins, verdict = judge(orders, seen.x.size)
    return Backtest(
        cut_off_day, horizon_days, seen.x.size, orders, revenue, wins, verdict, tuple(_off(orders, revenue))
    )


def compare(model: Floats, naive: Floats, actual: Floats) -> Comparison:
    """Compare two forecasts per customer with what happened."""
    return Comparison(
        float(actual.sum()), measure(model, actual), measure(naive, actual), _top_fifth_share(actual, actual)
    )


def measure(forecast: Floats, actual: Floats) -> Accuracy:
    """Return how close a forecast per customer came."""
    total = float(actual.sum())
    return Accuracy(
        forecast=float(forecast.sum()),
        bias=float(forecast.sum()) / total - 1.0 if total else float("nan"),
        correlation=correlation(forecast, actual),
        rank_correlation=rank_correlation(forecast, actual),
        mean_error=float(np.abs(forecast - actual).mean()),
        typical_error=float(np.sqrt(np.square(forecast - actual).mean())),
        top_fifth_share=_top_fifth_share(forecast, actual),
    )


def judge(orders: Comparison, customers: int) -> tuple[bool, rules.Message]:
    """Say whether the model beats the naive rate.

    It must err less (root mean square, which rewards a true mean) and rank customers no worse; ranks count as equal
    within one standard error of a rank correlation, 1 / sqrt(customers).
    """
    model, naive = orders.model, orders.naive
    if not orders.actual:
        return False, rules.message("nothing_held_out")
    ranks = not model.rank_correlation < naive.rank_correlation - customers**-0.5
    errs = model.typical_error < naive.typical_error
    code = {
        (True, True): "beats_baseline",
        (True, False): "ranks_better_only",
        (False, True): "errs_less_only",
        (False, False): "loses_to_baseline",
    }[ranks, errs]
    numbers = {
        "model_rank": model.rank_correlation,
        "naive_rank": naive.rank_correlation,
        "model_error": model.typical_error,
        "naive_error": naive.typical_error,
    }
    return ranks and errs, rules.message(code, **numbers)


def _off(orders: Comparison, revenue: Comparison | None) -> list[rules.Message]:
    found = []
    for what, one in (("orders", orders), ("revenue", revenue)):
        if one is not None and abs(one.model.bias) > rules.FORECAST_OFF_BY:
            low = one.model.bias < 0
            percent = round(abs(one.model.bias) * 100)
            found.append(rules.message(f"{what}_too_low" if low else f"{what}_too_high", percent=percent))
    if revenue is not None and revenue.naive.typical_error < revenue.model.typical_error:
        errors = {"naive_error": revenue.naive.typical_error, "model_error": revenue.model.typical_error}
        found.append(rules.message("naive_errs_less_on_revenue", **errors))
    return found


def _top_fifth_share(ranked_by: Floats, actual: Floats) -> float:
    total = float(actual.sum())
    top = np.argsort(-ranked_by, kind="stable")[: int(_TOP_SHARE * actual.size)]
    return float(actual[top].sum()) / total if total else float("nan")
