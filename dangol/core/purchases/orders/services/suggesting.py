"""Starting values for the choices of an import, from a look at the whole file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import islice
from typing import Any

from dangol.core.purchases.orders.rules.choices import Choices, Findings
from dangol.core.purchases.orders.rules.gathering import usual_name
from dangol.core.purchases.orders.rules.kinds import is_fee
from dangol.core.purchases.orders.services.money import decide_currency, may_adopt
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.exchange.reader import Table

MOST_FEES = 60
MOST_ROWS = 200_000


def suggest_choices(table: Table, mapping: Mapping[str, int], actor: Actor) -> dict[str, Any]:
    """Return what a form starts with: currency, shop, time zone, and the codes that look like fees."""
    findings = Findings().look(islice(table.rows(), MOST_ROWS), mapping)
    wish = Choices(is_currency_adopted=True)
    currency = decide_currency(actor, wish, findings, has_column="currency" in mapping)
    fees = ", ".join(fee_codes(findings)[:MOST_FEES])
    return {
        "currency": currency.code,
        "is_currency_adopted": currency.is_adopted,
        "rate": "",
        "shop": wish.shop,
        "time_zone": workspace().time_zone,
        "day_order": "",
        "decimal_mark": "",
        "fee_codes": fees,
        "fee_codes_suggested": fees,
        "hidden": [] if may_adopt(actor) else ["is_currency_adopted"],
    }


def fee_codes(findings: Findings) -> list[str]:
    """The product codes of a file that look like fees, most lines first."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for (code, description), count in findings.products.items():
        if code.strip():
            names[code.strip().upper()][description.strip()] += count
    fees = {code: found.total() for code, found in names.items() if is_fee(code, usual_name(found))}
    return sorted(fees, key=lambda code: (-fees[code], code))
