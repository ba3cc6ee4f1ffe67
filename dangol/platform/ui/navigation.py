"""What a person can go to, do and find. Rooms register here; the frame shows what exists and may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dangol.platform.ui.format import number
from dangol.platform.ui.marks import icon
from dangol.platform.ui.markup import escaped
from dangol.platform.ui.viewer import Viewer

Text = str | Promise
SECTIONS: dict[str, Text] = {
    "": "",
    "sales": _("Sales"),
    "marketing": _("Marketing"),
    "service": _("Service"),
    "customers": _("Customers"),
    "catalog": _("Catalog"),
    "insight": _("Insight"),
    "setup": _("Set-up"),
}


@dataclass(frozen=True)
class Item:
    """One entry of the sidebar.

    `needs` is the object whose rows the viewer must be allowed to see, `is_open` a further question about the viewer;
    `on_phone` puts it in the bar of the phone.
    """

    name: str
    label: Text
    icon: str
    url_name: str
    order: int = 100
    needs: str | None = None
    url_args: tuple[Any, ...] = ()
    on_phone: bool = False
    administrators_only: bool = False
    is_open: Callable[[Viewer], bool] | None = None
    count: Callable[[Viewer], int | None] | None = None

    @property
    def url(self) -> str | None:
        """Where it leads, or None while no such page exists."""
        return _address(self.url_name, self.url_args, get_urlconf())


@lru_cache(maxsize=1024)
def _address(url_name: str, args: tuple[Any, ...], urlconf: str | None) -> str | None:
    try:
        return reverse(url_name, urlconf, args=args)
    except NoReverseMatch:
        return None


@dataclass(frozen=True)
class Command:
    """Something one can do from the command menu.

    `needs` is (action, object) or None; `keywords` are further words it is found by.
    """

    label: Text
    url: str | Callable[[], str]
    icon: str
    keywords: Text = ""
    needs: tuple[str, str] | None = None
    hint: Text = ""

    @property
    def href(self) -> str | None:
        """Where it leads, or None while no such page exists."""
        try:
            return self.url() if callable(self.url) else self.url
        except NoReverseMatch:
            return None


@dataclass(frozen=True)
class Found:
    """A record that the command menu found; `is_similar` when only something like it was asked for."""

    label: str
    sub: str
    url: str
    icon: str
    is_similar: bool = False


@dataclass(frozen=True)
class Link:
    """A sidebar entry as one page shows it."""

    name: str
    label: Text
    icon: str
    url: str
    is_current: bool = False
    on_phone: bool = False
    count: int | None = None

    @property
    def markup(self) -> SafeString:
        """The entry as drawn. Written here: forty of them stand on each page, and a template takes its time on them."""
        current = ' aria-current="page"' if self.is_current else ""
        count = f'<span class="count">{number(self.count)}</span>' if self.count else ""
        word = f'<span class="word">{escaped(self.label)}</span>'
        return SafeString(f'<a class="go" href="{escaped(self.url)}"{current}>{icon(self.icon)}{word}{count}</a>')


@dataclass(frozen=True)
class Section:
    """Entries under one heading."""

    name: str
    label: Text
    links: list[Link] = field(default_factory=list)

    @cached_property
    def markup(self) -> SafeString:
        """Its entries as drawn: in the sidebar, and in the phone's menu."""
        return SafeString("\n".join(link.markup for link in self.links))

    @property
    def folds(self) -> bool:
        """Whether it is shut until one needs it: many entries that few need daily."""
        return self.name == "setup" and len(self.links) > 4

    @property
    def is_open(self) -> bool:
        """Whether one stands on one of its pages."""
        return any(link.is_current for link in self.links)


Finder = Callable[[Any, str], Sequence[Found]]
Pins = Callable[[HttpRequest], Sequence[Link]]
Entries = Callable[[], Iterable[tuple[str, Item]]]
Commands = Callable[[], Iterable[Command]]
_items: dict[str, dict[str, Item]] = {name: {} for name in SECTIONS}
_commands: dict[str, Command] = {}
_finders: dict[str, Finder] = {}
_search_pages: list[str] = []
_pins: dict[str, Pins] = {}
_entries: dict[str, Entries] = {}
_command_sources: dict[str, Commands] = {}


def item(
    name: str, label: Text, icon: str, url_name: str, order: int = 100, needs: str | None = None, **more: Any
) -> Item:
    """Shorthand for `Item`."""
    return Item(name, label, icon, url_name, order, needs, **more)


