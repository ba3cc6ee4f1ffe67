"""Members on the pages of segments and of people, and the filter "is in segment"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.object import people_url
from dangol.analytical.segments.definitions.queries import segment_choices
from dangol.analytical.segments.members import queries
from dangol.analytical.segments.members.models import Membership
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.registry import (
    StoryItem,
    StoryKind,
    register_filter,
    register_kind,
    register_panel,
    register_story,
)
from dangol.platform.objects.types import Asked, Custom, Field, Panel, Tables
from dangol.platform.ui import format
from dangol.platform.ui.marks import sparkline

OPERATORS = {"is": _("is"), "is_not": _("is not")}


# ---- The filter ---------------------------------------------------------------------------------------------------


def read(op: str, value: Any) -> tuple[int, ...]:
    """The ids of one segment or of several. Raises ValueError with a sentence."""
    ids = value if isinstance(value, list) else [value]
    wrong = [i for i in ids if isinstance(i, bool) or not isinstance(i, int) or not 0 < i < 2**63]
    if wrong or not ids or len(ids) > 100:
        raise ValueError(translate("Choose a segment."))
    return tuple(ids)


def to_words(asked: Asked) -> tuple[str, str]:
    """Operator and the segments' names."""
    names = dict(segment_choices(asked.actor))
    return str(OPERATORS[asked.op]), ", ".join(names.get(i, str(i)) for i in asked.value)


def explain(asked: Asked, person_id: int) -> str:
    """Since when the person is in it."""
    since = queries.entered_at(asked.value, person_id)
    if since is None:
        return translate("is not in it")
    return translate("in it since %(day)s") % {"day": format.day(since, get_language() or "en", asked.actor.time_zone)}


def from_form(op: str, sent: Mapping[str, list[str]]) -> Any:
    """The JSON from the builder's select."""
    text = (sent.get("segment") or [""])[0]
    return int(text) if text.isdecimal() and len(text) < 19 else None


def to_form(actor: Actor, op: str, value: Any) -> dict[str, Any]:
    """The segments to choose from."""
    chosen = value if isinstance(value, list) else [value]
    return {"choices": [(pk, name, pk in chosen) for pk, name in segment_choices(actor)]}


def _in_lake(asked: Asked, tables: Tables) -> Any:
    from dangol.analytical.segments.members.tables import members

    return members.ids_in(asked, tables)


IN_SEGMENT = Custom(
    OPERATORS, read, queries.ids_in, _in_lake, to_words, explain, "segments/members/choose.html", from_form, to_form
)
register_filter("person", Field("segment", _("Segment"), "custom", custom=IN_SEGMENT, is_fact=False))


# ---- Panels and story ---------------------------------------------------------------------------------------------


def members_panel(actor: Actor, segment: Any) -> Mapping[str, Any]:
    """How many there are and were, and the most valuable of those whom the reader may see."""
    told = queries.counts_over_time(segment.pk)
    changed = segment.filter_changed_at
    return {
        "count": segment.member_count,
        "seen": queries.seen_count(actor, segment),
        "told": told,
        "spark": sparkline([t.members for t in told]),
        "sample": queries.sample(actor, segment.pk) if actor.may("see", "person") else [],
        "people_url": people_url(segment.pk),
        "is_by_rules": segment.kind == Segment.Kind.RULES,
        "is_waiting": bool(changed and (segment.refreshed_at is None or segment.refreshed_at < changed)),
        "may_refresh": segment.deleted_at is None,
    }


def person_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """The segments a person is in, and the static lists she could be put on; None without both."""
    if not actor.may("see", "segment"):
        return None
    inside = queries.open_memberships(actor, person)
    lists = queries.static_lists(actor, person.pk)
    return {"inside": inside, "lists": lists} if inside or lists else None


def story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """Entering and leaving segments, for a person's timeline."""
    if not actor.may("see", "segment") or not has(person, "segments"):
        return []
    found = []
    for at, has_entered, membership, segment in queries.moves_of(actor, person, before=before, limit=limit):
        words = translate("Entered segment “%(name)s”") if has_entered else translate("Left segment “%(name)s”")
        icon, key = "users-plus" if has_entered else "users-minus", f"segment-{membership.pk}-{has_entered}"
        title, url = words % {"name": segment.name}, f"/segments/{segment.pk}"
        found.append(StoryItem(at=at, key=key, icon=icon, title=title, url=url, group="segments", is_quiet=True))
    return found


register_panel("segment", Panel("members", _("Members"), "segments/members/panel.html", members_panel, order=5))
register_panel("person", Panel("segments", _("Segments"), "segments/members/person_panel.html", person_panel, order=40))
register_kind(
    StoryKind(
        "segments", _("Segments"), "users-group", order=70, needs="segment", fold_from=4,
        many=ngettext_lazy("%(count)s move between segments", "%(count)s moves between segments", "count"),
    )
)  # fmt: skip
register_story("person", story, kinds=["segments"])
register_presence("person", "segments", Membership, "person_id")
register_title("segment.refreshed", EventTitle(_("Members changed"), "users", is_quiet=True))
