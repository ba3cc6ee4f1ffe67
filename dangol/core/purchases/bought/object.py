"""The conditions on purchases, registered on people: reading them from JSON and forms, and saying them in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from dangol.core.purchases.bought import queries
from dangol.core.purchases.bought.rules import Goods, Often, Spent
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.filter_values import read_number
from dangol.platform.objects.registry import register_filter
from dangol.platform.objects.types import Asked, Custom, Field, Tables
from dangol.platform.ui import format

MOST_TIMES, MOST_DAYS, MOST_CHOSEN = 100_000, 36_500, 500
TIMES_OPERATORS = {
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "exactly": gettext_lazy("exactly"),
}
SPENT_OPERATORS = {
    "gte": gettext_lazy("at least"),
    "lte": gettext_lazy("at most"),
    "between": gettext_lazy("is between"),
}
KINDS = (str(Order.Kind.ORDER), str(Order.Kind.CANCELLATION))


# ---- Reading ------------------------------------------------------------------------------------------------------


def read_often(op: str, value: Any) -> Often:
    """The condition `purchases` from JSON. Raises ValueError with a sentence."""
    found = _mapping(value, {"times", "days", "where"})
    where = _mapping(found.get("where") or {}, {"category", "product", "kind", "min_amount"})
    times = _whole(found.get("times", 1), 0, MOST_TIMES, _("“times” is a whole number from 0 to 100,000."))
    kind = where.get("kind") or KINDS[0]
    if kind not in KINDS:
        raise ValueError(_("Possible: %(values)s.") % {"values": ", ".join(KINDS)})
    least, most = {"at_least": (times, None), "at_most": (0, times), "exactly": (times, times)}[op]
    lowest = where.get("min_amount")
    amount = None if lowest in (None, "") else _amount(lowest)
    return Often(least, most, _days(found), str(kind), amount, _goods(where))


def read_spent(op: str, value: Any) -> Spent:
    """The condition `spent` from JSON. Raises ValueError with a sentence."""
    found = _mapping(value, {"amount", "to", "days", "where"})
    where = _mapping(found.get("where") or {}, {"category", "product"})
    amount = _amount(found.get("amount"))
    low, high = {"gte": (amount, None), "lte": (None, amount), "between": (amount, None)}[op]
    if op == "between":
        high = _amount(found.get("to"))
    return Spent(low, high, _days(found), _goods(where))


def _mapping(value: Any, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise ValueError(_("This condition takes: %(names)s.") % {"names": ", ".join(sorted(known))})
    return value


def _whole(value: Any, low: int, high: int, sentence: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(sentence)
    return value


def _days(found: Mapping[str, Any]) -> int | None:
    days = found.get("days")
    return None if days is None else _whole(days, 1, MOST_DAYS, _("“days” is a whole number from 1 to 36,500."))


def _amount(value: Any) -> Decimal:
    try:
        return read_number(value)
    except (ValueError, InvalidOperation):
        raise ValueError(_("Give an amount, such as 50000.")) from None


def _goods(where: Mapping[str, Any]) -> Goods:
    categories, products = where.get("category") or [], where.get("product") or []
    is_list = isinstance(categories, list) and isinstance(products, list)
    if not is_list or len(categories) > MOST_CHOSEN or len(products) > MOST_CHOSEN:
        raise ValueError(_("Categories and products are lists (at most 500)."))
    if not all(isinstance(c, str) and "\x00" not in c and c.isprintable() for c in categories):
        raise ValueError(_("A category is a text."))
    if any(isinstance(p, bool) or not isinstance(p, int) or not 0 < p < 2**63 for p in products):
        raise ValueError(_("A product is named by its number."))
    return Goods(tuple(categories), tuple(products))


# ---- Words --------------------------------------------------------------------------------------------------------


def often_words(asked: Asked) -> tuple[str, str]:
    """Operator and value for people."""
    often: Often = asked.value
    times = often.least if asked.op != "at_most" else often.most or 0
    parts = [ngettext("%(n)d time", "%(n)d times", times) % {"n": times}, _in_days(often.days), _of(often.goods)]
    if often.min_amount is not None:
        parts.append(_("from %(amount)s each") % {"amount": money(often.min_amount)})
    if often.kind != KINDS[0]:
        parts.append(str(Order.Kind(often.kind).label))
    return str(TIMES_OPERATORS[asked.op]), ", ".join(p for p in parts if p)


def spent_words(asked: Asked) -> tuple[str, str]:
    """Operator and value for people."""
    spent: Spent = asked.value
    ends = [money(end) for end in (spent.low, spent.high) if end is not None]
    parts = [" – ".join(ends), _in_days(spent.days), _of(spent.goods)]
    return str(SPENT_OPERATORS[asked.op]), ", ".join(p for p in parts if p)


def _in_days(days: int | None) -> str:
    if days is None:
        return ""
    return ngettext("in the last %(days)d day", "in the last %(days)d days", days) % {"days": days}


def _of(goods: Goods) -> str:
    names = [*goods.categories, *(queries.product_names(goods.products) if goods.products else [])]
    return " · ".join(names[:5]) + (" …" if len(names) > 5 else "")


def money(amount: Decimal) -> str:
    """An amount in the company's currency."""
    return format.money(amount, workspace().currency, get_language() or "en")


