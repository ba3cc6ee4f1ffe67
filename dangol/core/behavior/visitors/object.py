"""Visitors on a person's page, the right to see visits, and the step that finds out who it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.behavior.stream.steps import register_step
from dangol.core.behavior.visitors.models import Cut, Visitor
from dangol.core.behavior.visitors.queries import cuts_of, source_names, visitors_of
from dangol.core.behavior.visitors.services.arriving import give_visitors
from dangol.core.behavior.visitors.services.erasing import count_events, erase_events, events_to_hand_over
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.holders import Holder, register_fate, register_holder
from dangol.platform.objects.registry import register_panel
from dangol.platform.objects.types import Panel


def visitors_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """By which devices and names a person was seen, and what was cut; None where there is nothing."""
    visitors = visitors_of(actor, person) if has(person, "visitors") else []
    cuts = cuts_of(actor, person.pk) if has(person, "cuts") else []
    if not visitors and not cuts:
        return None
    names = source_names({one.source_id for one in [*visitors, *cuts]})
    return {
        "visitors": [(one, names.get(one.source_id, "")) for one in visitors],
        "cuts": [(one, names.get(one.source_id, "")) for one in cuts],
        "may_cut": actor.may("change", Visitor.access_name),
    }


register_step("visitors", 100, give_visitors)
register_presence("person", "visitors", Visitor, "person_id")
register_presence("person", "cuts", Cut, "person_id", where="undone_at IS NULL")
register_panel(
    "person",
    Panel("visitors", _("On the web"), "behavior/visitors/panel.html", visitors_panel, place="facts", order=60),
)
register_title("visitor.known", EventTitle(_("Recognised on the web"), "user-check", "visits", is_quiet=True))
register_title("visitor.cut", EventTitle(_("Visits cut off"), "unlink", "visits"))
register_title("visitor.rejoined", EventTitle(_("Visits joined again"), "link", "visits"))
register_title("trust.changed", EventTitle(_("What is believed of a source changed"), "shield-check"))
register_fate("behavior_visitor", "erase")
register_holder(
    Holder("behavior", _("Events of websites and apps"), erase_events, export=events_to_hand_over, count=count_events)
)
register_right(Right("visit", _("Visits"), ("see", "change"), order=112))
