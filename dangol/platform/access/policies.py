"""Row policies: which rows of an object a scope reaches. They only build conditions; the guard applies them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from dangol.platform.access.actor import Actor, Scope

NOBODY = Q(pk__in=[])


class RowPolicy:
    """Base of policies. `condition` returns None for "every row"."""

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        raise TypeError(f"{type(self).__name__} has no condition.")


class Everyone(RowPolicy):
    """Whoever has the right at all has it for every row (products, for one)."""

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        return NOBODY if scope == "none" else None


class Owned(RowPolicy):
    """Rows belong to a member of staff named by `owner`; sharing one record adds it to what one may see and change."""

    def __init__(self, owner: str = "owner") -> None:
        self.owner = owner

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        if scope == "all":
            return None
        if scope == "none":
            return NOBODY
        found = Q(**{f"{self.owner}_id__in": sorted(owners_in(actor, scope))})
        shared = actor.shared.get(model.access_name, ()) if action in ("see", "change") else ()
        return found | Q(pk__in=shared) if shared else found


class Through(RowPolicy):
    """Rows follow another record: an order is seen by those who see its customer; without one, by scope `all` only."""

    def __init__(self, link: str) -> None:
        self.link = link

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        if scope == "none":
            return NOBODY
        target = model._meta.get_field(self.link).related_model
        other = target.row_policy.condition(target, actor, scope, action)
        if other is None:
            return None
        rows = target.objects.for_system("row policy").filter(other)
        return Q(**{f"{self.link}_id__in": rows.values("pk")})


def owners_in(actor: Actor, scope: Scope) -> frozenset[int]:
    """The members of staff whose rows `scope` reaches for `actor`."""
    me = frozenset() if actor.user_id is None else frozenset({actor.user_id})
    if scope == "team":
        return me | actor.team_mate_ids
    if scope == "subordinates":
        return me | actor.subordinate_ids
    return me
