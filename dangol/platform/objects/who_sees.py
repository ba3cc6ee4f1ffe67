"""Who may see, change or delete one record, and by which rule: the row policies asked for every member of staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.models import Share
from dangol.platform.access.policies import Owned, Rule, ways_in
from dangol.platform.accounts.actors import Colleague, colleagues
from dangol.platform.accounts.models import User
from dangol.platform.accounts.rules import reach
from dangol.platform.objects.sharing import followed
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui import format

ACTIONS = ("see", "change", "delete")
WHY_NOT: dict[str, Any] = {
    "none": gettext_lazy("has no right to it at all"),
    "shared": gettext_lazy("reaches only what is shared with them"),
    "own": gettext_lazy("reaches only their own"),
    "team": gettext_lazy("reaches only their own and their team’s"),
    "subordinates": gettext_lazy("reaches only their own and those of the people they lead"),
    "all": gettext_lazy("reaches everything"),
}


@dataclass(frozen=True)
class Way:
    """Why somebody may do something: the rule in words, and the roles that carry it (none for what was shared)."""

    rule: Rule
    words: str
    roles: str = ""


@dataclass(frozen=True)
class Line:
    """One member of staff and the record: the ways in by action (empty: may not), and what stands in the way."""

    colleague: Colleague
    ways: dict[str, list[Way]]
    why_not: dict[str, str]

    @property
    def user(self) -> User:
        """Who it is."""
        return self.colleague.user

    @property
    def roles(self) -> str:
        """Their roles."""
        return ", ".join(_(str(role)) for role in self.colleague.roles)

    @property
    def sees(self) -> bool:
        """Whether they may see the record."""
        return bool(self.ways["see"])

    @property
    def cells(self) -> list[tuple[str, list[Way], str]]:
        """Action, ways in and what stands in the way, in the order of the columns."""
        return [(action, self.ways[action], self.why_not[action]) for action in ACTIONS]


@dataclass(frozen=True)
class FieldLine:
    """A field that is not open to everybody who sees the record: from whom it is hidden, and who may only read it."""

    field: Field
    hidden: list[str]
    read: list[str]


class WhoSees:
    """The answer for one record. Seven queries at most, however many staff there are."""

    def __init__(self, declared: ObjectType, record: Any, language: str = "en") -> None:
        self.declared, self.record, self.language = declared, record, language
        self.policy: Any = declared.model.row_policy

    @cached_property
    def followed(self) -> ObjectType | None:
        """The object whose record decides (a person, for an order); None where it stands for itself."""
        return followed(self.declared)

    @cached_property
    def deciding(self) -> Any:
        """The record to which the rules are put; None when it follows nothing."""
        return self.policy.deciding(self.declared.model, self.record)

    @cached_property
    def owner(self) -> User | None:
        """Who owns the deciding record."""
        policy = getattr(self.deciding, "row_policy", None)
        owner_id = getattr(self.deciding, f"{policy.owner}_id") if isinstance(policy, Owned) else None
        return User.objects.filter(pk=owner_id).first() if owner_id else None

    @property
    def has_owners(self) -> bool:
        """Whether such records belong to somebody."""
        return isinstance(getattr(self.deciding, "row_policy", None), Owned)

    @cached_property
    def lines(self) -> list[Line]:
        """Every active member of staff, by name."""
        return [self.line(one) for one in colleagues(self._shared)]

    @property
    def _shared(self) -> list[tuple[str, int]]:
        return [(self.deciding.access_name, self.deciding.pk)] if self.deciding is not None else []

    def about(self, user_id: int) -> Line | None:
        """The same answer for one member of staff; None when there is no such one."""
        return next((self.line(one) for one in colleagues(self._shared, pk=user_id)), None)

    def line(self, one: Colleague) -> Line:
        """What the policies say of one member of staff."""
        found = {a: ways_in(self.declared.model, one.actor, a, self.deciding) for a in ACTIONS}
        ways = {a: [self._way(one, a, rule) for rule in rules] for a, rules in found.items()}
        missing = {a: "" if w else self._why_not(one, a if ways["see"] else "see") for a, w in ways.items()}
        return Line(one, ways, missing)

    def _way(self, one: Colleague, action: str, rule: Rule) -> Way:
        if rule.name == "shared":
            return Way(rule, self._share_words(next(s for s in one.shares if s.record_id == self.deciding.pk)))
        scope = one.actor.scope(action, self.declared.name)
        carrying = [_(str(r)) for r in one.roles if reach(r.grants, self.declared.name, action) == scope]
        return Way(rule, self._rule_words(rule), ", ".join(carrying))

    def _rule_words(self, rule: Rule) -> str:
        owner = {"owner": self.owner.name if self.owner else ""}
        if rule.name == "own":
            return _("owns it")
        if rule.name == "team":
            return _("team mate of the owner, %(owner)s") % owner
        if rule.name == "subordinates":
            return _("leads the owner, %(owner)s") % owner
        return _("all %(records)s") % {"records": self.declared.plural}

    def _share_words(self, share: Share) -> str:
        day = format.day(share.shared_at, self.language)
        said = _("shared on %(day)s") % {"day": day}
        if share.shared_by is not None:
            said = _("shared by %(name)s on %(day)s") % {"name": share.shared_by.name, "day": day}
        end = _(", until %(day)s") % {"day": format.day(share.ends_on, self.language)} if share.ends_on else ""
        return f"{said}{end}"

    def _why_not(self, one: Colleague, action: str) -> str:
        return str(WHY_NOT[one.actor.scope(action, self.declared.name)])

    def fields(self, shown: dict[str, Field]) -> list[FieldLine]:
        """Those of the `shown` fields that are hidden from, or may only be read by, somebody who sees the record."""
        found = []
        for f in shown.values():
            hidden, read = ([line.user.name for line in self._with_right(f, right)] for right in ("hidden", "read"))
            if hidden or read:
                found.append(FieldLine(f, hidden, read))
        return found

    def _with_right(self, f: Field, right: str) -> Iterator[Line]:
        name = self.declared.name
        return (line for line in self.lines if line.sees and line.colleague.actor.field_right(name, f.name) == right)


def sentence(who: WhoSees, line: Line, action: str = "see") -> str:
    """The answer to "why can they see this?" (change, delete) as one sentence."""
    name, ways = line.user.name, line.ways[action]
    if not ways:
        return _("%(name)s: may not. %(name)s %(why)s.") % {"name": name, "why": line.why_not[action]}
    said = [f"{way.words} ({_('role')}: {way.roles})" if way.roles else way.words for way in ways]
    return f"{name}: {'; '.join(said)}."
