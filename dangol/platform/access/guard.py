"""The guard: no SQL is compiled for a guarded table before it was said for whom.

It sits on the query, not on queryset methods, so that `exists`, `iterator`, `aggregate`, subqueries, unions and
related objects pass the same door. `update` and `delete` change the class of the query, so that change is guarded too.
`raw` goes round it and is banned by lint. Django's own checks and cascades use `plain`, named only in the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import sql
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor, ForwardOneToOneDescriptor

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import AccessNotDecided
from dangol.platform.access.policies import Everyone, RowPolicy

READER = "_fetched_for"
"""Where a record keeps for whom it was fetched; only of readers from whom some of its fields are hidden."""
M = TypeVar("M", bound="GuardedModel", covariant=True)


@dataclass(frozen=True)
class Decision:
    """For whom a query runs, to do what."""

    actor: Actor
    action: str


class GuardedQuery(sql.Query):
    """A query that refuses to become SQL until `decision` is set."""

    decision: Decision | None = None

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        self.require_decision()
        return super().get_compiler(*args, **kwargs)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self.require_decision()
        return super().resolve_expression(*args, **kwargs)

    def chain(self, klass: Any = None) -> Any:
        if klass is not None and not issubclass(klass, GuardedQuery):
            self.require_decision()
        return super().chain(klass)

    def combine(self, rhs: Any, connector: str) -> None:
        self.require_decision()
        rhs.require_decision()
        super().combine(rhs, connector)

    def require_decision(self) -> None:
        name = self.model.__name__  # type: ignore[union-attr]
        if self.decision is None:
            raise AccessNotDecided(f"{name}: say .visible_to(actor) or .for_system('why') before reading or writing.")
        if self.select_related and self.decision.actor.kind != "system":
            raise AccessNotDecided(f"{name}: select_related would show rows nobody judged; use `related` prefetching.")


class GuardedQuerySet(models.QuerySet[M]):
    """A queryset over a guarded table; tell it for whom before anything else happens."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or GuardedQuery(model), using, hints)

    def visible_to(self, actor: Actor, action: str = "see") -> Self:
        """Narrow to the rows to which `actor` may do `action` (default: see); nothing, if to none.

        Nobody does anything to rows that they do not see, whatever the right to do it would reach.
        """
        decided = self._decided(Decision(actor, action))
        conditions = [_reached(self.model, actor, a) for a in dict.fromkeys(("see", action))]
        if len(conditions) == 2 and conditions[0] == conditions[1]:
            conditions.pop()
        for condition in conditions:
            decided = decided if condition is None else decided.filter(condition)
        return decided

    def for_system(self, why: str) -> Self:
        """All rows, for a reason of the system itself (a job, a migration, a check). Raises ValueError if empty."""
        return self._decided(Decision(Actor.system(why), "see"))

    def _decided(self, decision: Decision) -> Self:
        decided: Any = self._chain()  # type: ignore[attr-defined]
        decided.query.decision = decision
        return decided  # type: ignore[no-any-return,unused-ignore]

    def _fetch_all(self) -> None:
        """Note on each record for whom it was fetched, where that reader does not see all of its fields."""
        queryset: Any = self
        is_new = queryset._result_cache is None
        models.QuerySet._fetch_all(queryset)
        decision = queryset.query.decision
        if is_new and decision and "hidden" in decision.actor.fields.get(self.model.access_name, {}).values():
            for record in queryset._result_cache:
                if isinstance(record, GuardedModel):
                    record.__dict__[READER] = decision.actor

    def _raw_delete(self, using: Any) -> int:
        self.query.require_decision()  # type: ignore[attr-defined]
        return super()._raw_delete(using)  # type: ignore[misc,no-any-return,unused-ignore]

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AccessNotDecided("raw() goes round the guard; write the query with the ORM.")


def _reached(model: Any, actor: Actor, action: str) -> Any:
    return model.row_policy.condition(model, actor, actor.scope(action, model.access_name), action)


class GuardedManager(models.Manager[M]):
    """Hands out guarded querysets."""

    def get_queryset(self) -> GuardedQuerySet[M]:
        return GuardedQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]

    def visible_to(self, actor: Actor, action: str = "see") -> GuardedQuerySet[M]:
        """See `GuardedQuerySet.visible_to`."""
        return self.get_queryset().visible_to(actor, action)

    def for_system(self, why: str) -> GuardedQuerySet[M]:
        """See `GuardedQuerySet.for_system`."""
        return self.get_queryset().for_system(why)


class GuardedModel(models.Model):
    """A table of the company's data. `access_name` names it in grants, `row_policy` says which rows a scope reaches."""

    access_name: ClassVar[str] = ""
    row_policy: ClassVar[RowPolicy] = Everyone()

    plain = models.Manager()
    objects = GuardedManager()

    class Meta:
        abstract = True
        default_manager_name = "plain"
        base_manager_name = "plain"


class _GuardedForward(ForwardManyToOneDescriptor):  # type: ignore[type-arg]
    def get_queryset(self, **hints: Any) -> Any:
        return _judged(self.field.remote_field.model, hints)


class _GuardedForwardOne(ForwardOneToOneDescriptor):  # type: ignore[type-arg]
    def get_queryset(self, **hints: Any) -> Any:
        return _judged(self.field.remote_field.model, hints)


def _judged(model: Any, hints: Any) -> Any:
    if issubclass(model, GuardedModel):
        return model.objects.db_manager(hints=hints).all()
    return model._base_manager.db_manager(hints=hints).all()


class Link(models.ForeignKey[Any, Any]):
    """A foreign key whose object must have been fetched for somebody: following it unjudged raises."""

    forward_related_accessor_class = _GuardedForward

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)


class OneLink(models.OneToOneField[Any, Any]):
    """A one-to-one `Link`."""

    forward_related_accessor_class = _GuardedForwardOne

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)
