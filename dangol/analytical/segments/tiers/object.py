"""Tiers in the list of people and on a person's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.rfm.models import SEGMENT_LABELS
from dangol.analytical.segments.tiers.models import CustomerTier, Tier
from dangol.analytical.segments.tiers.queries import history_of, limits, ranked_customers
from dangol.analytical.segments.tiers.rules import TIERS
from dangol.analytical.warehouse.marts.queries import as_of
from dangol.core.consent.gate.queries import GateRule, SqlRule, register_gate_rule
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.listing import figures_beside
from dangol.platform.objects.registry import object_type, register_panel, register_score, register_view, sees_fields
from dangol.platform.objects.types import Field, FieldKind, Panel, Score, View
from dangol.platform.ui import format, marks

VALUE = _("Value")


def _field(name: str, kind: FieldKind, label: Any, *, is_sortable: bool = False, choices: Any = ()) -> Field:
    return Field(
        name, label, kind, group=VALUE, choices=choices, is_editable=False, is_fact=False, is_sortable=is_sortable
    )


register_score(
    "person",
    Score(
        name="tier_row",
        model=CustomerTier,
        link="person",
        lake="customer_tier",
        fields=(
            _field("tier", "tier", _("Tier"), choices=tuple(Tier.choices)),
            _field("previous_tier", "tier", _("Tier a month ago"), choices=tuple(Tier.choices)),
            _field("tier_since", "date", _("In this tier since")),
            _field("rank", "number", _("Rank"), is_sortable=True),
            _field("months", "rhythm", _("Rhythm")),
            _field("value_12m", "money", _("Value, 12 months"), is_sortable=True),
            _field("value", "money", _("Value, all time"), is_sortable=True),
            _field("order_count", "number", _("Orders"), is_sortable=True),
            _field("purchase_days", "number", _("Days with a purchase")),
            _field("first_order_on", "date", _("First order")),
            _field("last_order_on", "date", _("Last order"), is_sortable=True),
            _field("usual_gap_days", "number", _("Usual days between orders")),
            _field("expected_on", "date", _("Next order expected")),
            _field("is_slipping", "bool", _("Slipping away")),
            _field("segment", "choice", _("RFM group"), choices=tuple(SEGMENT_LABELS.items())),
            _field("recency", "number", _("Recency, 1 to 5")),
            _field("frequency", "number", _("Frequency, 1 to 5")),
            _field("money", "number", _("Money, 1 to 5")),
        ),
    ),
    columns=((1, "tier"), (2, "months"), (3, "value_12m"), (4, "last_order_on")),
)
register_view("person", View("top", _("Top tier"), {"field": "tier", "op": "is", "value": "top"}, "rank"))
register_view(
    "person", View("slipping", _("Slipping away"), {"field": "is_slipping", "op": "is", "value": True}, "-value_12m")
)
register_title("tier_limits.set", EventTitle(_("Limits of tiers set"), "adjustments"))


TOLD = (
    "tier", "previous_tier", "tier_since", "rank", "months", "value_12m", "value", "order_count", "last_order_on",
    "usual_gap_days", "expected_on", "segment",
)  # fmt: skip
"""What the panel's figures and sentences are made of: from whom one of them is hidden, the panel is."""


def value_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """Value, rhythm and tier of a person, with the sentence that says why; None without orders or the right to see."""
    if not sees_fields(actor, "person", *TOLD):
        return None
    found, day = figures_beside(object_type("person"), "tier_row", person), as_of()
    if found is None or day is None:
        return None
    level = len(TIERS) - TIERS.index(found.tier) if found.tier else 0
    return {
        "beside": marks.tier(level, found.get_tier_display(), of=len(TIERS)) if found.tier else "",
        "value": found,
        "months": [None if month is None else float(month) for month in found.months],
        "first_month": _month(day.replace(year=day.year - 1), 1),
        "last_month": _month(day, 0),
        "why": why(found, day),
        "since": since(actor, found),
        "segment": SEGMENT_LABELS.get(found.segment, ""),
        "as_of": day,
    }


