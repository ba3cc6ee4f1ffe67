"""One file, start to end: read it, learn up to a day, test on the days after, learn on all, look ahead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.backtest import Backtest, Learned, backtest, learn
from dangol.analytical.predictions.lifetime_value.estimators.purchases import Merged, merge_days
from dangol.analytical.predictions.lifetime_value.estimators.scoring import Scores, score
from dangol.analytical.predictions.lifetime_value.lab.columns import Columns, choose_columns
from dangol.analytical.predictions.lifetime_value.lab.errors import LabError
from dangol.analytical.predictions.lifetime_value.lab.files import read_sheet
from dangol.analytical.predictions.lifetime_value.lab.transactions import Transactions, read_transactions

AHEAD_DAYS = (90, 365)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the analyst asked for: columns by role (see `choose_columns`), and days; None means the default."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    calibrate_until: date | None = None
    horizon_days: int | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """Everything found out about a file."""

    path: Path
    format: str
    columns: Columns
    transactions: Transactions
    merged: Merged
    observed_from: date
    observed_until: date
    calibrate_until: date
    horizon_days: int
    calibration: Learned
    held_out: Backtest | None
    whole: Learned
    ahead: Scores
    warnings: tuple[rules.Message, ...]


def study(path: Path, wishes: Wishes) -> Study:
    """Run the models on a file; raise LabError with a sentence when the file or an option cannot be used."""
    sheet = read_sheet(path)
    columns = choose_columns(sheet.table, wishes.columns)
    transactions = read_transactions(sheet, columns)
    merged = merge_days(transactions.customer, transactions.day, transactions.amount, transactions.refunded)
    first, last = int(transactions.day.min()), int(transactions.day.max())
    cut = _cut_off(wishes.calibrate_until, first, last)
    horizon, short_by = _horizon(wishes.horizon_days, cut, last)
    calibration = _learn(merged, cut, columns)
    held_out = backtest(merged.purchases, calibration, cut, horizon) if cut < last else None
    whole = calibration if cut == last else _learn(merged, last, columns)
    return Study(
        path=path,
        format=sheet.format,
        columns=columns,
        transactions=transactions,
        merged=merged,
        observed_from=_EPOCH + timedelta(first),
        observed_until=_EPOCH + timedelta(last),
        calibrate_until=_EPOCH + timedelta(cut),
        horizon_days=horizon,
        calibration=calibration,
        held_out=held_out,
        whole=whole,
        ahead=_look_ahead(whole),
        warnings=tuple(_warnings(transactions, calibration, held_out, short_by)),
    )


def _cut_off(wished: date | None, first: int, last: int) -> int:
    """The last day to learn from: the wished one, or the middle of the observed days."""
    start, end = _EPOCH + timedelta(first), _EPOCH + timedelta(last)
    if last == first:
        raise LabError(f"All usable rows are of one day, {start}. Repeat orders need a longer time.")
    if wished is None:
        return first + (last - first + 1) // 2 - 1
    if not start <= wished:
        raise LabError(f"--calibrate-until {wished} lies before the first row, {start}. The file ends on {end}.")
    return min((wished - _EPOCH).days, last)


def _horizon(wished: int | None, cut: int, last: int) -> tuple[int, int]:
    """The days to test on, no more than the file holds, and by how many days the wish was cut short."""
    if wished is not None and wished < 1:
        raise LabError(f"--horizon {wished} must be a number of days from 1.")
    rest = last - cut
    return (rest, 0) if wished is None else (min(wished, rest), max(0, wished - rest))


def _learn(merged: Merged, until: int, columns: Columns) -> Learned:
    try:
        learned = learn(merged.purchases, until)
    except ValueError as error:
        raise LabError(f"Nothing can be learned up to {_EPOCH + timedelta(until)}: {error}") from None
    return learned if columns.money else Learned(learned.summary, learned.orders, None)


def _look_ahead(whole: Learned) -> Scores:
    seen, values = whole.summary, whole.values
    money = None if values is None else seen.mean_repeat_value
    return score(whole.orders, seen.x, seen.t_x, seen.T, AHEAD_DAYS, values=values, mean_repeat_value=money)


def _warnings(
    transactions: Transactions, calibration: Learned, held_out: Backtest | None, short_by: int
) -> list[rules.Message]:
    found = [*calibration.orders.warnings_, *(calibration.values.warnings_ if calibration.values else ())]
    if transactions.ambiguous_dates:
        found.append(rules.message("ambiguous_dates"))
    if not transactions.has_amounts:
        found.append(rules.message("no_amounts"))
    if short_by:
        found.append(rules.message("horizon_cut_short", days=short_by))
    if held_out is None:
        return [*found, rules.message("nothing_held_out")]
    return [*found, *held_out.warnings, *([] if held_out.beats_baseline else [held_out.verdict])]
