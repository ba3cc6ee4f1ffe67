"""What a result says, in words and in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.experiments.lift import rules
from dangol.analytical.experiments.lift.rules import Group, Result
from dangol.platform.ui import format

VERDICT_LABELS: Mapping[str, str | Promise] = {
    rules.HELPED: _("Helped"),
    rules.HARMED: _("Harmed"),
    rules.DOES_LITTLE: _("Does little"),
    rules.TOO_SMALL: _("Too small to tell"),
    rules.TOO_FEW: _("Too few bought"),
    rules.NO_CONTROL: _("No control group"),
    rules.BROKEN_SPLIT: _("Split is broken"),
    rules.RUNNING: _("Still running"),
}
MEASURE_LABELS: Mapping[str, str | Promise] = {
    rules.MONEY: _("Spend per customer"),
    rules.ORDERS: _("Orders per customer"),
    rules.BOUGHT: _("Share who bought"),
}


def verdict_label(code: str) -> str:
    """A verdict in two or three words, for a pill."""
    return str(VERDICT_LABELS.get(code, code))


def sentences(result: Result, currency: str) -> list[str]:
    """What a result says, the verdict in money first; then, with several tiers, how far to trust a single one."""
    told = group_sentences(result.whole, currency, until_on=result.until_on)
    if result.chance_of_false is not None and not result.is_provisional and result.whole.verdict in _JUDGED:
        told.append(tiers_note(result))
    return told


def group_sentences(group: Group, currency: str, *, until_on: Any = None) -> list[str]:
    """What is said of all recipients or of one tier: one sentence, or two where it cannot be told."""
    values = _values(group, currency) | {"day": format.day(until_on, _language())}
    first = translate(_SENTENCES[group.verdict]) % values
    return [first, *_missing(group, values)] if group.verdict == rules.TOO_SMALL else [first]


def tiers_note(result: Result) -> str:
    """How likely it is that some tier shows a difference by luck alone."""
    sentence = translate(
        "With %(tiers)s tiers judged at once, at least one shows a difference by luck alone in %(chance)s of all cases:"
        " take a single tier as a hint, not as proof."
    )
    tiers = sum(1 for tier in result.tiers if tier.treated and tier.control)
    return sentence % {
        "tiers": format.number(tiers, _language()),
        "chance": format.percent(result.chance_of_false, _language(), digits=0),
    }


_JUDGED = (rules.HELPED, rules.HARMED, rules.DOES_LITTLE, rules.TOO_SMALL)


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
    rules.RUNNING: gettext_noop("Runs until %(day)s. Until then all figures are provisional, and there is no verdict."),
}


def _missing(group: Group, values: Mapping[str, str]) -> list[str]:
    """How many more customers it would take."""
    money = group.measure(rules.MONEY)
    if not money.more_for_seen or not money.more_for_indifferent:
        return []
    if money.more_for_indifferent <= money.more_for_seen:
        return [
            translate(
                "To see an effect of %(indifferent)s a customer, the smallest that matters, about"
                " %(more_for_indifferent)s more customers would be needed (80 %% power, 5 %% error)."
            )
            % values
        ]
    return [
        translate(
            "If the effect is the one seen, %(difference)s a customer, about %(more_for_seen)s more customers would be"
            " needed to show it (80 %% power, 5 %% error); for the smallest that matters, %(indifferent)s, about"
            " %(more_for_indifferent)s."
        )
        % values
    ]


def _values(group: Group, currency: str) -> dict[str, str]:
    """Everything that a sentence about a group may name, written for the reader."""
    language, money = _language(), asdict(group.measure(rules.MONEY))
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


def _language() -> str:
    return get_language() or "en"
