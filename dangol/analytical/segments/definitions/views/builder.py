"""The builder: a draft of rules as nested groups. Every act works as a plain form; scripts only make it quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions import rules
from dangol.analytical.segments.definitions.views.leaves import (
    Asked,
    Drawn,
    askable,
    drawn,
    problem_of,
    read_condition,
)
from dangol.platform.access.actor import Actor
from dangol.platform.ui.viewer import Viewer


@dataclass(frozen=True)
class Part:
    """A group as drawn: how it is joined, its parts (groups and conditions), and whether more groups fit inside."""

    place: str
    join: str
    parts: tuple[Any, ...]
    may_nest: bool

    @property
    def is_group(self) -> bool:
        """Told apart from conditions by the template."""
        return True

    @property
    def is_top(self) -> bool:
        """The outermost group cannot be removed."""
        return self.place == "g"


class Builder:
    """A draft as it stands. `is_checked`: it was to be saved, so what is missing is said too."""

    def __init__(self, actor: Actor, viewer: Viewer, draft: Mapping[str, Any], *, is_checked: bool = False) -> None:
        self.actor, self.viewer, self.draft, self.is_checked = actor, viewer, draft, is_checked
        self.known: dict[str, Asked] = askable(actor)

    @classmethod
    def of_form(cls, actor: Actor, viewer: Viewer, sent: Any, *, is_checked: bool = False) -> Builder:
        """The draft that a form sent, after the act it asks for. Raises rules.Unreadable."""
        known = askable(actor)
        lists = {name: sent.getlist(name) for name in sent}
        draft = rules.read_form(lists, lambda spec, op, values: read_condition(known, spec, op, values))
        draft = rules.acted(draft, sent.get("act", ""), lambda spec: read_condition(known, spec, "", {}))
        return cls(actor, viewer, draft, is_checked=is_checked)

    @cached_property
    def top(self) -> Part:
        """The outermost group."""
        found = self._part(self.draft, "g")
        assert isinstance(found, Part)
        return found

    def _part(self, tree: Mapping[str, Any], place: str) -> Part | Drawn:
        found = rules.opened(tree)
        if found is None:
            return drawn(self.known, self.actor, self.viewer, tree, place, is_checked=self.is_checked)
        join, inside = found
        parts = tuple(self._part(part, f"{place}-{n}") for n, part in enumerate(inside))
        return Part(place, join, parts, place.count("-") < rules.MAX_DEPTH - 1)

    @property
    def joins(self) -> list[tuple[str, str]]:
        """How a group may be joined, in words."""
        return [
            ("all", _("All of these")), ("any", _("At least one of these")), ("none", _("None of these")),
            ("not_all", _("Not all of these")),
        ]  # fmt: skip

    @cached_property
    def fields(self) -> list[tuple[str, list[Asked]]]:
        """The fields to choose from, by group."""
        found: dict[str, list[Asked]] = {}
        for asked in self.known.values():
            heading = asked.through.label if asked.through else asked.field.group or _("What they did")
            found.setdefault(str(heading), []).append(asked)
        return list(found.items())

    @property
    def tree(self) -> dict[str, Any]:
        """The rules as they are, to be saved."""
        return rules.plain(self.draft)

    @cached_property
    def problems(self) -> int:
        """How many conditions lack something or are wrong."""
        return sum(1 for condition in rules.conditions(self.draft) if problem_of(self.actor, condition))

    @property
    def finished(self) -> dict[str, Any]:
        """The rules without the conditions that are not finished: what the preview counts."""
        return rules.plain(_without(self.draft, lambda condition: not problem_of(self.actor, condition)))


def _without(tree: Mapping[str, Any], is_kept: Any) -> dict[str, Any]:
    found = rules.opened(tree)
    if found is None:
        return dict(tree)
    join, parts = found
    kept = [_without(part, is_kept) for part in parts if rules.opened(part) is not None or is_kept(part)]
    return rules.group(join, [part for part in kept if part not in ({"and": []}, {"or": []})])
