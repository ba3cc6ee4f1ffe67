from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from dangol.platform.access.actor import Actor, Scope
from dangol.platform.access.policies import NOBODY, RowPolicy

_NEEDS = {"create": "change", "delete": "change", "bulk": "change", "merge": "change", "export": "see"}


class FollowsEnds(RowPolicy):
    """Rows that lead to several records: all of those that a row names must be seen, and `acts` changed to change it.

    What the actor may do with the rows is what they may do with these records; the rows have no rights of their own.
    """

    def __init__(self, *links: str, acts: tuple[str, ...] = ()) -> None:
        self.links, self.acts = links, acts or links

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        found = Q()
        for link in self.links:
            wanted = _NEEDS.get(action, action) if link in self.acts else "see"
            found &= Q(**{f"{link}_id": None}) | _reached(model, actor, link, wanted)
        return found or None


def _reached(model: Any, actor: Actor, link: str, action: str) -> Q:
    target = model._meta.get_field(link).related_model
    scope = actor.scope(action, target.access_name)
    if scope == "none":
        return NOBODY
    condition = target.row_policy.condition(target, actor, scope, action)
    if condition is None:
        return Q(**{f"{link}_id__isnull": False})
    rows = target.objects.for_system("what hangs on a record follows it").filter(condition, pk=OuterRef(f"{link}_id"))
    return Q(Exists(rows))


class OnPersonOrCompany:
    """A row with `person` or `company`, told of on the page of whichever it names."""

    person_id: int | None
    company_id: int | None

    @property
    def object_name(self) -> str:
        """The object on whose record it hangs."""
        return "person" if self.person_id else "company"

    @property
    def record_id(self) -> int:
        """The record on which it hangs."""
        return int(self.person_id or self.company_id or 0)


def hidden_kinds(actor: Actor, object_name: str, fields: Mapping[str, tuple[str, ...]], right: str) -> list[str]:
    """The kinds whose fields of `object_name` are hidden from `actor`, or (`right` "edit") may not be written."""
    allowed = ("edit",) if right == "edit" else ("edit", "read")
    return sorted(
        kind for kind, names in fields.items() if any(actor.field_right(object_name, n) not in allowed for n in names)
    )