def why(found: CustomerTier, day: date) -> SafeString:
    """The sentence that says why a customer stands in this tier, and what of the next order."""
    parts = [_place(found), _next_order(found, day)]
    return mark_safe(" ".join(part for part in parts if part))  # noqa: S308 - built from escaped parts


def _place(found: CustomerTier) -> str:
    numbers = {
        "orders": _number(found.order_count), "gap": _number(found.usual_gap_days), "rank": _number(found.rank),
        "months": _number(limits().window_months), "day": _day(found.last_order_on),
    }  # fmt: skip
    if not found.tier:
        return _filled(
            translate("No tier: no order in the last %(months)s months. The last one was on %(day)s."), numbers
        )
    numbers["tier"] = format_html("<b>{}</b>", found.get_tier_display())
    numbers["customers"] = _number(ranked_customers())
    if found.usual_gap_days:
        sentence = ngettext(
            "%(tier)s because this is rank %(rank)s of %(customers)s: %(orders)s orders, one every day.",
            "%(tier)s because this is rank %(rank)s of %(customers)s: %(orders)s orders, one every %(gap)s days.",
            found.usual_gap_days,
        )
    else:
        sentence = ngettext(
            "%(tier)s because this is rank %(rank)s of %(customers)s: %(orders)s order so far.",
            "%(tier)s because this is rank %(rank)s of %(customers)s: %(orders)s orders so far.",
            found.order_count,
        )
    return _filled(sentence, numbers)


def _next_order(found: CustomerTier, day: date) -> str:
    if found.expected_on is None:
        return ""
    is_late = found.expected_on < day
    sentence = (
        translate("The order expected by %(day)s has not come.")
        if is_late
        else translate("The next order is expected by %(day)s.")
    )
    return _filled(sentence, {"day": _day(found.expected_on)})


def since(actor: Actor, found: CustomerTier) -> str:
    """In which tier the customer has stood since when, and where before; empty when that is all there is."""
    periods = list(history_of(actor, found.pk))
    if not found.tier or len(periods) < 2:
        return ""
    now, before = periods[-1], periods[-2]
    words = {
        "tier": now.get_tier_display(), "before": before.get_tier_display(),
        "month": format.month(now.from_month, get_language() or "en"),
    }  # fmt: skip
    return translate("%(tier)s since %(month)s, %(before)s before.") % words


def _filled(sentence: str, values: Mapping[str, Any]) -> str:
    return str(conditional_escape(sentence)) % {name: conditional_escape(value) for name, value in values.items()}


def _number(value: int | None) -> str:
    return format.number(value, get_language() or "en")


def _day(value: date) -> str:
    return format.day(value, get_language() or "en")


def _month(day: date, later: int) -> str:
    number = day.year * 12 + day.month - 1 + later
    return format.month(date(number // 12, number % 12 + 1, 1), get_language() or "en", short=True)


register_panel("person", Panel("value", _("Value and tier"), "segments/tiers/panel.html", value_panel, order=10))


def is_bottom(person_id: int) -> bool:
    """Whether a customer stands in the bottom tier now."""
    rows = CustomerTier.objects.for_system("the gate asks of everybody alike")
    return bool(rows.filter(pk=person_id, tier=Tier.BOTTOM).exists())


register_gate_rule(
    GateRule(
        name="bottom_tier",
        label=_("Bottom tier"),
        order=900,
        one=lambda person_id, asked: is_bottom(person_id),
        sql=lambda asked: SqlRule(
            "gate_tier.tier = 'bottom'",
            joins="LEFT JOIN segments_customer_tier gate_tier ON gate_tier.person_id = p.id",
        ),
        is_open=lambda house: house.is_bottom_left_out,
        meaning=_("Customers of the bottom tier get no advertising, unless a campaign says otherwise."),
    )
)
