"""Stages in the list of people, on a person's page, in the timeline, and their page in the set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.lifecycle.models import CustomerStage, Stage
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.listing import figures_beside
from dangol.platform.objects.registry import (
    StoryItem,
    object_type,
    register_panel,
    register_score,
    register_story,
    register_view,
    sees_fields,
)
from dangol.platform.objects.types import Field, FieldKind, Panel, Score, View
from dangol.platform.ui import format
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "insight")
LIFE = _("Stage of life with us")
TONES = {
    "stranger": "", "lead": "held", "first_time": "held", "repeat": "good", "loyal": "good", "lapsing": "warn",
    "lost": "bad", "won_back": "good",
}  # fmt: skip
ICONS = {
    "stranger": "user-question", "lead": "user-plus", "first_time": "shopping-bag", "repeat": "repeat",
    "loyal": "heart", "lapsing": "hourglass-low", "lost": "user-off", "won_back": "arrow-back-up",
}  # fmt: skip
TOLD = ("stage", "stage_before", "stage_since", "lapses_on", "lost_on", "average_gap_days")
"""What the panel's sentence and the timeline are made of: from whom one of them is hidden, both are."""


def _field(name: str, kind: FieldKind, label: Any, **more: Any) -> Field:
    return Field(name, label, kind, group=LIFE, is_editable=False, is_fact=False, **more)


register_score(
    "person",
    Score(
        name="stage_row",
        model=CustomerStage,
        link="person",
        lake="customer_stage",
        fields=(
            _field("stage", "choice", _("Stage"), choices=tuple(Stage.choices), tones=TONES, is_sortable=True),
            _field("stage_before", "choice", _("Stage before"), choices=tuple(Stage.choices), tones=TONES),
            _field("stage_since", "date", _("In this stage since"), is_sortable=True),
            _field("average_gap_days", "number", _("Average days between purchases")),
            _field("lapses_on", "date", _("Lapsing from")),
            _field("lost_on", "date", _("Lost from")),
        ),
    ),
)
register_view(
    "person", View("lapsing", _("Lapsing"), {"field": "stage", "op": "is", "value": "lapsing"}, "stage_since")
)
register_view(
    "person", View("won-back", _("Won back"), {"field": "stage", "op": "is", "value": "won_back"}, "-stage_since")
)


def moves_of(row: CustomerStage) -> list[tuple[date, Stage]]:
    """The moves of a person, oldest first."""
    told = (move.split(":", 1) for move in row.moves)
    return [(date.fromisoformat(on), Stage(stage)) for on, stage in told]


def stage_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """Where a person stands with the sentence that says why, and how they came there; None before an analysis."""
    row = _row(actor, person)
    if row is None:
        return None
    moves = moves_of(row)
    past = [(on, stage.label, TONES[stage]) for on, stage in reversed(moves)]
    return {"row": row, "tone": TONES[row.stage], "why": why(row), "moves": past if len(past) > 1 else []}


def _row(actor: Actor, person: Any) -> CustomerStage | None:
    if not sees_fields(actor, "person", *TOLD):
        return None
    found: CustomerStage | None = figures_beside(object_type("person"), "stage_row", person)
    return found


def why(row: CustomerStage) -> SafeString:
    """The sentence that says why somebody stands there, and what comes next."""
    sentence = _SENTENCES[row.stage](row)
    values = {
        "last": _day(row.last_purchase_on), "gap": _number(row.average_gap_days), "count": _number(row.purchases),
        "lapses": _day(row.lapses_on), "lost": _day(row.lost_on), "since": _day(row.stage_since),
    }  # fmt: skip
    escaped = str(conditional_escape(sentence)) % {n: conditional_escape(v) for n, v in values.items()}
    return mark_safe(escaped)  # noqa: S308 - built from escaped parts


def _bought(row: CustomerStage) -> str:
    """Bought on how many days, in which rhythm."""
    if row.purchases < 2:
        return translate("Bought once, on %(last)s.")
    return ngettext(
        "Bought on %(count)s day, one purchase every %(gap)s days on average, the last on %(last)s.",
        "Bought on %(count)s days, one purchase every %(gap)s days on average, the last on %(last)s.",
        row.purchases,
    )


_SENTENCES: dict[str, Any] = {
    "stranger": lambda row: translate("Nothing bought yet, and neither e-mail nor phone is known."),
    "lead": lambda row: translate("Nothing bought yet, but can be reached."),
    "first_time": lambda row: _and(_bought(row), translate("Counts as lapsing from %(lapses)s on.")),
    "repeat": lambda row: _and(_bought(row), translate("Counts as lapsing from %(lapses)s on.")),
    "loyal": lambda row: _and(_bought(row), translate("Counts as lapsing from %(lapses)s on.")),
    "lapsing": lambda row: _and(
        _bought(row), translate("Longer silent than usual since %(lapses)s; counts as lost from %(lost)s on.")
    ),
    "lost": lambda row: _and(_bought(row), translate("Silent for so long since then that %(lost)s ended it.")),
    "won_back": lambda row: _and(
        translate("Was lost, and bought again."), _bought(row), translate("Counts as lapsing from %(lapses)s on.")
    ),
}


def _and(*parts: str) -> str:
    return " ".join(parts)


def stage_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """The moves of a person for the timeline."""
    row = _row(actor, person)
    if row is None:
        return []
    zone = ZoneInfo(actor.time_zone)
    found = []
    for on, stage in moves_of(row):
        at = datetime.combine(on, time(), zone).astimezone(UTC)
        if before is None or at < before:
            title = translate("Stage: %(stage)s") % {"stage": stage.label}
            is_quiet = stage in (Stage.STRANGER, Stage.LEAD, Stage.FIRST_TIME)
            found.append(
                StoryItem(
                    at=at,
                    key=f"stage-{on.isoformat()}",
                    icon=ICONS[stage],
                    title=title,
                    group="segments",
                    is_quiet=is_quiet,
                )
            )
    return found[::-1][:limit]


def _number(value: Any) -> str:
    return format.number(value, get_language() or "en")


def _day(value: date | None) -> str:
    return format.day(value, get_language() or "en") if value else ""


register_panel(
    "person", Panel("stage", _("Stage of life with us"), "segments/lifecycle/panel.html", stage_panel, order=8)
)
register_story("person", stage_story, kinds=["segments"])
register_title("stage.moved", EventTitle(_("Moved to another stage"), "heart", is_quiet=True))
register_title("stage_limits.set", EventTitle(_("Limits of stages set"), "adjustments"))
register("setup", item("lifecycle", _("Stages of customers"), "heart", "lifecycle:limits", 47,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(
    _("Stages of customers"), "/setup/lifecycle", "heart", _("lifecycle lapsing lost loyal won back stage"), NEEDS
)
