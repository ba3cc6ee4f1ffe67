"""Sentences and limits of the lifetime value models; pure, so that every door can translate and show them alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DAYS_PER_WEEK = 7
FEW_REPEAT_CUSTOMERS = 100
LATE_FACTOR = 1.5
PROBABLY_GONE_BELOW = 0.3
PROBABLY_ACTIVE_ABOVE = 0.7
FORECAST_OFF_BY = 0.15


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it; rules know no Django."""
    return text


_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people: `text` is the English original with named places, `numbers` fill them.

    A page translates with `gettext(message.text) % message.numbers`; `str(message)` is the English sentence.
    """

    code: str
    text: str
    numbers: Mapping[str, int | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.numbers


TEXTS: Mapping[str, str] = {
    # What is wrong with a fit
    "nobody_leaves": _(
        "Degenerate fit: a = %(a)s (near 0), so nobody ever leaves. The chance to be active says nothing, "
        "and forecasts follow only how often people have bought; season and growth are not in them."
    ),
    "everyone_leaves_alike": _(
        "Degenerate fit: a = %(a)s and b = %(b)s grow without limit. "
        "The data show no difference between customers in how readily they leave."
    ),
    "leaves_at_once_or_never": _(
        "Degenerate fit: a = %(a)s and b = %(b)s are both near 0. "
        "Customers either leave after one order or never; in between the model knows nothing."
    ),
    "all_leave": _("Degenerate fit: b = %(b)s (near 0) while a = %(a)s. Nearly everybody leaves right after an order."),
    "same_rate": _(
        "Degenerate fit: r = %(r)s and alpha = %(alpha)s grow without limit. "
        "The data show no difference between customers in how often they buy."
    ),
    "rate_at_limit": _(
        "Degenerate fit: r = %(r)s and alpha = %(alpha)s lie at the edge of what is allowed. "
        "Most customers never buy again."
    ),
    "no_repeat_orders": _(
        "Nobody has ordered twice, so nothing can be learned about who comes back. Load a longer period."
    ),
    "few_repeat_customers": _(
        "Only %(count)s customers have ordered more than once; read the figures as a rough guide."
    ),
    "not_converged": _("The fit stopped before it reached the best parameters (%(reason)s). Do not rely on it."),
    # What is wrong with a fit of order values
    "no_mean_value": _(
        "Order values are so unequal that the model has no mean (q = %(q)s, not above 1). "
        "The average of all orders is used for customers without repeat orders."
    ),
    "value_follows_frequency": _(
        "People who buy more often also pay differently per order (correlation %(correlation)s). "
        "Gamma-Gamma assumes they do not, so values of frequent buyers may be off."
    ),
    "values_alike": _(
        "Degenerate fit of order values: p = %(p)s, q = %(q)s, v = %(v)s lie at the edge of what is allowed. "
        "Orders differ too little, or too wildly, to be told apart by customer."
    ),
    "values_not_positive": _(
        "%(count)s customers with a mean order value of 0 or less were left out of the value model."
    ),
    # What a back-test says
    "orders_too_low": _("In the held-out time the forecast of orders was %(percent)s%% too low."),
    "orders_too_high": _("In the held-out time the forecast of orders was %(percent)s%% too high."),
    "revenue_too_low": _("In the held-out time the forecast of revenue was %(percent)s%% too low."),
    "revenue_too_high": _("In the held-out time the forecast of revenue was %(percent)s%% too high."),
    "naive_errs_less_on_revenue": _(
        "For revenue the naive rate errs less than the model (%(naive_error)s against %(model_error)s a customer)."
    ),
    "beats_baseline": _(
        "The model beats the naive rate: it errs less (%(model_error)s against %(naive_error)s orders a customer) "
        "and ranks customers at least as well (%(model_rank)s against %(naive_rank)s)."
    ),
    "ranks_better_only": _(
        "The model does not beat the naive rate: it ranks customers as well (%(model_rank)s against %(naive_rank)s), "
        "but does not err less (%(model_error)s against %(naive_error)s orders a customer)."
    ),
    "errs_less_only": _(
        "The model does not beat the naive rate: it errs less (%(model_error)s against %(naive_error)s orders "
        "a customer), but ranks customers worse (%(model_rank)s against %(naive_rank)s)."
    ),
    "loses_to_baseline": _(
        "The model does not beat the naive rate: it does not err less (%(model_error)s against %(naive_error)s orders "
        "a customer) and ranks customers worse (%(model_rank)s against %(naive_rank)s)."
    ),
    "nothing_held_out": _("There is nothing after the cut-off to test the forecast on."),
    # What is to be known about a file
    "ambiguous_dates": _("Days and months cannot be told apart in the dates; they were read as month/day/year."),
    "no_amounts": _("No column holds money, so order values were not modelled. Name one with --amount."),
    "horizon_cut_short": _("The file ends %(days)s days before the end of the horizon; the test stops where it ends."),
    # Why a customer has this score
    "one_order_today": _("Has ordered once, today; too early to know a rhythm."),
    "one_order_yesterday": _("Has ordered once, yesterday; too early to know a rhythm."),
    "one_order": _("Has ordered once, %(days_ago)s days ago; there is no rhythm yet."),
    "ordered_today": _("Ordered today; usually every %(gap)s days."),
    "ordered_today_daily": _("Ordered today; usually every day."),
    "ordered_yesterday": _("Ordered yesterday; usually every %(gap)s days."),
    "ordered_yesterday_daily": _("Ordered yesterday; usually every day."),
    "in_rhythm": _("Last order %(days_ago)s days ago; usually every %(gap)s days."),
    "late": _("Late: last order %(days_ago)s days ago, but usually every %(gap)s days."),
    "late_daily": _("Late: last order %(days_ago)s days ago, but usually every day."),
    "long_silent": _("Probably gone: last order %(days_ago)s days ago, but it used to be every %(gap)s days."),
    "long_silent_daily": _("Probably gone: last order %(days_ago)s days ago, but it used to be every day."),
    "late_but_loyal": _(
        "Last order %(days_ago)s days ago, later than the usual %(gap)s days, but irregular enough to expect more."
    ),
    "late_but_loyal_daily": _(
        "Last order %(days_ago)s days ago, though usually every day, but irregular enough to expect more."
    ),
}


def message(code: str, **numbers: float | str) -> Message:
    """Return the sentence of that code; fractions are written with three significant digits."""
    return Message(code, TEXTS[code], {name: _written(value) for name, value in numbers.items()})


def _written(value: float | str) -> int | str:
    if not isinstance(value, float):
        return value
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e15 else f"{value:.3g}"


def reason(*, orders: int, days_since_last: int, days_first_to_last: int, p_alive: float) -> Message:
    """Say why a customer's chance to be active is what it is.

    Arguments: number of orders so far (same-day ones merged), days since the last order, days between the first and
    the last order, and the model's chance to be still active. The usual gap is the mean of the gaps so far.
    """
    if orders <= 1:
        code = {0: "one_order_today", 1: "one_order_yesterday"}.get(days_since_last, "one_order")
        return message(code, days_ago=days_since_last)
    gap = max(1, round(days_first_to_last / (orders - 1)))
    code = _rhythm(days_since_last, gap, p_alive)
    return message(f"{code}_daily" if gap == 1 else code, days_ago=days_since_last, gap=gap)


def _rhythm(days_since_last: int, gap: int, p_alive: float) -> str:
    if days_since_last <= 1:
        return "ordered_yesterday" if days_since_last else "ordered_today"
    if days_since_last <= LATE_FACTOR * gap:
        return "in_rhythm"
    if p_alive < PROBABLY_GONE_BELOW:
        return "long_silent"
    return "late" if p_alive < PROBABLY_ACTIVE_ABOVE else "late_but_loyal"
