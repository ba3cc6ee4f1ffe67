"""Row policies: by which rules a scope reaches rows. The guard, the warehouse and the access page all read these rules.

A rule is data, not code: every row, or the rows whose `column` holds one of `values`. So the condition in SQL and the
answer about one record in hand cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

from dangol.platform.access.actor import Actor, Scope

NOBODY = Q(pk__in=[])
RuleName = Literal["all", "own", "team", "subordinates", "shared"]


@dataclass(frozen=True)
class Rule:
    """One way in: every row (`all`), or those whose `column` holds one of `values`."""

    name: RuleName
    column: str = ""
    values: tuple[int, ...] = ()

    def holds(self, record: Any) -> bool:
        """Whether it reaches this very record."""
        return self.name == "all" or getattr(record, self.column) in self.values


ALL = Rule("all")


class RowPolicy:
    """Base of policies: says the rules, from which the condition follows."""

    def rules(self, model: Any, actor: Actor, scope: Scope, action: str) -> tuple[Rule, ...]:
        """The rules by which `scope` lets `actor` do `action` to rows; none when it reaches nothing."""
        raise TypeError(f"{type(self).__name__} has no rules.")

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        """The rules as a condition; None for "every row"."""
        return condition_of(self.rules(model, actor, scope, action))

    def deciding(self, model: Any, record: Any) -> Any:
        """The record to which the rules are put: itself, or the one that it follows (None where there is none)."""
        return record


class Everyone(RowPolicy):
    """Whoever has the right at all has it for every row (products, for one); with `shared`, for the shared ones."""

    def rules(self, model: Any, actor: Actor, scope: Scope, action: str) -> tuple[Rule, ...]:
        if scope == "none":
            return ()
        return _shared(model, actor, action) if scope == "shared" else (ALL,)


class Owned(RowPolicy):
    """Rows belong to a member of staff named by `owner`; sharing one record adds it to what one may see or change."""

    def __init__(self, owner: str = "owner") -> None:
        self.owner = owner

    def rules(self, model: Any, actor: Actor, scope: Scope, action: str) -> tuple[Rule, ...]:
        if scope in ("all", "none"):
            return (ALL,) if scope == "all" else ()
        owners = [(name, ids) for name, ids in owners_by_rule(actor, scope) if ids]
        found = tuple(Rule(name, f"{self.owner}_id", tuple(sorted(ids))) for name, ids in owners)
        return found + _shared(model, actor, action)


class Through(RowPolicy):
    """Rows follow another record: an order is seen by those who see its customer; without one, by scope `all` only."""

    def __init__(self, link: str) -> None:
        self.link = link

    def rules(self, model: Any, actor: Actor, scope: Scope, action: str) -> tuple[Rule, ...]:
        if scope == "none":
            return ()
        target = self.target(model)
        found: tuple[Rule, ...] = target.row_policy.rules(target, actor, scope, action)
        return found

    def condition(self, model: Any, actor: Actor, scope: Scope, action: str) -> Q | None:
        if scope == "none":
            return NOBODY
        target = self.target(model)
        other = target.row_policy.condition(target, actor, scope, action)
        if other is None:
            return None
        rows = target.objects.for_system("row policy").filter(other)
        return Q(**{f"{self.link}_id__in": rows.values("pk")})

    def deciding(self, model: Any, record: Any) -> Any:
        target = self.target(model)
        rows = target.objects.for_system("whom a record follows, to say who may see it")
        followed = rows.filter(pk=getattr(record, f"{self.link}_id")).first()
        return target.row_policy.deciding(target, followed) if followed is not None else None

    def target(self, model: Any) -> Any:
        """The table that is followed."""
        return model._meta.get_field(self.link).related_model


def condition_of(rules: Iterable[Rule]) -> Q | None:
    """Rules as one condition: a column is asked once, whatever the number of rules about it. None for "every row"."""
    asked: dict[str, set[int]] = defaultdict(set)
    for rule in rules:
        if rule.name == "all":
            return None
        asked[rule.column].update(rule.values)
    found = NOBODY if not asked else Q()
    for column, values in asked.items():
        found |= Q(**{f"{column}__in": sorted(values)})
    return found


def ways_in(model: Any, actor: Actor, action: str, deciding: Any) -> list[Rule]:
    """The rules by which `actor` may do `action` to a record of `model`, `deciding` being what its policy says it is.

    Empty when the actor may not, and when they do not even see it. A record that follows nothing is reached by `all`
    alone.
    """
    if action != "see" and not ways_in(model, actor, "see", deciding):
        return []
    rules = model.row_policy.rules(model, actor, actor.scope(action, model.access_name), action)
    return [r for r in rules if r.name == "all" or (deciding is not None and r.holds(deciding))]


def _shared(model: Any, actor: Actor, action: str) -> tuple[Rule, ...]:
    ids = actor.shared_ids(model.access_name, action)
    return (Rule("shared", "pk", ids),) if ids else ()


def owners_by_rule(actor: Actor, scope: Scope) -> list[tuple[RuleName, frozenset[int]]]:
    """The members of staff whose rows `scope` reaches for `actor`, by rule: own ones first."""
    me = frozenset() if actor.user_id is None else frozenset({actor.user_id})
    if scope not in ("own", "team", "subordinates"):
        return []
    found: list[tuple[RuleName, frozenset[int]]] = [("own", me)]
    if scope == "team":
        found.append(("team", actor.team_mate_ids - me))
    if scope == "subordinates":
        found.append(("subordinates", actor.subordinate_ids - me))
    return found


def owners_in(actor: Actor, scope: Scope) -> frozenset[int]:
    """All the members of staff whose rows `scope` reaches for `actor`."""
    return frozenset[int]().union(*(ids for _name, ids in owners_by_rule(actor, scope)))
