"""What the page of one record shows: facts, story, what matters now, and where it leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells, reading
from dangol.platform.objects.address import packed
from dangol.platform.objects.arranged.applied import OWN_BLOCKS, RELATED, STORY, in_groups, places
from dangol.platform.objects.arranged.known import arrangement_of
from dangol.platform.objects.arranged.rules import RECORD, Arrangement
from dangol.platform.objects.leading import leading_to
from dangol.platform.objects.listing import LEADING, Row, ids_in
from dangol.platform.objects.registry import StoryItem, object_types, panels, portrait_of
from dangol.platform.objects.sharing import shared_names
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.veil import veiled
from dangol.platform.ui import format
from dangol.platform.ui.viewer import Viewer

_FACES = {"round": "person", "rounded": "firm", "square": "staff"}
FOLD_FROM = 3


@dataclass(frozen=True)
class Fact:
    """A field of the record as drawn."""

    field: Field
    html: SafeString
    is_editable: bool
    edit_url: str
    width: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it wraps over several lines."""
        return self.field.kind in ("long_text", "text", "url", "email")


@dataclass(frozen=True)
class Group:
    """Facts under a heading. Three empty ones or more fold away, so that what is known stands out."""

    title: Any
    facts: list[Fact]

    @property
    def blanks(self) -> list[Fact]:
        """Empty facts that are folded away."""
        empty = [fact for fact in self.facts if not fact.html]
        return empty if len(empty) >= FOLD_FROM else []

    @property
    def shown(self) -> list[Fact]:
        """The other facts."""
        return [fact for fact in self.facts if fact.html or not self.blanks]

    @property
    def is_mixed(self) -> bool:
        """Whether some stand beside each other."""
        return any(fact.width == "half" for fact in self.facts)


@dataclass(frozen=True)
class Block:
    """A part of a column: one of the page's own (facts, access, related, story), or a panel that is open."""

    name: str
    open: reading.OpenPanel | None = None


@dataclass(frozen=True)
class Way:
    """A way to reach someone, or to what belongs to the record."""

    label: Any
    url: str
    icon: str
    count_url: str = ""
    few_url: str = ""


