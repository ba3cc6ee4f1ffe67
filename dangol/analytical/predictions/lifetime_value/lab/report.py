"""A study for people: sentences and small tables in a terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dangol.analytical.predictions.lifetime_value.estimators.backtest import Accuracy, Backtest
from dangol.analytical.predictions.lifetime_value.lab.study import AHEAD_DAYS, Study
from dangol.analytical.predictions.lifetime_value.lab.transactions import REASONS


def report(done: Study) -> Group:
    """Return what was read, learned, tested and is to be expected, and every warning."""
    parts: list[RenderableType] = [*_read(done), *_parameters(done)]
    if done.held_out:
        parts += [*_test(done.held_out), Text(str(done.held_out.verdict))]
    parts += _ahead(done)
    told = done.held_out.verdict if done.held_out else None
    parts += [Text(f"! {warning}", style="yellow") for warning in done.warnings if warning is not told]
    return Group(*parts)


def _read(done: Study) -> list[Text]:
    rows, columns = done.transactions, done.columns
    lines = [
        Text(f"{done.path.name}: {done.format}, {done.observed_from} to {done.observed_until}", style="bold"),
        Text(f"Customer: {columns.customer}   Date: {columns.date}   Amount: {columns.money or 'none'}"),
        Text(f"{rows.rows_read:,} rows read, {rows.rows_used:,} used, {rows.rows_read - rows.rows_used:,} put aside."),
    ]
    for code, aside in rows.put_aside.items():
        example = f", {aside.example!r}" if aside.example else ""
        lines.append(Text(f"  {aside.rows:,}: the row {REASONS[code]} (first: row {aside.first_row}{example})"))
    lines.append(Text(f"{len(done.merged.purchases):,} purchases, counting those of one customer on one day as one."))
    if rows.has_amounts and done.merged.days_without_purchase:
        lines.append(
            Text(
                f"{done.merged.days_without_purchase:,} customer days add up to nothing or to a refund "
                f"({done.merged.amount_without_purchase:,.2f} in all) and count as no purchase; "
                f"{rows.negative_rows:,} rows are negative."
            )
        )
    return lines


def _parameters(done: Study) -> list[RenderableType]:
    fit, values = done.calibration.orders, done.calibration.values
    table = _table("", "Parameters", "Log-likelihood", left=2)
    written = f"r {fit.r_:.4g}  alpha {fit.alpha_:.4g}  a {fit.a_:.4g}  b {fit.b_:.4g}"
    table.add_row("BG/NBD", written, f"{fit.log_likelihood_:,.1f}")
    if values:
        written = f"p {values.p_:.4g}  q {values.q_:.4g}  v {values.v_:.4g}  mean value {values.mean_value_:,.2f}"
        table.add_row("Gamma-Gamma", written, f"{values.log_likelihood_:,.1f}")
    said = (
        f"{fit.customers_:,.0f} customers, {fit.repeat_customers_:,.0f} with repeat orders, "
        f"{fit.groups_:,} distinct histories; time in weeks."
    )
    return [_heading(f"Learned up to {done.calibrate_until}"), Text(said), table]


def _test(test: Backtest) -> list[RenderableType]:
    table = _table("", "Actual", "Forecast", "Off by", "Corr.", "Rank", "Error", "Top 20 %", left=1)
    for what, one in (("Orders", test.orders), ("Revenue", test.revenue)):
        if one:
            table.add_row(what, f"{one.actual:,.0f}", *_figures(one.model))
            table.add_row("  naive rate", "", *_figures(one.naive), style="dim")
    said = (
        "Corr. and Rank: correlation per customer, plain and of ranks. Error: typical error a customer. "
        "Top 20 %: what the fifth of customers ranked highest brought of all."
    )
    heading = _heading(f"Tested on the {test.horizon_days} days after, on {test.customers:,} customers")
    return [heading, table, Text(said, style="dim")]


def _figures(one: Accuracy) -> tuple[str, ...]:
    return (
        f"{one.forecast:,.1f}" if one.forecast < 100_000 else f"{one.forecast:,.0f}",
        f"{one.bias:+.1%}",
        f"{one.correlation:.4f}",
        f"{one.rank_correlation:.3f}",
        f"{one.typical_error:,.2f}",
        f"{one.top_fifth_share:.1%}",
    )


def _ahead(done: Study) -> list[RenderableType]:
    table = _table("Next days", "Orders", "Revenue", left=0)
    for days in AHEAD_DAYS:
        revenue = f"{done.ahead.value[days].sum():,.0f}" if done.ahead.value else "-"
        table.add_row(str(days), f"{done.ahead.orders[days].sum():,.0f}", revenue)
    active = f"{done.ahead.p_alive.sum():,.0f} of {done.ahead.p_alive.size:,} customers are still active, it seems."
    if done.whole.orders.is_degenerate_:
        active = f"{done.ahead.p_alive.size:,} customers; who of them is still active the model cannot tell."
    return [_heading(f"Ahead, learned from all up to {done.observed_until}"), Text(active), table]


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table(*names: str, left: int) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < left else "right", no_wrap=True)
    return table
