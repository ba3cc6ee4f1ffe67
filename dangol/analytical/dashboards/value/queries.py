"""The Pareto curve, what tiers bring, how people moved between them, and who of the top tier is slipping away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum, Window
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.analytical.dashboards.pictures.queries import Counted, Scene
from dangol.analytical.dashboards.pictures.rules import Cell, Column, Picture, Table, address, is_
from dangol.analytical.dashboards.value.rules import (
    ORDER,
    chosen_month,
    direction,
    in_order,
    months_to_choose,
    times_as_much,
    value_at,
    went,
)
from dangol.analytical.segments.tiers.models import Tier
from dangol.analytical.segments.tiers.queries import movers
from dangol.analytical.segments.tiers.rules import TierFlow, TierShare
from dangol.analytical.warehouse.marts.rules import ParetoPoint
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.objects.filters import FilterError
from dangol.platform.ui import format

CURVE_ROWS = (0.01, 0.05, *(step / 10 for step in range(1, 11)))
SLIPPING_SHOWN = 5
MONTHS = 12
SHOWN = ("value_12m", "months", "last_order_on", "expected_on", "usual_gap_days")
CENT = Decimal("0.01")
WAYS = {"up": gettext_lazy("Up"), "down": gettext_lazy("Down or gone"), "stay": gettext_lazy("Stayed")}


def tier_word(tier: str, *, is_before: bool = True, is_short: bool = False) -> str:
    """How a tier is called; without one: not yet a customer, or not for long (before); no longer buying (after)."""
    if tier:
        return str(Tier(tier).label)
    if not is_before:
        return _("Gone")
    return _("Joined") if is_short else _("New or back")


def tier_level(tier: str) -> int:
    """How many of the three bars of the tier's mark are filled."""
    return len(ORDER) - 1 - ORDER.index(tier)


def people_of(tier: str) -> str:
    """The list of a tier's customers, the most valuable first."""
    return address("people", is_("tier", tier), sort="rank")


def best(people: int) -> str:
    """The list of the best `people` customers."""
    return address("people", {"field": "rank", "op": "lte", "value": people}, sort="rank")


# ---- Pareto curve -------------------------------------------------------------------------------------------------


def pareto(counted: Counted, scene: Scene) -> Picture:
    """Customers, best first, against what they bring together."""
    shares, curve = {s.tier: s for s in counted.shares}, counted.curve
    people = sum(s.customers for s in counted.shares)
    if not people or not curve:
        return Picture("pareto", lambda: _curve_table([], 0))
    facts = {"top": shares["top"], "bottom": shares["bottom"], "best_percent": value_at(curve, 0.01),
             "best_percent_people": round(people / 100), "top_door": people_of("top"),
             "bottom_door": people_of("bottom"), "best_door": best(round(people / 100))}  # fmt: skip
    return Picture("pareto", lambda: _curve_table(curve, people), _curve_chart(counted, shares, scene), facts)


def _curve_table(curve: list[ParetoPoint], people: int) -> Table:
    return Table(
        gettext_lazy("What the best customers bring together"),
        (
            Column("customers", gettext_lazy("Best customers, %"), "percent"),
            Column("people", gettext_lazy("Customers")),
            Column("value", gettext_lazy("Share of revenue, %"), "percent"),
        ),
        tuple(_curve_row(s, round(s * people), value_at(curve, s)) for s in CURVE_ROWS) if people and curve else (),
    )


def _curve_row(share: float, people: int, value: float) -> tuple[Cell, ...]:
    door = best(people) if people else ""
    return Cell(share), Cell(people, door), Cell(value, door, count=people)


def _curve_chart(counted: Counted, shares: dict[str, TierShare], scene: Scene) -> dict[str, Any]:
    top, bottom = shares["top"], shares["bottom"]
    rest = 1 - bottom.share_of_customers
    return {
        "curve": [[round(p.customers * 100, 1), round(p.value * 100, 2)] for p in counted.curve],
        "top": {"at": [_hundred(top.share_of_customers), _hundred(top.share_of_value)], **_tier_label(top, scene)},
        "bottom": {"at": [_hundred(rest), _hundred(1 - bottom.share_of_value)], **_tier_label(bottom, scene)},
        "x": _("share of customers, best first"),
        "tip": _("The best {x} % bring {y} %"),
    }


