"""Visits on a person's page: one entry of the story each, opened to its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dangol.core.behavior.commerce.models import Touch
from dangol.core.behavior.commerce.queries import Mattered, mattered_in
from dangol.core.behavior.stream.steps import register_step
from dangol.core.behavior.visits.models import Visit
from dangol.core.behavior.visits.queries import came_from, minutes_of, place_of, spans, visits_of
from dangol.core.behavior.visits.services import keep_visits
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import StoryItem, StoryKind, register_kind, register_story

# What is said of a visit, the weightiest first; what is left out here is seen among its pages.
TOLD = {
    "ordered": ("shopping-bag", "good"),
    "cancelled": ("shopping-cart-off", "warn"),
    "refunded": ("receipt-refund", "warn"),
    "carted": ("shopping-cart", ""),
    "wished": ("heart", ""),
    "searched": ("search", ""),
    "viewed": ("eye", ""),
    "watched": ("player-play", ""),
}
MOST_MARKS = 4
ICONS = {"phone": "device-mobile", "tablet": "device-tablet", "desktop": "device-desktop"}


@dataclass(frozen=True)
class Mark:
    """One thing that mattered in a visit, as a pill."""

    icon: str
    tone: str
    label: Any
    names: str
    more: int


def visit_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A person's visits for the timeline, with what mattered in each. Three queries, none for who was never seen."""
    visits = visits_of(actor, person, before=before, limit=limit)
    mattered = mattered_in(spans(visits))
    return [_item(visit, mattered.get(visit.pk, [])) for visit in visits]


def _item(visit: Visit, mattered: Sequence[Mattered]) -> StoryItem:
    return StoryItem(
        at=visit.started_at,
        key=f"visit-{visit.pk}",
        icon=ICONS.get(visit.device, "world"),
        title=translate("Visit"),
        url=f"/visits/{visit.pk}",
        group="visits",
        template="behavior/visits/story.html",
        data=shown(visit, mattered),
    )


def shown(visit: Visit, mattered: Sequence[Mattered]) -> dict[str, Any]:
    """What an entry of a list of visits shows."""
    return {
        "visit": visit, "from": came_from(visit), "landing": visit.landing_title or place_of(visit.landing),
        "minutes": minutes_of(visit), "marks": marks_of(mattered), "icon": ICONS.get(visit.device, "world"),
    }  # fmt: skip


def marks_of(mattered: Sequence[Mattered]) -> list[Mark]:
    """What mattered, the weightiest first."""
    by_kind = {one.kind: one for one in mattered}
    found = []
    for kind, (icon, tone) in TOLD.items():
        if one := by_kind.get(kind):
            found.append(Mark(icon, tone, Touch.Kind(kind).label, ", ".join(one.names), one.more))
    return found[:MOST_MARKS]


register_kind(
    StoryKind(
        "visits", _("Visits"), "world", order=30, needs="visit", fold_from=3,
        many=ngettext_lazy("%(count)s visit", "%(count)s visits", "count"),
    )
)  # fmt: skip
register_story("person", visit_story, kinds=["visits"])
register_step("visits", 600, keep_visits)
