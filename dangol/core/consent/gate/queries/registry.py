"""Rules that higher floors hang into the gate: the bottom tier, the lasting control group, laws of other countries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dangol.core.consent.gate.rules.asking import ADVERTISING, AFTER_RULES, BEFORE_RULES, Asked, HouseRules


@dataclass(frozen=True)
class SqlRule:
    """A rule as SQL about the person `p` (customers_person): `condition` is true for whom it leaves out.

    `joins` are further joins, which must not multiply people; give their aliases a name of your own. `%s` stand for
    `join_params` in the joins and for `params` in the condition; write other percent signs twice.
    """

    condition: str
    joins: str = ""
    params: Sequence[Any] = ()
    join_params: Sequence[Any] = ()


@dataclass(frozen=True)
class GateRule:
    """A reason to leave people out, asked after consent and before the cap.

    Args:
        name: the reason's code, for good.
        label: the reason in words, for pages.
        order: rules are asked by rising order (lasting control group 800, bottom tier 900).
        one: `(person_id, asked)` -> whether to leave this person out.
        sql: `(asked)` -> the same for all people; equal to `one`.
        message_classes: to which messages it applies.
        is_of_law: it cannot be overridden.
        is_open: `(house)` -> whether the rule is in force as the house's rules are set.
        meaning: a sentence for the page of the gate; `source` and `checked_on` where it comes from, for laws.
    """

    name: str
    label: Any
    order: int
    one: Callable[[int, Asked], bool]
    sql: Callable[[Asked], SqlRule]
    message_classes: tuple[str, ...] = (ADVERTISING,)
    is_of_law: bool = False
    is_open: Callable[[HouseRules], bool] = lambda house: True
    meaning: Any = ""
    source: str = ""
    checked_on: str = ""


_RULES: dict[str, GateRule] = {}


def register_gate_rule(rule: GateRule) -> None:
    """Hang a rule into the gate. Raises ValueError when its name is taken."""
    if rule.name in _RULES or rule.name in (*BEFORE_RULES, *AFTER_RULES):
        raise ValueError(f"The gate has a rule called {rule.name} already.")
    _RULES[rule.name] = rule


def gate_rules() -> list[GateRule]:
    """Every registered rule, in the order in which they are asked."""
    return sorted(_RULES.values(), key=lambda rule: (rule.order, rule.name))


def rules_for(asked: Asked, house: HouseRules) -> list[GateRule]:
    """The registered rules that are asked now: in force, of this class of message, not set aside.

    Raises ValueError when `asked.overrides` names the law's or none.
    """
    for name in asked.overrides:
        rule = _RULES.get(name)
        if name != "capped" and (rule is None or rule.is_of_law):
            raise ValueError(f"{name} is no rule of the house that could be set aside.")
    return [
        rule
        for rule in gate_rules()
        if asked.message_class in rule.message_classes and rule.name not in asked.overrides and rule.is_open(house)
    ]