def _hundred(share: float) -> float:
    return round(share * 100, 2)


def _tier_label(found: TierShare, scene: Scene) -> dict[str, str]:
    words = {
        "tier": tier_word(found.tier),
        "percent": format.percent(found.share_of_customers, scene.language, digits=0),
        "value": format.percent(found.share_of_value, scene.language),
        "people": format.number(found.customers, scene.language),
        "money": format.money(found.value, scene.currency, scene.language, short=True),
    }
    headline = _("%(tier)s %(percent)s bring %(value)s") % words
    people = _("%(people)s people · %(money)s") % words
    return {"label": f"{headline}\n{{s|{people}}}", "short": f"{words['percent']} → {words['value']}"}


# ---- Tiers --------------------------------------------------------------------------------------------------------


def tiers(counted: Counted, scene: Scene) -> Picture:
    """What each tier brings."""
    table = Table(
        gettext_lazy("What each tier brings"),
        (
            Column("tier", gettext_lazy("Tier"), "text"),
            Column("people", gettext_lazy("Customers")),
            Column("share_of_people", gettext_lazy("Share of customers, %"), "percent"),
            Column("value", gettext_lazy("Brings"), "money"),
            Column("share_of_value", gettext_lazy("Share of revenue, %"), "percent"),
            Column("each", gettext_lazy("Per customer"), "money"),
            Column("orders", gettext_lazy("Orders per customer")),
        ),
        tuple(_tier_row(s) for s in counted.shares),
    )
    bars = [
        {"share": s, "level": tier_level(s.tier), "word": tier_word(s.tier), "door": people_of(s.tier),
         "each": s.value / s.customers if s.customers else None}
        for s in counted.shares
    ]  # fmt: skip
    return Picture("tiers", lambda: table, None, {"bars": bars, "times": times_as_much(counted.shares)})


def _tier_row(s: TierShare) -> tuple[Cell, ...]:
    each = s.value / s.customers if s.customers else None
    orders = round(s.orders / s.customers, 1) if s.customers else None
    door, people = people_of(s.tier), s.customers
    return (
        Cell(tier_word(s.tier)), Cell(people, door), Cell(s.share_of_customers, door, count=people),
        Cell(s.value, door, count=people), Cell(s.share_of_value, door, count=people),
        Cell(each and each.quantize(CENT)), Cell(orders),
    )  # fmt: skip


# ---- Moves --------------------------------------------------------------------------------------------------------


def moves(counted: Counted, scene: Scene, *, since: str = "") -> Picture:
    """How people moved between tiers since the end of a month (`since`: 2026-03; else a quarter back)."""
    months, until = months_to_choose(counted.flow_months)
    month = chosen_month(since, months)
    found = in_order(counted.flows(month, until)) if month and until else []
    facts: dict[str, Any] = {"month": month, "months": months, "until": until}
    for way in ("up", "down"):
        group = went(found, way)
        facts[way], facts[f"{way}_door"] = sum(f.customers for f in group), movers_door(group)
    return Picture("moves", lambda: _moves_table(found), _flow_chart(found, scene) if found else None, facts)


def _moves_table(found: Sequence[TierFlow]) -> Table:
    return Table(
        gettext_lazy("How customers moved between tiers"),
        (
            Column("from", gettext_lazy("Tier before"), "text"),
            Column("to", gettext_lazy("Tier after"), "text"),
            Column("way", gettext_lazy("Direction"), "text"),
            Column("people", gettext_lazy("Customers")),
        ),
        tuple(_move_row(f) for f in found),
    )


def _move_row(f: TierFlow) -> tuple[Cell, ...]:
    before, after = tier_word(f.from_tier), tier_word(f.to_tier, is_before=False)
    return Cell(before), Cell(after), Cell(str(WAYS[direction(f)])), Cell(f.customers, movers_door([f]))


def movers_door(flows: Sequence[TierFlow]) -> str:
    """The list of the people who made these moves."""
    asked = [is_("tier_move", _move_code(f)) for f in flows]
    return address("people", asked[0] if len(asked) == 1 else {"or": asked}) if asked else ""


def _move_code(f: TierFlow) -> str:
    ends = ((f.from_month, f.from_tier), (f.to_month, f.to_tier))
    return ">".join(f"{month:%Y-%m}:{tier or 'none'}" for month, tier in ends)


