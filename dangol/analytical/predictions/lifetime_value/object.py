"""What to expect of a customer, in the list of people and on a person's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.models import LifetimeValue, ModelRun
from dangol.analytical.predictions.lifetime_value.queries import latest_run
from dangol.platform.access.actor import Actor
from dangol.platform.objects.listing import figures_beside
from dangol.platform.objects.registry import object_type, register_panel, register_score, sees_fields
from dangol.platform.objects.types import Field, FieldKind, Panel, Score

EXPECTED = _("To expect")
SAYS_NOTHING_OF_ACTIVITY = {"nobody_leaves", "everyone_leaves_alike", "all_leave", "leaves_at_once_or_never"}


def _field(name: str, kind: FieldKind, label: Any) -> Field:
    sortable = name in ("alive", "expected_value_90", "expected_value_365")
    return Field(name, label, kind, group=EXPECTED, is_editable=False, is_fact=False, is_sortable=sortable)


register_score(
    "person",
    Score(
        name="lifetime_row",
        model=LifetimeValue,
        link="person",
        lake="lifetime_value",
        fields=(
            _field("alive", "percent", _("Chance to be active")),
            _field("expected_orders_90", "number", _("Orders expected in 90 days")),
            _field("expected_orders_365", "number", _("Orders expected in a year")),
            _field("expected_value_90", "money", _("Value expected in 90 days")),
            _field("expected_value_365", "money", _("Value expected in a year")),
        ),
    ),
)


TOLD = (
    "alive", "expected_orders_90", "expected_orders_365", "expected_value_90", "expected_value_365", "order_count",
    "first_order_on", "last_order_on", "usual_gap_days",
)  # fmt: skip
"""What the panel's figures and its reason are made of: from whom one of them is hidden, the panel is."""


def expectation_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """Orders and money to expect of a person, with the reason; None before the first analysis or without a purchase."""
    if not sees_fields(actor, "person", *TOLD):
        return None
    run, found = latest_run(), figures_beside(object_type("person"), "lifetime_row", person)
    if run is None or (found is None and run.is_shown):
        return None
    return {
        "run": run,
        "score": found,
        "says_alive": not any(warning["code"] in SAYS_NOTHING_OF_ACTIVITY for warning in run.warnings),
        "reason": reason(found, run) if found else "",
        "warnings": [sentence(warning) for warning in run.warnings],
        "verdict": sentence(run.verdict) if run.verdict else "",
    }


def reason(found: LifetimeValue, run: ModelRun) -> str:
    """The sentence that says why, as of the last day the run counted."""
    data = found.reason_data
    first, last = date.fromisoformat(data["first_on"]), date.fromisoformat(data["last_on"])
    orders, gap = int(data["orders"]), data.get("gap")
    told = rules.reason(
        orders=orders,
        days_since_last=(run.as_of - last).days,
        days_first_to_last=(last - first).days if gap is None else int(gap) * (orders - 1),
        p_alive=float(found.alive),
    )
    return translate(told.text) % told.numbers


def sentence(message: Mapping[str, Any]) -> str:
    """A stored message in the reader's language."""
    words = message["text"]
    return str(translate(words) % message["numbers"])


register_panel(
    "person",
    Panel("expected", _("What to expect"), "predictions/lifetime_value/panel.html", expectation_panel, order=20),
)
