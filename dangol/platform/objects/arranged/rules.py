"""What a layout is: sections of items in order, and what is hidden; read from JSON, applied to what there is, moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

RECORD, FORM, QUICK, PAGE = "record", "form", "quick", "page"
PARTS = (RECORD, FORM, QUICK, PAGE)
"""The facts of the record page, the form, the line over the list, and the panels of the record page."""
HIDDEN = "-"
COLUMNS = ("facts", "story", "now")
"""The sections of `page`: left, middle, right."""
WIDTHS = ("", "half", "full")
MOST_SECTIONS, MOST_ITEMS, LONGEST = 30, 500, 80


@dataclass(frozen=True)
class Item:
    """A field or a panel, and how wide it stands ("": as the house has it)."""

    name: str
    width: str = ""


@dataclass(frozen=True)
class Section:
    """Items under a heading in both languages, or without one. `key` names it while it is edited."""

    key: str
    en: str = ""
    ko: str = ""
    items: tuple[Item, ...] = ()

    def title(self, language: str) -> str:
        """Its heading for a reader; the other language's where one is missing."""
        return (self.ko or self.en) if language.startswith("ko") else (self.en or self.ko)


@dataclass(frozen=True)
class Arrangement:
    """Sections in order, and the names that are not shown."""

    sections: tuple[Section, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Every name that stands somewhere in it."""
        return [*(item.name for s in self.sections for item in s.items), *self.hidden]

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "sections": [
                {"key": s.key, "en": s.en, "ko": s.ko, "items": [{"name": i.name, "width": i.width} for i in s.items]}
                for s in self.sections
            ],
            "hidden": list(self.hidden),
        }


def read(content: Any) -> Arrangement | None:
    """An arrangement of kept or sent JSON; None for an empty one. What does not fit is left out; a name that stands
    twice stands where it came first."""
    if not isinstance(content, Mapping) or not content:
        return None
    seen: set[str] = set()
    sections = []
    for n, one in enumerate(_listed(content.get("sections"))[:MOST_SECTIONS]):
        if isinstance(one, Mapping):
            items = tuple(_items(one.get("items"), seen))
            sections.append(
                Section(_text(one.get("key")) or f"s{n}", _text(one.get("en")), _text(one.get("ko")), items)
            )
    hidden = tuple(_once(_text(name) for name in _listed(content.get("hidden"))[:MOST_ITEMS]))
    return Arrangement(tuple(sections), tuple(name for name in hidden if name and name not in seen))


def _items(given: Any, seen: set[str]) -> list[Item]:
    found = []
    for one in _listed(given)[:MOST_ITEMS]:
        name = _text(one.get("name")) if isinstance(one, Mapping) else ""
        if name and name not in seen:
            seen.add(name)
            width = _text(one.get("width"))
            found.append(Item(name, width if width in WIDTHS else ""))
    return found


def _listed(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list | tuple) else ()


def _text(given: Any) -> str:
    return given.replace("\x00", "").strip()[:LONGEST] if isinstance(given, str) else ""


def _once(names: Any) -> list[str]:
    return list(dict.fromkeys(names))


def applied(
    arrangement: Arrangement, names: Collection[str], kept: Collection[str] = ()
) -> tuple[list[Section], list[str]]:
    """The sections with those of `names` that there are, and the names that it does not know, in their order.

    Those in `kept` cannot be hidden: they come at the end where it hides them.
    """
    sections = [replace(s, items=tuple(i for i in s.items if i.name in names)) for s in arrangement.sections]
    placed = {item.name for s in sections for item in s.items}
    hidden = set(arrangement.hidden) - set(kept)
    return [s for s in sections if s.items], [n for n in names if n not in placed and n not in hidden]


def filled(arrangement: Arrangement, names: Sequence[str], at: Mapping[str, str] | None = None) -> Arrangement:
    """The arrangement for editing: what is no longer there left out, what it does not name put at the end (of the
    section that `at` names, else of the last one)."""
    sections = [replace(s, items=tuple(i for i in s.items if i.name in names)) for s in arrangement.sections]
    hidden = tuple(n for n in arrangement.hidden if n in names)
    known = {item.name for s in sections for item in s.items} | set(hidden)
    sections = sections or [Section("s0")]
    for name in names:
        if name not in known:
            place = next((n for n, s in enumerate(sections) if s.key == (at or {}).get(name)), len(sections) - 1)
            sections[place] = replace(sections[place], items=(*sections[place].items, Item(name)))
    return Arrangement(tuple(sections), hidden)


def act(arrangement: Arrangement, what: str) -> Arrangement:
    """One step of the editor: up, down, hide, show, to, width of an item; up, down, remove, add of a section.

    `what` is `verb:name` or `verb:name:more`; what does not fit changes nothing.
    """
    verb, _, rest = what.partition(":")
    name, _, more = rest.partition(":")
    if verb in ("up", "down"):
        return _stepped(arrangement, name, -1 if verb == "up" else 1)
    if verb in ("hide", "to", "show"):
        return moved(arrangement, name, HIDDEN if verb == "hide" else more)
    if verb in ("section_up", "section_down"):
        return _section_stepped(arrangement, name, -1 if verb == "section_up" else 1)
    if verb == "section_remove":
        return _without_section(arrangement, name)
    if verb == "section_add" and len(arrangement.sections) < MOST_SECTIONS:
        return replace(arrangement, sections=(*arrangement.sections, Section(_free_key(arrangement))))
    return arrangement


def moved(arrangement: Arrangement, name: str, key: str) -> Arrangement:
    """An item at the end of another section, or among the hidden ones. With an unknown section: of the last one."""
    item = _item(arrangement, name)
    if item is None:
        return arrangement
    bare = _lifted(arrangement, name)
    if key == HIDDEN:
        return replace(bare, hidden=(*bare.hidden, name))
    keys = [s.key for s in bare.sections]
    at = keys.index(key) if key in keys else len(keys) - 1
    return _put(bare, at, len(bare.sections[at].items), item) if keys else arrangement


def _item(arrangement: Arrangement, name: str) -> Item | None:
    if name in arrangement.hidden:
        return Item(name)
    return next((i for s in arrangement.sections for i in s.items if i.name == name), None)


def _lifted(arrangement: Arrangement, name: str) -> Arrangement:
    sections = tuple(replace(s, items=tuple(i for i in s.items if i.name != name)) for s in arrangement.sections)
    return Arrangement(sections, tuple(n for n in arrangement.hidden if n != name))


def _put(arrangement: Arrangement, at: int, place: int, item: Item) -> Arrangement:
    sections = list(arrangement.sections)
    items = sections[at].items
    sections[at] = replace(sections[at], items=(*items[:place], item, *items[place:]))
    return replace(arrangement, sections=tuple(sections))


def _stepped(arrangement: Arrangement, name: str, by: int) -> Arrangement:
    """One place up or down; over the edge of a section into the next one."""
    for at, section in enumerate(arrangement.sections):
        names = [i.name for i in section.items]
        if name not in names:
            continue
        place, item, bare = names.index(name) + by, section.items[names.index(name)], _lifted(arrangement, name)
        if 0 <= place < len(names):
            return _put(bare, at, place, item)
        other = at + by
        if not 0 <= other < len(arrangement.sections):
            return arrangement
        return _put(bare, other, len(bare.sections[other].items) if by < 0 else 0, item)
    return arrangement


def _section_stepped(arrangement: Arrangement, key: str, by: int) -> Arrangement:
    sections = list(arrangement.sections)
    at = next((n for n, s in enumerate(sections) if s.key == key), -1)
    if at < 0 or not 0 <= at + by < len(sections):
        return arrangement
    sections[at], sections[at + by] = sections[at + by], sections[at]
    return replace(arrangement, sections=tuple(sections))


def _without_section(arrangement: Arrangement, key: str) -> Arrangement:
    """Without a section; its items go to the one before it, or after it."""
    at = next((n for n, s in enumerate(arrangement.sections) if s.key == key), -1)
    if at < 0 or len(arrangement.sections) < 2:
        return arrangement
    sections = list(arrangement.sections)
    gone = sections.pop(at)
    to = max(0, at - 1)
    items = (*sections[to].items, *gone.items) if at else (*gone.items, *sections[to].items)
    sections[to] = replace(sections[to], items=items)
    return replace(arrangement, sections=tuple(sections))


def _free_key(arrangement: Arrangement) -> str:
    taken = {s.key for s in arrangement.sections}
    return next(f"s{n}" for n in range(len(taken) + 1) if f"s{n}" not in taken)
