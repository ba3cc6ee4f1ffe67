"""Where declarations are kept. Slices register theirs as their room opens; higher floors hang scores and panels in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.unhidden import register_naming
from dangol.platform.objects.events import name_for_all
from dangol.platform.objects.extended import added
from dangol.platform.objects.types import Field, ObjectType, Panel, Score, View
from dangol.platform.objects.veil import with_veil

_TYPES: dict[str, ObjectType] = {}
_SCORES: dict[str, list[Score]] = defaultdict(list)
_PANELS: dict[str, list[Panel]] = defaultdict(list)
_CUSTOM: dict[str, list[Field]] = defaultdict(list)
_VIEWS: dict[str, list[View]] = defaultdict(list)
_FOR_ALL: list[Callable[[str], Field]] = []
_COLUMNS: dict[str, list[tuple[int, str]]] = defaultdict(list)
_STORIES: dict[str, list[StoryProvider]] = defaultdict(list)
_DOORS: dict[str, list[ListDoor]] = defaultdict(list)
_PORTRAITS: list[Portrait] = []
_IMPORT_PAGES: list[Callable[[ObjectType], str]] = []
EVERY = "*"
"""In place of an object's name: all objects, those of later floors too."""


@dataclass(frozen=True)
class StoryItem:
    """One entry of a record's timeline. `template` draws it from `data`; `group` is the sieve it falls through."""

    at: datetime
    key: str
    icon: str
    title: Any
    detail: Any = ""
    url: str = ""
    group: str = "changes"
    template: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    is_quiet: bool = False


@dataclass(frozen=True)
class ListDoor:
    """A way from an object's list to a page of a higher floor, which gets the list's filter (`?filter=`).

    Shown where there is a filter, to whoever has the right `needs` (action, object).
    """

    name: str
    label: Any
    icon: str
    url: str
    needs: tuple[str, str]


StoryProvider = Callable[[Actor, Any, datetime | None, int], Sequence[StoryItem]]
Portrait = Callable[[Actor, Any], str]


class UnknownObject(Http404, LookupError):
    """There is no object with this name or address (any more: a company may take its own away)."""


def register(declared: ObjectType) -> ObjectType:
    """Add an object; returned is what its readers see of it. Raises ValueError when its name or address is taken."""
    if declared.name in _TYPES or any(t.slug == declared.slug for t in _TYPES.values()):
        raise ValueError(f"An object called {declared.name} ({declared.slug}) is registered already.")
    declared = _TYPES[declared.name] = with_veil(declared)
    name_for_all(declared.name)
    register_naming(declared.name, declared.fields[0].name)
    return declared


def register_score(object_name: str, score: Score, *, columns: Sequence[tuple[int, str]] = ()) -> None:
    """Hang the figures of a higher floor on an object; `columns` (place, field) stand in its list from the start."""
    _SCORES[object_name].append(score)
    _COLUMNS[object_name].extend(columns)


def register_filter(object_name: str, custom: Field) -> None:
    """Add a field that only filters (`kind="custom"`, `to_q` or `custom` set): a chart's figure, what people bought."""
    _CUSTOM[object_name].append(custom)


def register_filter_of_all(custom: Callable[[str], Field]) -> None:
    """Add a field that only filters to every object, later ones too: `custom(object name)` makes it, once each."""
    _FOR_ALL.append(custom)


def register_panel(object_name: str, panel: Panel) -> None:
    """Hang a panel into an object's record page; into that of `EVERY` object."""
    _PANELS[object_name].append(panel)


def register_view(object_name: str, view: View) -> None:
    """Add a list view as a tab."""
    _VIEWS[object_name].append(view)


def register_story(object_name: str, provider: StoryProvider) -> None:
    """Add to an object's timeline (or that of `EVERY` one).

    `provider(actor, record, before, limit)` returns newest first, before a moment.
    """
    _STORIES[object_name].append(provider)


def register_portrait(portrait: Portrait) -> None:
    """Say where a record's picture is: `portrait(actor, record)` returns its address, "" for none or an unseen one."""
    _PORTRAITS.append(portrait)


def register_import_page(page: Callable[[ObjectType], str]) -> None:
    """Say where files of an object are taken in: `page(declared)` returns the address, "" where none are."""
    _IMPORT_PAGES.append(page)


