"""In which currency a file is, and in which the company counts."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from dangol.core.purchases.orders.models import Order
from dangol.core.purchases.orders.rules.choices import Choices, Findings
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.exchange.errors import BadOption


@dataclass(frozen=True)
class Currency:
    """`code` of the file's rows that name none, `ours` the company's; `is_adopted` when this import settles ours."""

    code: str
    ours: str
    is_adopted: bool
    warnings: tuple[str, ...]


def decide_currency(actor: Actor, choices: Choices, findings: Findings, *, has_column: bool) -> Currency:
    """Decide by what was chosen, else a sign at the amounts, else (in a company without orders) where buyers live.

    A company that has chosen no currency yet and has no orders counts in the file's from now on, if that was agreed.

    Raises:
        BadOption: the currency that was chosen is none.
    """
    ours = workspace()
    if choices.currency and choices.currency not in list_currencies():
        raise BadOption(
            _("There is no currency %(code)s.") % {"code": choices.currency}, _("Give its three letters, such as KRW.")
        )
    is_first = not has_orders()
    code = choices.currency or findings.currency_by_sign()
    guess = findings.currency_by_country()
    if not code:
        code = guess if is_first and guess and not has_column else ours.currency
    is_adopted = may_adopt(actor) and choices.is_currency_adopted and choices.rate is None and code != ours.currency
    warnings = []
    if is_adopted:
        warnings.append(
            _("The company counts in %(code)s from now on, since most of these orders are in it.") % {"code": code}
        )
    elif guess and guess != code and not has_column:
        warnings.append(
            _("Amounts are taken as %(code)s, though most orders come from a country that pays in %(guess)s.")
            % {"code": code, "guess": guess}
        )
    return Currency(code, code if is_adopted else ours.currency, is_adopted, tuple(warnings))


def may_adopt(actor: Actor) -> bool:
    """Whether an import by `actor` may settle the company's currency: nobody chose it, and nothing is valued yet."""
    return not workspace().is_currency_chosen and actor.may("change", "workspace") and not has_orders()


def has_orders() -> bool:
    """Whether the company has any order yet."""
    return Order.objects.for_system("choosing the currency of an import").exists()
