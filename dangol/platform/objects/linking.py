"""What relations lead to, when they are written: only to records that whoever writes may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import GuardedModel


def target_id(actor: Actor, column: Any, value: Any) -> int | None:
    """The id behind a given relation, if `actor` may see that record. Raises ValidationError."""
    pk = _as_id(value)
    if pk is not None and pk not in seen_targets(actor, column, {pk}):
        raise ValidationError(_("This record does not exist, or you may not see it."))
    return pk


def linked(column: Any, value: Any, standing: list[int], target: Callable[[Any, Any], int | None]) -> list[int]:
    """The ids to which several are set: those given, and behind them those that stand and whoever writes cannot see.

    Raises ValidationError for a new one that they cannot see.
    """
    given: list[int] = column.to_python(value)
    for pk in given:
        if pk not in standing:
            target(column, pk)
    return [*given, *(pk for pk in standing if pk not in given and not _is_seen(column, pk, target))]


def _is_seen(column: Any, pk: int, target: Callable[[Any, Any], int | None]) -> bool:
    try:
        target(column, pk)
    except ValidationError:
        return False
    return True


def ids_asked(column: Any, value: Any, records: Iterable[Any]) -> set[int]:
    """The ids to be judged before a field that leads to several is set in records: those given and those that stand."""
    try:
        given = set(column.to_python(value))
    except ValidationError:  # told where it is set
        given = set()
    return given.union(*(getattr(record, column.attname) or () for record in records))


def seen_targets(actor: Actor, column: Any, ids: set[int]) -> set[int]:
    """Those of `ids` that a relation may lead to for `actor`. One query."""
    other = column.related_model
    rows = other.objects.visible_to(actor) if issubclass(other, GuardedModel) else other.objects.all()
    asked = [i for i in ids if 0 < i < 2**63]
    return set(rows.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()


def target_among(known: Mapping[str, set[int]]) -> Callable[[Any, Any], int | None]:
    """Like `target_id` for many rows: `known` {field: ids that were found already}."""

    def find(column: Any, value: Any) -> int | None:
        pk = _as_id(value)
        if pk is not None and pk not in known.get(column.name, ()):
            raise ValidationError(_("This record does not exist, or you may not see it."))
        return pk

    return find


def _as_id(value: Any) -> int | None:
    if value in ("", None):
        return None
    try:
        return int(getattr(value, "pk", value))
    except (TypeError, ValueError):
        raise ValidationError(_("Choose one from the list.")) from None
