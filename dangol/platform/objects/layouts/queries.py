"""What the editor of layouts shows: what can be arranged, how it stands, and how it looks to a role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Role
from dangol.platform.objects.arranged import applied
from dangol.platform.objects.arranged.rules import (
    COLUMNS,
    FORM,
    PAGE,
    QUICK,
    RECORD,
    Arrangement,
    Item,
    Section,
    filled,
)
from dangol.platform.objects.layouts import current
from dangol.platform.objects.layouts.models import Layout
from dangol.platform.objects.new_record import possible_fields
from dangol.platform.objects.registry import panels
from dangol.platform.objects.types import Field, ObjectType

PART_WORDS: dict[str, tuple[Any, Any]] = {
    RECORD: (_("Facts"), _("The fields on the record page and in the panel beside a list")),
    PAGE: (_("Panels"), _("What stands in which column of the record page")),
    FORM: (_("Input form"), _("New records, and the page on which all fields are edited")),
    QUICK: (_("Quick line"), _("The line over the list in which a record is added")),
}
COLUMN_WORDS = {"facts": _("Left"), "story": _("Middle"), "now": _("Right")}
BLOCK_WORDS = {
    applied.FACTS: _("Facts"), applied.ACCESS: _("Who sees this, and why"), applied.RELATED: _("Related"),
    applied.STORY: _("Story"),
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """Something that can be arranged: `columns` are the sections in which a panel may stand; `is_needed` says that it
    cannot be hidden."""

    name: str
    label: Any
    note: Any = ""
    is_needed: bool = False
    columns: tuple[str, ...] = ()
    home: str = ""


def things(declared: ObjectType, part: str) -> dict[str, Thing]:
    """What can be arranged in a part of an object's pages, by name, in the house's order."""
    if part == PAGE:
        return {t.name: t for t in _blocks(declared)}
    if part == RECORD:
        fields: Sequence[Field] = [f for f in declared.fields if f.is_fact and f.kind != "custom"]
        return {f.name: Thing(f.name, f.label) for f in fields}
    fields = possible_fields(declared, Actor.system("what a layout can name"))
    return {f.name: Thing(f.name, f.label, is_needed=f.is_required) for f in fields}


def _blocks(declared: ObjectType) -> list[Thing]:
    homes = {**applied.OWN_BLOCKS, **{p.name: p.place for p in panels(declared)}}
    labels = {**{p.name: p.title or p.name for p in panels(declared)}, **BLOCK_WORDS}
    found = []
    for name, home in homes.items():
        columns = tuple(c for c in COLUMNS if applied.may_stand(home, Item(name), c))
        found.append(Thing(name, labels[name], COLUMN_WORDS[home], columns=columns, home=home))
    return found


def house_own(declared: ObjectType, part: str) -> Arrangement:
    """How the house arranges a part itself."""
    known = things(declared, part)
    if part == PAGE:
        own = applied.own_places({p.name: p.place for p in panels(declared)})
        return Arrangement(tuple(Section(c, items=tuple(Item(n) for n in own[c])) for c in COLUMNS))
    if part == RECORD:
        return Arrangement(_sections([f for f in declared.fields if f.name in known]))
    if part == QUICK:
        first = [t.name for t in known.values() if t.is_needed] or list(known)[:1]
        rest = tuple(n for n in known if n not in first)
        return Arrangement((Section("s0", items=tuple(Item(n) for n in first)),), rest)
    return Arrangement((Section("s0", items=tuple(Item(n) for n in known)),))


def _sections(fields: Sequence[Field]) -> tuple[Section, ...]:
    """The groups of the declaration, with their headings in both languages."""
    found: dict[str, Section] = {}
    for f in fields:
        key = str(f.group)
        if key not in found:
            found[key] = Section(f"s{len(found)}", _in("en", f.group), _in("ko", f.group))
        found[key] = replace(found[key], items=(*found[key].items, Item(f.name)))
    return tuple(found.values())


def _in(language: str, text: Any) -> str:
    with translation.override(language):
        return str(text)


def standing(declared: ObjectType, part: str, role: str) -> tuple[Arrangement, str]:
    """The arrangement that holds for a role, ready to be edited, and whose it is: "own", "everybody" or "house"."""
    row = Layout.objects.filter(object_name=declared.name, part=part, role__name=role or None).first()
    found = current.arrangement_for(declared.name, part, role)
    whose = "house" if found is None else "own" if row is not None and row.content else "everybody"
    return editable(declared, part, found or house_own(declared, part)), whose


def editable(declared: ObjectType, part: str, arrangement: Arrangement) -> Arrangement:
    """The arrangement with everything that there is, each where it would be shown."""
    known = things(declared, part)
    if part == PAGE:
        by_key = {s.key: s for s in arrangement.sections}
        arrangement = replace(arrangement, sections=tuple(by_key.get(c, Section(c)) for c in COLUMNS))
    if part == QUICK:  # what it does not name is not asked
        rest = tuple(n for n in known if n not in arrangement.names)
        arrangement = replace(arrangement, hidden=(*arrangement.hidden, *rest))
    found = filled(arrangement, list(known), {t.name: t.home for t in known.values() if t.home})
    needed = [n for n in found.hidden if known[n].is_needed]
    for name in needed:
        found = filled(replace(found, hidden=tuple(n for n in found.hidden if n != name)), list(known))
    return found


def roles(declared: ObjectType, part: str) -> tuple[list[Role], list[Role], set[str]]:
    """The roles with a layout of their own in their order, all others, and the names that have one ("" everybody)."""
    rows = Layout.objects.select_related("role").filter(object_name=declared.name, part=part).exclude(content={})
    own = [row.role for row in rows.order_by("order", "id") if row.role is not None]
    others = Role.objects.exclude(pk__in=[r.pk for r in own]).order_by("-is_builtin", "id")
    return own, list(others), {row.role.name if row.role else "" for row in rows}


def arranged() -> Mapping[tuple[str, str], int]:
    """How many layouts each part of each object has: {(object, part): number}."""
    return Counter(Layout.objects.exclude(content={}).values_list("object_name", "part"))


def as_role(actor: Actor, role: Role | None) -> Actor:
    """`actor` with no more than what a role sees: what is hidden or closed to either of them is so here."""
    if role is None:
        return actor
    order = {"hidden": 0, "read": 1, "edit": 2}
    fields: dict[str, dict[str, Any]] = {name: dict(rights) for name, rights in actor.fields.items()}
    for name, rights in role.fields.items():
        mine = fields.setdefault(name, {})
        for f, right in rights.items():
            mine[f] = min(mine.get(f, "edit"), right, key=lambda r: order.get(r, 0))
    return replace(actor, fields=fields, roles=frozenset({role.name}))