def moved_people(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `tier_move`, such as 2026-09:top>2026-10:none. Raises FilterError."""
    try:
        (from_month, from_tier), (to_month, to_tier) = (_end_of_move(part) for part in str(value).split(">"))
    except ValueError as error:
        sentence = _("A move is written like 2026-09:top>2026-10:middle; tiers are top, middle, bottom and none.")
        raise FilterError("tier_move", sentence) from error
    found = movers(actor, from_month=from_month, to_month=to_month, from_tier=from_tier, to_tier=to_tier)
    return Q(pk__in=found.values("pk"))


def _end_of_move(text: str) -> tuple[date, str]:
    month, tier = text.split(":")
    if tier not in (*Tier.values, "none"):
        raise ValueError(tier)
    return date.fromisoformat(f"{month}-01"), "" if tier == "none" else tier


def _flow_chart(found: Sequence[TierFlow], scene: Scene) -> dict[str, Any]:
    def nodes(side: str) -> list[dict[str, str]]:
        sums = {tier: sum(f.customers for f in found if getattr(f, f"{side}_tier") == tier) for tier in ORDER}
        left = side == "from"
        return [
            {"name": _node(side, tier), "side": "left" if left else "right",
             "label": f"{tier_word(tier, is_before=left, is_short=True)} {{s|{format.number(people, scene.language)}}}"}
            for tier, people in sums.items() if people
        ]  # fmt: skip

    links = [
        [_node("from", f.from_tier), _node("to", f.to_tier), f.customers, _tone(f), _move_words(f, scene)]
        for f in found if f.customers
    ]  # fmt: skip
    return {"nodes": nodes("from") + nodes("to"), "links": links}


def _node(side: str, tier: str) -> str:
    return f"{'0' if side == 'from' else '1'}:{tier_word(tier, is_before=side == 'from')}"


def _tone(f: TierFlow) -> str:
    return "stay" if not f.from_tier else direction(f)


def _move_words(f: TierFlow, scene: Scene) -> str:
    people = format.number(f.customers, scene.language)
    return f"{tier_word(f.from_tier)} → {tier_word(f.to_tier, is_before=False)}: {people}"


# ---- Slipping away ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlippingCustomer:
    """One of them: the record, its address, what it brought in twelve months and how late it is.

    `months` are the values of those months, oldest first; None where an order was expected and did not come.
    """

    person: Person
    url: str
    value_12m: Decimal
    months: tuple[float | None, ...]
    silent_days: int
    late_days: int
    usual_gap_days: int


@dataclass(frozen=True)
class Slipping:
    """How many of the top tier `actor` may see are overdue, what they brought in twelve months (`by_month`: in each,
    oldest first), and the first five.
    """

    people: int
    value_12m: Decimal
    by_month: tuple[float, ...]
    first: tuple[SlippingCustomer, ...]
    door: str


def slipping(actor: Actor, as_of: date) -> Slipping:
    """The customers of the top tier who are late, the most valuable first. One query."""
    rows = Person.objects.visible_to(actor).filter(deleted_at=None, tier_row__is_slipping=True)
    rows = rows.annotate(people=Window(Count("*")), at_risk=Window(Sum("tier_row__value_12m")))
    rows = rows.annotate(**{f"month_{i}": Window(Sum(F(f"tier_row__months__{i}"))) for i in range(MONTHS)})
    rows = rows.annotate(**{name: F(f"tier_row__{name}") for name in SHOWN})
    found: list[Any] = list(rows.order_by("-tier_row__value_12m", "pk")[:SLIPPING_SHOWN])
    total, money = (found[0].people, found[0].at_risk) if found else (0, Decimal(0))
    by_month = tuple(float(getattr(found[0], f"month_{i}") or 0) for i in range(MONTHS)) if found else ()
    first = tuple(_slipping_one(person, as_of) for person in found)
    return Slipping(total, money, by_month, first, address("people", is_("is_slipping", True), sort="-value_12m"))


def _slipping_one(found: Any, as_of: date) -> SlippingCustomer:
    late = (as_of - found.expected_on).days if found.expected_on else 0
    months = tuple(None if m is None else float(m) for m in found.months)
    silent = (as_of - found.last_order_on).days
    return SlippingCustomer(
        found, f"/people/{found.pk}", found.value_12m, months, silent, late, found.usual_gap_days or 0
    )
