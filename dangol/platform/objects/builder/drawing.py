"""The builder: a draft of a filter as nested groups. Every act works as a plain form; scripts only make it quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.objects.builder import drafts
from dangol.platform.objects.builder.conditions import Asked, Drawn, Question, drawn, read_condition


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
    """A draft as it stands. `is_checked`: it was to be saved, so what is missing is said too.

    `act_url` is where an act (a condition more, a group less) is sent; `nothing` is said where there is no condition.
    """

    def __init__(
        self, question: Question, draft: Mapping[str, Any], *, act_url: str, nothing: Any = "", is_checked: bool = False
    ) -> None:
        self.question, self.draft, self.act_url, self.is_checked = question, draft, act_url, is_checked
        self.nothing = nothing or _("No condition yet: every record.")

    @classmethod
    def of_form(
        cls, question: Question, sent: Any, *, act_url: str, nothing: Any = "", is_checked: bool = False
    ) -> Builder:
        """The draft that a form sent, after the act it asks for. Raises drafts.Unreadable."""
        known = question.known
        lists = {name: sent.getlist(name) for name in sent}
        draft = drafts.read_form(lists, lambda spec, op, values: read_condition(known, spec, op, values))
        draft = drafts.acted(draft, sent.get("act", ""), lambda spec: read_condition(known, spec, "", {}))
        return cls(question, draft, act_url=act_url, nothing=nothing, is_checked=is_checked)

    @cached_property
    def top(self) -> Part:
        """The outermost group."""
        found = self._part(self.draft, "g")
        assert isinstance(found, Part)
        return found

    def _part(self, tree: Mapping[str, Any], place: str) -> Part | Drawn:
        found = drafts.opened(tree)
        if found is None:
            return drawn(self.question, tree, place, is_checked=self.is_checked)
        join, inside = found
        parts = tuple(self._part(part, f"{place}-{n}") for n, part in enumerate(inside))
        return Part(place, join, parts, place.count("-") < drafts.MAX_DEPTH - 1)

    @property
    def joins(self) -> list[tuple[str, str]]:
        """How a group may be joined, in words."""
        return [
            ("all", _("All of these")), ("any", _("At least one of these")), ("none", _("None of these")),
            ("not_all", _("Not all of these")),
        ]  # fmt: skip

    @cached_property
    def fields(self) -> list[tuple[str, list[Asked], bool]]:
        """The fields to choose from, by group; those of related records are folded."""
        found: dict[tuple[str, bool], list[Asked]] = {}
        for asked in self.question.known.values():
            own = _("What they did") if asked.field.custom else self.question.declared.label
            heading = asked.heading or asked.field.group or own
            found.setdefault((str(heading), bool(asked.path)), []).append(asked)
        return [(heading, fields, is_folded) for (heading, is_folded), fields in found.items()]

    @property
    def tree(self) -> dict[str, Any]:
        """The rules as they are, to be saved."""
        return drafts.plain(self.draft)

    @cached_property
    def problems(self) -> int:
        """How many conditions lack something or are wrong."""
        return sum(1 for condition in drafts.conditions(self.draft) if self.question.problem_of(condition))

    @property
    def finished(self) -> dict[str, Any]:
        """The rules without the conditions that are not finished: what the preview counts."""
        return drafts.plain(_without(self.draft, lambda condition: not self.question.problem_of(condition)))


def _without(tree: Mapping[str, Any], is_kept: Any) -> dict[str, Any]:
    found = drafts.opened(tree)
    if found is None:
        return dict(tree)
    join, parts = found
    kept = [_without(part, is_kept) for part in parts if drafts.opened(part) is not None or is_kept(part)]
    return drafts.group(join, [part for part in kept if part not in ({"and": []}, {"or": []})])
