"""What the editor shows of one part of an object's pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.accounts.judging import role_label
from dangol.platform.accounts.models import Role
from dangol.platform.objects.arranged.rules import HIDDEN, PAGE, QUICK, Arrangement, Item, Section
from dangol.platform.objects.layouts import queries
from dangol.platform.objects.types import ObjectType


@dataclass
class Editor:
    """What the editor shows of one part of an object's pages, for a role ("" for everybody)."""

    declared: ObjectType
    part: str
    role: Role | None
    arrangement: Arrangement
    whose: str = ""

    @cached_property
    def things(self) -> dict[str, queries.Thing]:
        """What can be arranged."""
        return queries.things(self.declared, self.part)

    @property
    def words(self) -> tuple[Any, Any]:
        """Name and explanation of the part."""
        return queries.PART_WORDS[self.part]

    @property
    def role_name(self) -> str:
        """The name of the role; empty for everybody."""
        return self.role.name if self.role else ""

    @property
    def role_label(self) -> str:
        """What the role is called."""
        return role_label(self.role) if self.role else _("Everybody")

    @property
    def has_headings(self) -> bool:
        """Whether its sections are made by people and have headings."""
        return self.part not in (PAGE, QUICK)

    @property
    def sections(self) -> list[tuple[Section, Any, list[tuple[Item, queries.Thing]]]]:
        """Sections with a name where the house gives one, and their items."""
        return [
            (s, queries.COLUMN_WORDS.get(s.key, "") if self.part == PAGE else "", self._items(s.items))
            for s in self.arrangement.sections
        ]

    @property
    def hidden(self) -> list[tuple[Item, queries.Thing]]:
        """What is not shown."""
        return self._items(tuple(Item(n) for n in self.arrangement.hidden))

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Where an item can be put without dragging: (key, words)."""
        named = [
            (s.key, str(name or s.title(get_language() or "en") or _("Group %(number)d") % {"number": n}))
            for n, (s, name, _items) in enumerate(self.sections, 1)
        ]
        return [*named, (HIDDEN, _("Not shown"))]

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """In which sections a panel may stand."""
        return {t.name: t.columns for t in self.things.values() if t.columns}

    def _items(self, items: tuple[Item, ...]) -> list[tuple[Item, queries.Thing]]:
        return [(item, self.things[item.name]) for item in items if item.name in self.things]

    @property
    def url(self) -> str:
        """Its address."""
        found = reverse("layouts:editor", args=[self.declared.slug, self.part])
        return f"{found}?{urlencode({'role': self.role_name})}" if self.role_name else found