def register(section: str, entry: Item) -> None:
    """Put an entry under a section of `SECTIONS` ("" stands above them all). Raises KeyError for an unknown section."""
    _items[section][entry.name] = entry


def register_command(
    label: Text,
    url: str | Callable[[], str],
    icon: str,
    keywords: Text = "",
    needs: tuple[str, str] | None = None,
    *,
    hint: Text = "",
) -> None:
    """Offer something to do in the command menu; `url` may be a callable, resolved when shown."""
    command = Command(label, url, icon, keywords, needs, hint)
    _commands[str(getattr(url, "__qualname__", url)) + icon + repr(label)] = command


def register_finder(finder: Finder, *, name: str = "") -> None:
    """Add a function `(actor, words) -> [Found]` that the command menu asks while one types."""
    _finders[name or f"{finder.__module__}.{finder.__qualname__}"] = finder


def register_search_page(url_name: str) -> None:
    """Name the page that shows all that a search finds; it takes the words as `q`."""
    _search_pages[:] = [url_name]


def search_page(words: str) -> str | None:
    """Where all that `words` find is shown, None while no such page exists."""
    return f"{reverse(_search_pages[0])}?{urlencode({'q': words})}" if _search_pages else None


def register_pins(pins: Pins, *, name: str = "") -> None:
    """Add a function `(request) -> [Link]` that gives the views a person pinned to the sidebar."""
    _pins[name or f"{pins.__module__}.{pins.__qualname__}"] = pins


def register_source(name: str, *, entries: Entries | None = None, commands: Commands | None = None) -> None:
    """Add functions that list entries (section, item) and commands each time they are shown, for what is known late."""
    if entries:
        _entries[name] = entries
    if commands:
        _command_sources[name] = commands


def sections_for(viewer: Viewer, path: str = "") -> list[Section]:
    """The sidebar of a viewer, in order, without empty sections; the entry that `path` lies under is marked current."""
    shown = [(name, [e for e in _sorted(entries) if _is_open(e, viewer)]) for name, entries in _all_items().items()]
    current = _longest_match([e for _name, entries in shown for e in entries], path)
    return [
        Section(name, SECTIONS.get(name, name), [_link(e, viewer, e is current) for e in entries])
        for name, entries in shown
        if entries
    ]


def pins_for(viewer: Viewer, request: HttpRequest) -> list[Link]:
    """The views this person pinned."""
    return [link for pins in _pins.values() for link in pins(request)] if viewer.is_signed_in else []


def commands_for(viewer: Viewer, words: str = "") -> list[Command]:
    """Commands the viewer may run, that hold every one of `words` in label or keywords."""
    known = [*_commands.values(), *(c for source in _command_sources.values() for c in source())]
    open_ones = (c for c in known if c.href and (c.needs is None or viewer.may(*c.needs)))
    return [c for c in open_ones if matches(words, c.label, c.keywords)]


def find(viewer: Viewer, words: str, *, at_most: int = 12) -> list[Found]:
    """Records that the registered finders know for `words`; nothing when signed out or when `words` is empty."""
    if not (viewer.is_signed_in and words.strip()):
        return []
    return [found for finder in _finders.values() for found in finder(viewer.actor, words.strip())][:at_most]


def matches(words: str, *texts: Text) -> bool:
    """True when each of the words stands somewhere in the texts, whatever its case."""
    hay = " ".join(str(text) for text in texts).casefold()
    return all(word in hay for word in words.casefold().split())


def _all_items() -> dict[str, dict[str, Item]]:
    found = {name: dict(entries) for name, entries in _items.items()}
    for source in _entries.values():
        for section, entry in source():
            found.setdefault(section, {})[entry.name] = entry
    return found


def _sorted(entries: dict[str, Item]) -> list[Item]:
    return sorted(entries.values(), key=lambda e: (e.order, e.name))


def _is_open(entry: Item, viewer: Viewer) -> bool:
    if not viewer.is_signed_in or entry.url is None:
        return False
    if entry.administrators_only and not viewer.is_administrator:
        return False
    if entry.needs is not None and not viewer.may("see", entry.needs):
        return False
    return entry.is_open is None or entry.is_open(viewer)


def _link(entry: Item, viewer: Viewer, is_current: bool) -> Link:
    count = entry.count(viewer) if entry.count else None
    return Link(entry.name, entry.label, entry.icon, entry.url or "", is_current, entry.on_phone, count)


def _longest_match(entries: list[Item], path: str) -> Item | None:
    def under(entry: Item) -> bool:
        url = entry.url or ""
        return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))

    return max((e for e in entries if under(e)), key=lambda e: len(e.url or ""), default=None)