def explain_often(asked: Asked, person_id: int) -> str:
    """How often it was for one person."""
    times = queries.times_of(asked, person_id)
    return ngettext("%(n)d time", "%(n)d times", times) % {"n": times}


def explain_spent(asked: Asked, person_id: int) -> str:
    """How much it was for one person."""
    return money(queries.spent_by(asked, person_id))


# ---- Forms --------------------------------------------------------------------------------------------------------


def often_from_form(op: str, sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """The JSON from the builder's inputs; what cannot be read stays as it is and is refused by `read_often`."""
    where: dict[str, Any] = _where(sent)
    if amount := _one(sent, "min_amount"):
        where["min_amount"] = amount.replace(",", "")
    if (kind := _one(sent, "kind")) not in ("", KINDS[0]):
        where["kind"] = kind
    return _compact({"times": _number(_one(sent, "times") or "1"), "days": _number(_one(sent, "days")), "where": where})


def spent_from_form(op: str, sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """The JSON from the builder's inputs."""
    found = {
        "amount": _one(sent, "amount").replace(",", ""),
        "days": _number(_one(sent, "days")),
        "where": _where(sent),
    }
    if op == "between":
        found["to"] = _one(sent, "to").replace(",", "")
    return _compact(found)


def _where(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    products = [_number(p) for text in sent.get("product", []) for p in text.split(",") if p.strip()]
    return _compact({"category": [c for c in sent.get("category", []) if c], "product": products})


def _one(sent: Mapping[str, list[str]], name: str) -> str:
    return (sent.get(name) or [""])[0].strip()


def _number(text: str) -> Any:
    bare = text.strip().replace(",", "")
    return int(bare) if bare.isdecimal() and len(bare) < 19 else bare or None


def _compact(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def to_form(actor: Actor, op: str, value: Any) -> dict[str, Any]:
    """What the builder's template shows: the parts of the value, and the categories to choose from."""
    found = dict(value) if isinstance(value, Mapping) else {}
    where = found.get("where") if isinstance(found.get("where"), Mapping) else {}
    chosen = (where or {}).get("category") or []
    return {
        **found, **(where or {}), "op": op, "kinds": [(k, Order.Kind(k).label) for k in KINDS],
        "categories": [(c, c in chosen) for c in dict.fromkeys([*chosen, *queries.category_choices()])],
    }  # fmt: skip


# ---- Registration -------------------------------------------------------------------------------------------------


def _often_in_lake(asked: Asked, tables: Tables) -> Any:
    from dangol.core.purchases.bought.tables import buyers  # Ibis is slow to import and rarely needed

    return buyers.often_ids(asked, tables)


def _spent_in_lake(asked: Asked, tables: Tables) -> Any:
    from dangol.core.purchases.bought.tables import buyers

    return buyers.spent_ids(asked, tables)


PURCHASES = Custom(
    TIMES_OPERATORS, read_often, queries.often_ids, _often_in_lake, often_words, explain_often,
    "purchases/bought/often.html", often_from_form, to_form,
)  # fmt: skip
SPENT = Custom(
    SPENT_OPERATORS, read_spent, queries.spent_ids, _spent_in_lake, spent_words, explain_spent,
    "purchases/bought/spent.html", spent_from_form, to_form,
)  # fmt: skip
# With a least amount, or with no days at all, either could be asked until it has told what an order brought, and when.
TELLS_OF = tuple(("order", name) for name in ("person", "ordered_at", "kind", "value", "amount"))
for _name, _label, _custom in (
    ("purchases", gettext_lazy("Purchases"), PURCHASES),
    ("spent", gettext_lazy("Spent"), SPENT),
):
    register_filter("person", Field(_name, _label, "custom", custom=_custom, is_fact=False, tells_of=TELLS_OF))
