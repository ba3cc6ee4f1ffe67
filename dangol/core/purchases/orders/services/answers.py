"""What an import answers: counts, sums, reasons and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.core.purchases.orders.rules.choices import Choices, Findings
from dangol.core.purchases.orders.rules.gathering import Gathering
from dangol.core.purchases.orders.services.money import Currency
from dangol.platform.exchange.values.numbers import plain_text

MOST_NAMES = 5


def answer(
    gathering: Gathering,
    findings: Findings,
    choices: Choices,
    currency: Currency,
    differences: Mapping[str, int],
    *,
    people: int,
    fees: int,
    new: tuple[int, int, int],
    without_rate: int,
    first: datetime | None,
    last: datetime | None,
    is_dry: bool,
    seconds: float,
    encoding: str,
) -> dict[str, Any]:
    """Return the answer of an import as JSON; amounts are exact decimal texts in the file's currency."""
    return {
        **_rows_and_money(gathering, differences, currency),
        **_records(gathering, people=people, new=new, without_rate=without_rate),
        "lines_fee": fees,
        "repeats": gathering.repeats,
        "first_at": first.isoformat() if first else None,
        "last_at": last.isoformat() if last else None,
        "reasons": dict(gathering.reasons.most_common()),
        "warnings": _warnings(gathering, findings, choices, currency, without_rate),
        "encoding": encoding,
        "day_order": choices.day_order or findings.day_order().order,
        "day_order_by": "choice" if choices.day_order else findings.day_order().by,
        "is_dry_run": is_dry,
        "seconds": round(seconds, 2),
    }


def _rows_and_money(gathering: Gathering, differences: Mapping[str, int], currency: Currency) -> dict[str, Any]:
    aside = gathering.reasons.total()
    return {
        "rows_read": gathering.read,
        "rows_imported": gathering.read - aside,
        "rows_put_aside": aside,
        **differences,
        "amount_imported": plain_text(gathering.amount_imported),
        "amount_put_aside": plain_text(gathering.amount_aside),
        "currency": currency.code,
        "company_currency": currency.ours,
    }


def _records(gathering: Gathering, *, people: int, new: tuple[int, int, int], without_rate: int) -> dict[str, int]:
    heads = gathering.orders.values()
    return {
        "orders": len(heads),
        "orders_new": new[2],
        "orders_cancelled": sum(head.kind == "cancellation" for head in heads),
        "orders_adjusting": sum(head.kind == "adjustment" for head in heads),
        "orders_without_rate": without_rate,
        "people": people,
        "people_new": new[0],
        "products": len(gathering.products),
        "products_new": new[1],
        "lines_cancelled": sum(head.lines for head in heads if head.kind == "cancellation"),
        "lines_without_customer": sum(head.lines for head in heads if not _has_buyer(head)),
        "negative_lines": sum(head.goes_back for head in heads if head.kind != "cancellation"),
        "invoices_with_two_times": sum(head.has_two_times for head in heads),
    }


def _has_buyer(head: Any) -> bool:
    return bool(head.customer_number or head.email or head.phone)


def _warnings(
    gathering: Gathering, findings: Findings, choices: Choices, currency: Currency, without_rate: int
) -> list[str]:
    found = list(currency.warnings)
    found += _about_reading(findings, choices, currency.code)
    unknown = findings.unknown_countries()
    if unknown:
        names = list(unknown)
        shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
        count = sum(unknown.values())
        found.append(ngettext(
            "%(count)d row names no country that has a code (%(names)s); its order is kept without one.",
            "%(count)d rows name no country that has a code (%(names)s); their orders are kept without one.", count,
        ) % {"count": count, "names": shown})  # fmt: skip
    found += _about_buyers(gathering)
    if without_rate:
        found.append(ngettext(
            "%(count)d order has no value yet: no rate from its currency into %(ours)s is known on its day."
            " Set one, and it is valued at once.",
            "%(count)d orders have no value yet: no rate from their currency into %(ours)s is known on their day."
            " Set one, and they are valued at once.", without_rate,
        ) % {"count": without_rate, "ours": currency.ours})  # fmt: skip
    return found


def _about_reading(findings: Findings, choices: Choices, currency: str) -> list[str]:
    found = []
    days = findings.day_order()
    if days.by in ("span", "guess") and not choices.day_order:
        found.append(
            _("Days such as 2/3/2011 are read as day/month/year; nothing in the file proves it.")
            if days.order == "dmy"
            else _("Days such as 2/3/2011 are read as month/day/year; nothing in the file proves it.")
        )
    mark, is_certain = findings.decimal_mark()
    if not is_certain and not choices.decimal_mark and get_currency_precision(currency):
        found.append(_("Numbers such as 1,234 are read as thousands; nothing in the file proves it."))
    elif mark == "," and not choices.decimal_mark:
        found.append(_("The comma is read as the decimal mark."))
    return found


def _about_buyers(gathering: Gathering) -> list[str]:
    found = []
    nameless = sum(1 for head in gathering.orders.values() if head.name and not _has_buyer(head))
    if nameless:
        found.append(ngettext(
            "%(count)d order has a customer's name only; a name tells nobody from another, so it stands without one.",
            "%(count)d orders have a customer's name only; a name tells nobody from another,"
                " so they stand without one.",
            nameless,
        ) % {"count": nameless})  # fmt: skip
    if count := gathering.notes["bad_emails"]:
        found.append(ngettext(
            "%(count)d e-mail address cannot be read and is left out.",
            "%(count)d e-mail addresses cannot be read and are left out.", count,
        ) % {"count": count})  # fmt: skip
    if count := gathering.notes["bad_phones"]:
        found.append(ngettext(
            "%(count)d phone number cannot be read and is left out.",
            "%(count)d phone numbers cannot be read and are left out.", count,
        ) % {"count": count})  # fmt: skip
    return found


def about_trash(people: int, orders: int) -> list[str]:
    """What to know of people and orders of a file that stand in the trash."""
    found = []
    if people:
        found.append(
            ngettext(
                "%(count)d customer of this file is in the trash and stays there, with the orders.",
                "%(count)d customers of this file are in the trash and stay there, with their orders.",
                people,
            )
            % {"count": people}
        )
    if orders:
        found.append(
            ngettext(
                "%(count)d order of this file is in the trash and stays there.",
                "%(count)d orders of this file are in the trash and stay there.",
                orders,
            )
            % {"count": orders}
        )
    return found
