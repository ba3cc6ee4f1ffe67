"""Where declarations are kept. Slices register theirs as their room opens; higher floors hang scores and panels in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.unhidden import register_naming
from dangol.platform.objects.beside import register_presence
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
_STORIES: dict[str, list[StorySource]] = defaultdict(list)
_KINDS: dict[str, StoryKind] = {}
_TELLERS: list[Storyteller] = []
_DOORS: dict[str, list[ListDoor]] = defaultdict(list)
_PORTRAITS: list[Portrait] = []
_IMPORT_PAGES: list[Callable[[ObjectType], str]] = []
EVERY = "*"
"""In place of an object's name: all objects, those of later floors too."""


@dataclass(frozen=True)
class StoryItem:
    """One entry of a record's timeline. `template` draws it from `data`; `group` names its kind (`StoryKind`).

    `key` is one of all entries of all records and stays the same (`order-12`). `detail` is who did it, `url` opens its
    source. Neighbours with the same `together`, at most two minutes apart, become one entry with the lists of their
    `data` joined. Entries that differ from their like (`can_fold` False) never disappear in a fold.
    """

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
    together: str = ""
    can_fold: bool = True


@dataclass(frozen=True)
class StoryKind:
    """A kind of entries: what one sifts a timeline by.

    `needs` is the object that one must be allowed to see. From `fold_from` entries of one day by one person on, they
    fold into one line, for which `many` has the words (`ngettext_lazy` with `%(count)s`); 0: never.
    """

    name: str
    label: Any
    icon: str
    order: int = 100
    needs: str = ""
    fold_from: int = 0
    many: Any = None


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
StoryOfSeveral = Callable[[Actor, Sequence[int], datetime | None, int], Sequence[StoryItem]]
Portrait = Callable[[Actor, Any], str]


@dataclass(frozen=True)
class StorySource:
    """Where entries come from, and of which kinds; `several` gives those of several records at once."""

    provider: StoryProvider
    kinds: tuple[str, ...] = ()
    several: StoryOfSeveral | None = None


@dataclass(frozen=True)
class Storyteller:
    """Draws the story into a record's page: `context(page, asked)` gives its template what it shows.

    `page` is the RecordPage, `asked` what stands in the address.
    """

    template: str
    context: Callable[[Any, Mapping[str, str]], Mapping[str, Any]]


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
    register_presence(object_name, f"score {score.name}", score.model, f"{score.link}_id")
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


def register_story(
    object_name: str, provider: StoryProvider, *, kinds: Sequence[str] = (), several: StoryOfSeveral | None = None
) -> None:
    """Add to an object's timeline (or that of `EVERY` one).

    `provider(actor, record, before, limit)` returns entries newest first, before a moment, as far as `actor` may see
    them; fewer than `limit` only when there are no more. `kinds` are those of its entries: without them it is asked for
    every kind. `several(actor, ids, before, limit)` does the same for many records at once, each entry with `whose`
    (the id) in its `data`; it serves the page of a company that shows its people's story.
    """
    _STORIES[object_name].append(StorySource(provider, tuple(kinds), several))


def register_kind(kind: StoryKind) -> None:
    """Add a kind of entries. Raises ValueError when its name is taken."""
    if kind.name in _KINDS:
        raise ValueError(f"There is a kind of story called {kind.name} already.")
    _KINDS[kind.name] = kind


def register_storyteller(teller: Storyteller) -> None:
    """Let this room tell the stories of all records. Raises ValueError when another does."""
    if _TELLERS:
        raise ValueError("The stories are told by another room already.")
    _TELLERS.append(teller)


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


def stories(declared: ObjectType) -> list[StorySource]:
    """What adds to its timeline."""
    return [*_STORIES[declared.name], *_STORIES[EVERY]]


def storyteller() -> Storyteller | None:
    """Who draws the stories of records."""
    return _TELLERS[0] if _TELLERS else None


def story_kinds() -> dict[str, StoryKind]:
    """Every kind of entries, by name, in order."""
    return {kind.name: kind for kind in sorted(_KINDS.values(), key=lambda k: (k.order, k.name))}


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
