"""What a result says, in words and in the reader's language."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as translate

from dangol.analytical.experiments.lift import rules
from dangol.analytical.experiments.lift.rules import Group, Measured
from dangol.platform.ui import format


def sentence(group: Group, currency: str, until: str = "") -> str:
    """What can be said in money of all recipients or of one tier, and what is missing where nothing can.

    `until` is the last day of the horizon, written for the reader.
    """
    values = _values(group, currency) | {"until": until}
    more = {rules.TOO_SMALL: _missing, rules.RUNNING: _so_far}.get(group.verdict)
    first = translate(_SENTENCES[group.verdict]) % values
    rest = more(group.measure(rules.MONEY)) if more else ""
    return f"{first} {translate(rest) % values}" if rest else first


_SENTENCES = {
    rules.HELPED: gettext_noop(
        "It helped: those who got it each spent %(difference)s more than the control group (between %(low)s and"
        " %(high)s, at 95 %% confidence). For all %(treated)s of them that makes %(total)s, between %(total_low)s and"
        " %(total_high)s."
    ),
    rules.HARMED: gettext_noop(
        "It harmed: those who got it each spent %(size)s less than the control group (the difference lies between"
        " %(low)s and %(high)s, at 95 %% confidence). For all %(treated)s of them that makes %(total)s, between"
        " %(total_low)s and %(total_high)s."
    ),
    rules.DOES_LITTLE: gettext_noop(
        "It does little: the difference lies between %(low)s and %(high)s a customer (at 95 %% confidence), and"
        " everything up to %(indifferent)s is too little to matter."
    ),
    rules.TOO_SMALL: gettext_noop(
        "Not yet enough to tell: the difference may lie anywhere between %(low)s and %(high)s a customer (at 95 %%"
        " confidence). An effect below %(smallest)s would hardly have been seen."
    ),
    rules.TOO_FEW: gettext_noop(
        "Too few people bought to judge: %(buyers)s of %(people)s. About %(fewest)s buyers would be needed with a"
        " control group of this share."
    ),
    rules.NO_CONTROL: gettext_noop("There was no control group, so nobody can tell what it brought."),
    rules.BROKEN_SPLIT: gettext_noop(
        "The split is not the planned one: %(control)s of %(people)s are control, where %(planned)s were to be"
        " expected. Luck alone does this in fewer than 1 of 1,000 cases, so the groups cannot be compared before the"
        " reason is found."
    ),
    rules.RUNNING: gettext_noop("Still counting until %(until)s: until then there is no verdict."),
}


def _missing(money: Measured) -> str:
    """How many more customers it would take."""
    if not money.more_for_seen or not money.more_for_indifferent:
        return ""
    if money.more_for_indifferent <= money.more_for_seen:
        return gettext_noop(
            "To see an effect of %(indifferent)s a customer, the smallest that matters, about"
            " %(more_for_indifferent)s more customers would be needed (80 %% power, 5 %% error)."
        )
    return gettext_noop(
        "If the effect is the one seen, %(difference)s a customer, about %(more_for_seen)s more customers would be"
        " needed to show it (80 %% power, 5 %% error); for the smallest that matters, %(indifferent)s, about"
        " %(more_for_indifferent)s."
    )


def _so_far(money: Measured) -> str:
    """The interval before the horizon is over, which may still change."""
    if money.low is None or money.high is None:
        return ""
    return gettext_noop("So far the difference lies between %(low)s and %(high)s a customer; that may change.")


def _values(group: Group, currency: str) -> dict[str, str]:
    """Everything that a sentence about a group may name, written for the reader."""
    language, money = get_language() or "en", asdict(group.measure(rules.MONEY))
    people = group.treated + group.control
    counts = {
        "treated": group.treated, "control": group.control, "people": people,
        "buyers": group.buyers_treated + group.buyers_control, "planned": round(people * group.planned_control),
        "fewest": rules.fewest_buyers(group.treated, group.control),
        "more_for_seen": money["more_for_seen"], "more_for_indifferent": money["more_for_indifferent"],
    }  # fmt: skip
    sums = {name: money[name] for name in ("low", "high", "difference", "total", "total_low", "total_high")}
    sums |= {"indifferent": money["indifferent"], "smallest": money["smallest_effect"]}
    sums["size"] = abs(money["difference"]) if money["difference"] is not None else None
    return {name: format.number(value, language) for name, value in counts.items()} | {
        name: format.money(value, currency, language) for name, value in sums.items()
    }