@dataclass(frozen=True)
class Change:
    """One field of a history entry: from, to."""

    label: Any
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One entry of the story."""

    item: StoryItem
    changes: list[Change]
    when: str
    full: str


@dataclass(frozen=True)
class Day:
    """Entries under one heading: today, yesterday, a month."""

    title: str
    entries: list[Entry]


class RecordPage:
    """The context of a record; each part is worked out once, when a template asks for it."""

    def __init__(
        self,
        declared: ObjectType,
        actor: Actor,
        viewer: Viewer,
        record: Any,
        answers: Mapping[str, Mapping[str, Any]] | None = None,
        draft: Arrangement | None = None,
    ) -> None:
        """`answers` {name of a panel: what it shows instead}, for a form of a panel that comes back with its errors;
        `draft` an arrangement of the facts that is tried."""
        self.declared, self.actor, self.viewer, self.record = declared, actor, viewer, record
        self.answers, self.draft = answers or {}, draft

    @property
    def url(self) -> str:
        """Its address."""
        return f"/{self.declared.slug}/{self.record.pk}"

    @cached_property
    def title(self) -> str:
        """What people call it."""
        return self.declared.title(self.record)

    @cached_property
    def subtitle(self) -> str:
        """What stands small under it."""
        return self.declared.subtitle(self.record)

    @property
    def own_name(self) -> str:
        """What it calls itself, from which its face takes the letter: a Korean name stays Korean for every reader."""
        return str(veiled(self.declared, self.record))

    @property
    def face(self) -> str:
        """The shape of its face; empty for none."""
        return _FACES.get(self.declared.face, "")

    @cached_property
    def portrait(self) -> str:
        """The address of its picture; empty for none."""
        return portrait_of(self.actor, self.record)

    @property
    def topic(self) -> str:
        """Under what its changes are told (`platform.realtime`)."""
        return f"{self.declared.name}:{self.record.pk}"

    @property
    def is_in_trash(self) -> bool:
        """Whether it lies in the trash."""
        return getattr(self.record, "deleted_at", None) is not None

    @cached_property
    def row(self) -> Row:
        """The record's values."""
        return reading.row_of(self.declared, self.actor, self.record)

    @cached_property
    def groups(self) -> list[Group]:
        """Its facts, as the layout of the viewer has them."""
        found = reading.facts(self.declared, self.actor, self.row)
        arrangement = self.draft or arrangement_of(self.actor, self.declared.name, RECORD)
        if arrangement is None:
            return [Group(g.title, [self.fact(f, value, can) for f, value, can in g.facts]) for g in found]
        facts = {one[0].name: one for g in found for one in g.facts}
        groups = in_groups(arrangement, facts, {name: one[0].group for name, one in facts.items()})
        return [Group(g.title, [self.fact(f, value, can, width) for (f, value, can), width in g.items]) for g in groups]

    def fact(self, f: Field, value: Any, can: bool, width: str = "") -> Fact:
        """One fact as drawn."""
        html = cells.shown(f, value, self.record, self.viewer)
        return Fact(f, html, can and not self.is_in_trash, f"{self.url}/edit?field={f.name}", width)

    @cached_property
    def may(self) -> dict[str, bool]:
        """What the viewer may do with this very record."""
        change = self.declared.change is not None and reading.may(self.declared, self.actor, self.record, "change")
        delete = self.declared.trash is not None and reading.may(self.declared, self.actor, self.record, "delete")
        return {"change": change and not self.is_in_trash, "delete": delete}

    @cached_property
    def shared_names(self) -> str:
        """With whom it is shared one by one."""
        return ", ".join(shared_names(self.declared, self.record))

    @cached_property
    def places(self) -> dict[str, list[str]]:
        """What stands in each of the three columns, as the layout of the viewer has it."""
        return places(self.declared.name, self.actor, {p.name: p.place for p in panels(self.declared)})

    @cached_property
    def now(self) -> list[Block]:
        """What matters now: the right column."""
        return self._blocks("now")

    @cached_property
    def above_story(self) -> list[reading.OpenPanel]:
        """What writes to someone, in the middle column."""
        found = [b.open for b in self._blocks("story") if b.open is not None]
        return [replace(o, context={**o.context, **self.answers.get(o.panel.name, {})}) for o in found]

    @property
    def story_place(self) -> str:
        """Where the timeline stands in its column: below what writes to someone, above it, or nowhere ("")."""
        names = self.places["story"]
        return ("above" if names.index(STORY) == 0 else "below") if STORY in names else ""

    def opened(self, name: str) -> reading.OpenPanel | None:
        """One panel, wherever it stands; None where a layout hides it or it has nothing to say."""
        is_shown = any(name in names for names in self.places.values())
        found = reading.open_panels(self.declared, self.actor, self.record, [name]) if is_shown else []
        return found[0] if found else None

    @cached_property
    def fact_blocks(self) -> list[Block]:
        """The left column: facts, who sees the record, what belongs to it, and panels."""
        return self._blocks("facts")

    def _blocks(self, column: str) -> list[Block]:
        names = self.places[column]
        opened = {o.panel.name: o for o in reading.open_panels(self.declared, self.actor, self.record, names)}
        found = [Block(name, opened.get(name)) for name in names if name in opened or name in OWN_BLOCKS]
        return [b for b in found if b.name != RELATED or self.related]

    @cached_property
    def quick(self) -> list[Way]:
        """Ways to reach this customer at once."""
        ways = {
            "phone": (_("Call"), "tel:", "phone"),
            "email": (_("E-mail"), "mailto:", "mail"),
            "url": (_("Web page"), "", "world"),
        }
        found = []
        for f in self.declared.fields:
            value = self.row.values.get(f.name)
            if value and f.kind in ways and not f.is_added:
                label, scheme, icon = ways[f.kind]
                found.append(Way(label, f"{scheme}{value}", icon))
        return found

    @cached_property
    def new_beside(self) -> Way | None:
        """Adding what belongs to the record (an order to a person), the first object that may be."""
        for other in object_types():
            for f in other.fields:
                leads_here = f.kind == "relation" and f.relation == self.declared.name and not f.is_added
                if leads_here and other.create is not None and other.new_label and self.actor.may("create", other.name):
                    return Way(other.new_label, f"/{other.slug}/new?{f.name}={self.record.pk}", "plus")
        return None

    @cached_property
    def related(self) -> list[Way]:
        """Lists of what belongs to the record: whatever declares a relation to it."""
        found = []
        for other, f in leading_to(self.declared, self.actor):
            asked = quote(packed({"field": f.name, "op": "is", "value": self.record.pk}))
            path = f"/{other.slug}"
            label = f"{other.plural} · {f.label}" if f.is_added else other.plural
            few = f"{path}/few?filter={asked}" if f.is_added else ""
            found.append(Way(label, f"{path}?filter={asked}", other.icon, f"{path}/count?filter={asked}", few))
        return found

    def in_days(self, items: Sequence[StoryItem]) -> list[Day]:
        """Entries under today, yesterday, this year's months, other months with their year."""
        days: list[Day] = []
        for entry in self.entries(items):
            title = self.heading(entry.item)
            if not days or days[-1].title != title:
                days.append(Day(title, []))
            days[-1].entries.append(entry)
        return days

    def heading(self, item: StoryItem) -> str:
        """Under which words an entry stands."""
        on, today = self._day_and_today(item)
        return _heading(on, today, self.viewer.language)

    def entries(self, items: Sequence[StoryItem]) -> list[Entry]:
        """Entries ready to be drawn. One query for each field among their changes that leads to other records."""
        names = self._names([change for item in items for change in item.data.get("changes", [])])
        return [self._entry(item, names) for item in items]

    def _entry(self, item: StoryItem, names: dict[tuple[str, int], str]) -> Entry:
        language, zone = self.viewer.language, self.viewer.time_zone
        on, today = self._day_and_today(item)
        is_near = (today - on).days <= 1
        when = format.clock(item.at, language, zone) if is_near else format.day(on, language, today=today)
        changes = [
            Change(f.label, self._say(f, old, names), self._say(f, new, names))
            for f, old, new in item.data.get("changes", [])
        ]
        return Entry(item, changes, when, format.moment(item.at, language, zone))

    def _day_and_today(self, item: StoryItem) -> tuple[date, date]:
        zone = format.zone_for(self.viewer.time_zone)
        return item.at.astimezone(zone).date(), timezone.now().astimezone(zone).date()

    def _names(self, raw: Sequence[tuple[Field, Any, Any]]) -> dict[tuple[str, int], str]:
        """What the changes lead to is called, by field and id."""
        from dangol.platform.objects.listing import references

        fields, ids = {}, defaultdict[str, set[int]](set)
        for f, old, new in raw:
            if f.kind in LEADING:
                fields[f.name] = f
                ids[f.name] |= {*ids_in(old), *ids_in(new)}
        return {
            (name, reference.id): reference.title
            for name, f in fields.items()
            for reference in references(f, self.actor, ids[name]).values()
        }

    def _say(self, f: Field, value: Any, names: dict[tuple[str, int], str]) -> str:
        if value in (None, ""):
            return ""
        if f.kind == "relations":
            return ", ".join(names[f.name, i] for i in ids_in(value) if (f.name, i) in names)
        if f.kind in ("relation", "user", "file"):
            return names.get((f.name, int(value)), str(value)) if str(value).isdigit() else str(value)
        return cells.plain(f, value, self.viewer)


def _heading(on: date, today: date, language: str) -> str:
    gap = (today - on).days
    if gap < 0:
        return _("Planned")
    if gap <= 1:
        return _("Yesterday") if gap else _("Today")
    return format.month(on, language, with_year=on.year != today.year)
