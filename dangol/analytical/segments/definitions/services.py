"""Writing segments. Who their members are is the business of `members`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions import events
from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.queries import company_clock, trees
from dangol.analytical.segments.definitions.rules import leads_back
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import RecordWriter


def _clean(values: dict[str, Any], segment: Any) -> dict[str, Any]:
    if segment.pk is not None and values.get("kind", segment.kind) != segment.kind:
        raise ValidationError({"kind": _("A segment stays what it is: make another one.")})
    return values


SEGMENTS = RecordWriter(
    model=Segment,
    writable=("name", "description", "kind", "owner"),
    created=events.SegmentCreated,
    changed=events.SegmentChanged,
    trashed=events.SegmentTrashed,
    restored=events.SegmentRestored,
    clean=_clean,
    search=lambda segment: (segment.name, {"name": segment.name, "description": segment.description}),
)


@transaction.atomic
def create_segment(*, actor: Actor, values: Mapping[str, Any], rules: Mapping[str, Any] | None = None) -> Segment:
    """Add a segment, by `rules` if given. Raises Forbidden, ValidationError by field, FilterError."""
    made: Segment = SEGMENTS.create(actor=actor, values=values)
    return made if rules is None else save_rules(actor=actor, segment_id=made.pk, tree=rules)


def change_segment(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Segment:
    """Change name, description or owner. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return SEGMENTS.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_segment(*, actor: Actor, record_id: int) -> Segment:
    """Put a segment in the trash; its members stay as they are and are not refreshed. Raises NotFound, Forbidden."""
    return SEGMENTS.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_segment(*, actor: Actor, record_id: int) -> Segment:
    """Take a segment out of the trash. Raises NotFound, Forbidden."""
    return SEGMENTS.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


@transaction.atomic
def save_rules(*, actor: Actor, segment_id: int, tree: Mapping[str, Any]) -> Segment:
    """Set the rules of a segment; {} is everybody. Its members follow with the next refresh.

    The actor may only use fields that they may see; the members are then worked out among all customers, by the
    system, so that a segment is the same whoever refreshes it. Raises NotFound, Forbidden, ValidationError for a
    static list, FilterError for rules that cannot be understood or ask for the segment itself.
    """
    segment: Segment = SEGMENTS.locked(actor, segment_id, "change")
    if segment.kind != Segment.Kind.RULES:
        raise ValidationError({"filter": _("A static list has no rules.")})
    check_rules(actor, segment_id, tree)
    if segment.filter_changed_at is not None and segment.filter == dict(tree):
        return segment
    changes = {"filter": [segment.filter, dict(tree)]}
    segment.filter, segment.filter_changed_at = dict(tree), timezone.now()
    segment.save(update_fields=["filter", "filter_changed_at"])
    emit(events.RulesSaved(subject_id=segment.pk, changes=changes), actor=actor)
    return segment


@transaction.atomic
def rewrite_rules(*, actor: Actor, segment_id: int, tree: Mapping[str, Any]) -> None:
    """Set rules in which a value is called otherwise now, and nothing else differs: they are not judged anew."""
    segment: Segment = SEGMENTS.locked(actor, segment_id, "change")
    changes = {"filter": [segment.filter, dict(tree)]}
    segment.filter, segment.filter_changed_at = dict(tree), timezone.now()
    segment.save(update_fields=["filter", "filter_changed_at"])
    emit(events.RulesSaved(subject_id=segment.pk, changes=changes), actor=actor)


def check_rules(actor: Actor, segment_id: int, tree: Mapping[str, Any]) -> None:
    """Raise FilterError when `actor` may not ask this, it cannot be understood, or it leads back to the segment."""
    clock = company_clock()
    for asker in (actor, Actor.system("checking the rules of a segment")):
        compile_filter(object_type("person"), asker, tree, clock)
    if leads_back(segment_id, tree, trees(but=segment_id)):
        raise FilterError("filter", _("This segment would ask for itself. Take that condition away."))
