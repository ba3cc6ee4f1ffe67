"""The money of a customer as a part of a record's page, and on a page of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.purchases.money.object import SLUGS
from dangol.core.purchases.money.queries import Of, buyers, may_see_money, money_of, sees_margin
from dangol.core.purchases.money.rules import Category, Money, Year
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.address import packed
from dangol.platform.objects.reading import find
from dangol.platform.objects.registry import object_type

SHOWN = 8


@login_required
@require_GET
def money(request: HttpRequest, name: str, record_id: int) -> HttpResponse:
    """The figures of one record; alone for whoever asks from the record's page, else on a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    declared = object_type(name)
    record = find(declared, actor, record_id)
    if not may_see_money(actor):
        raise Forbidden("see", "order")
    of: Of = "tree" if request.GET.get("of") == "tree" and name == "company" else "own"
    found = money_of(actor, buyers(actor, name, record, of))
    is_part = bool(getattr(request, "htmx", False))
    context = {
        "record": record, "declared": declared, "title": declared.title(record), "of": of,
        "has_tree": name == "company", "url": f"/{SLUGS[name]}/{record.pk}/money", "money": found,
        **_doors(name, record, of, found, is_part), "has_margin": sees_margin(actor), "is_part": is_part,
        "is_all": actor.scope("see", "order") == "all",
    }  # fmt: skip
    return render(request, "purchases/money/figures.html" if is_part else "purchases/money/page.html", context)


def _doors(name: str, record: Any, of: Of, found: Money, is_part: bool) -> dict[str, Any]:
    """Each number with the address of the orders behind it."""
    met = condition(name, record.pk, of)
    rows = found.categories[:SHOWN] if is_part else found.categories
    return {
        "years": [(year, _urls(met, year)) for year in found.years],
        "whole": (found.whole, _urls(met, found.whole)),
        "categories": [(each, _orders(met, _is_category(each))) for each in rows],
        "more": len(found.categories) - len(rows),
    }


def condition(name: str, pk: int, of: Of) -> dict[str, Any]:
    """The condition on orders that means the buyers of a record."""
    if name == "person":
        return {"field": "person", "op": "is", "value": pk}
    if name == "company" and of == "tree":
        return {"field": "company_tree", "op": "is", "value": pk}
    return {"field": "person", "op": "where", "value": {"field": name, "op": "is", "value": pk}}


def _urls(met: dict[str, Any], year: Year) -> dict[str, str]:
    when = [] if year.year is None else [_in_year(year.year)]
    return {
        "net": _orders(met, *when),
        **{kind: _orders(met, *when, {"field": "kind", "op": "is", "value": kind})
           for kind in ("order", "cancellation", "adjustment")},
    }  # fmt: skip


def _in_year(year: int) -> dict[str, Any]:
    return {"field": "ordered_at", "op": "between", "value": [f"{year}-01-01", f"{year}-12-31"]}


def _is_category(category: Category) -> dict[str, Any]:
    return {"field": "goods_category", "op": "is", "value": category.name}


def _orders(*conditions: dict[str, Any]) -> str:
    tree = conditions[0] if len(conditions) == 1 else {"and": list(conditions)}
    return "/orders?" + urlencode({"filter": packed(tree)})