def register_list_door(object_name: str, door: ListDoor) -> None:
    """Hang a way to another page into an object's list."""
    _DOORS[object_name].append(door)


def object_types() -> list[ObjectType]:
    """Every object, the company's own among them, in the order of the sidebar."""
    return sorted([*_TYPES.values(), *added("types")], key=lambda t: (t.order, t.name))


def declared_types() -> list[ObjectType]:
    """The objects that slices declare, which are the same in every house."""
    return sorted(_TYPES.values(), key=lambda t: (t.order, t.name))


def object_type(name: str) -> ObjectType:
    """The object called `name`. Raises UnknownObject."""
    known: ObjectType | None = _TYPES.get(name) or next((t for t in added("types") if t.name == name), None)
    if known is None:
        raise UnknownObject(name)
    return known


def object_type_at(slug: str) -> ObjectType:
    """The object whose address is `slug`. Raises UnknownObject."""
    known: tuple[ObjectType, ...] = (*_TYPES.values(), *added("types"))
    for declared in known:
        if declared.slug == slug:
            return declared
    raise UnknownObject(slug)


def scores(declared: ObjectType) -> list[Score]:
    """The scores hung on an object."""
    return list(_SCORES[declared.name])


def panels(declared: ObjectType) -> list[Panel]:
    """The panels of its record page, in order."""
    return sorted([*_PANELS[declared.name], *_PANELS[EVERY]], key=lambda p: p.order)


def views(declared: ObjectType) -> list[View]:
    """The tabs that come with it."""
    return [*declared.views, *_VIEWS[declared.name]]


def stories(declared: ObjectType) -> list[StoryProvider]:
    """What adds to its timeline."""
    return [*_STORIES[declared.name], *_STORIES[EVERY]]


def portrait_of(actor: Actor, record: Any) -> str:
    """The address of the record's picture as `actor` may see it; "" for none."""
    return next((url for portrait in _PORTRAITS if (url := portrait(actor, record))), "")


def import_page(declared: ObjectType) -> str:
    """Where files of an object are taken in; "" where none are."""
    return next((url for page in _IMPORT_PAGES if (url := page(declared))), "")


def list_doors(declared: ObjectType, actor: Actor) -> list[ListDoor]:
    """The ways from its list to other pages that `actor` may go."""
    return [door for door in _DOORS[declared.name] if actor.may(*door.needs)]


def default_columns(declared: ObjectType) -> list[str]:
    """The columns of its list until someone chooses others."""
    columns = list(declared.columns)
    for place, name in sorted([*_COLUMNS[declared.name], *added("columns", declared.name)]):
        columns.insert(min(place, len(columns)), name)
    return columns


def all_fields(declared: ObjectType) -> dict[str, Field]:
    """Own fields, scores' fields and filters, by name."""
    found = {f.name: f for f in declared.fields}
    for score in _SCORES[declared.name]:
        found.update({f.name: f for f in score.fields})
    found.update({f.name: f for f in _CUSTOM[declared.name]})
    found.update({f.name: f for f in (custom(declared.name) for custom in _FOR_ALL)})
    found.update({f.name: f for f in added("filters", declared.name)})
    return found


def fields_for(declared: ObjectType, actor: Actor) -> dict[str, Field]:
    """The fields that `actor` may see, by name."""
    found = all_fields(declared)
    if not actor.fields and not any(f.counts for f in found.values()):
        return found
    return {n: f for n, f in found.items() if _is_shown(declared.name, f, actor)}


def _is_shown(object_name: str, f: Field, actor: Actor) -> bool:
    told = ((object_name, f.name), *f.tells_of)
    if f.counts and actor.scope("see", f.counts) != "all":
        return False
    return all(actor.field_right(other, name) != "hidden" for other, name in told)


def sees_fields(actor: Actor, object_name: str, *names: str) -> bool:
    """Whether none of these fields is hidden from `actor`: for what a page shows of them outside of lists and facts."""
    return all(actor.field_right(object_name, name) != "hidden" for name in names)


def score_of(declared: ObjectType, field_name: str) -> Score | None:
    """The score to which a field belongs, None for the object's own."""
    for score in _SCORES[declared.name]:
        if any(f.name == field_name for f in score.fields):
            return score
    return None
