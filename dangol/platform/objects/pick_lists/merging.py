"""One value made another: in the list, in every record, and wherever it is named; and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import BulkRun
from dangol.platform.events.stream import emit
from dangol.platform.objects.added.rules import Choice
from dangol.platform.objects.custom_fields.services import change_choices
from dangol.platform.objects.pick_lists import events
from dangol.platform.objects.pick_lists.models import ValueMerge
from dangol.platform.objects.pick_lists.places import place_called
from dangol.platform.objects.pick_lists.queries import CUSTOM, Listed, list_of, named, rows_with
from dangol.platform.objects.pick_lists.rules import Target
from dangol.platform.objects.pick_lists.services import RIGHT, write_values
from dangol.platform.objects.replacing import REPLACE
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import NotFound, writer_of


def check(actor: Actor, listed: Listed, old: str, new: str) -> Target:
    """What would be merged. Raises Forbidden, ValidationError."""
    name = listed.declared.name
    require(actor, "merge", RIGHT)
    if any(actor.scope(action, name) != "all" for action in ("change", "bulk")):
        raise Forbidden("bulk", name, _("Values are merged in all records: only who may change them all can do it."))
    writer = writer_of(name)
    if writer is None or not listed.may_merge:
        raise ValidationError(_("The house depends on the values of this list; they can be renamed, not merged."))
    writer.judge(actor, [listed.field.name])
    if not old or not new or old == new:
        raise ValidationError(_("Choose two different values."))
    known = {c.value for c in listed.standing}
    is_rest = any(c.value == old and c.into == new for c in listed.merged)  # what was left alone the first time
    if listed.sort == CUSTOM and (new not in known or not (old in known or is_rest)):
        raise ValidationError(_("Choose two values of the list."))
    return Target(name, listed.field.name, old, new)


@transaction.atomic
def merge(*, actor: Actor, slug: str, name: str, old: str, new: str) -> ValueMerge:
    """Make `old` `new`: from now on nothing is written as `old`, what names it is rewritten, and the records follow in
    batches. Raises NotFound, Forbidden, ValidationError."""
    listed = list_of(actor, slug, name)
    old, new = old.replace("\x00", "").strip(), new.replace("\x00", "").strip()
    target = check(actor, listed, old, new)
    made = ValueMerge(object_name=target.object_name, field_name=name, old=old, new=new, user_id=actor.user_id)
    made.values_before = [c.to_json() for c in listed.values]
    made.rewritten = _rewritten(target)
    _keep(actor, list_of(actor, slug, name), _with_merge(listed.values, old, new))
    run = begin(
        actor=actor, action=BulkRun.Action.CHANGE, object_name=target.object_name, rows=rows_with(listed, old),
        values={REPLACE: {"field": name, "old": old, "new": new}},
    )  # fmt: skip
    made.run = run.pk
    made.save()
    emit(events.ValuesMerged(subject_id=made.pk, changes={
        "value": [old, new], "rows": [None, run.total], "places": [None, len(made.rewritten)],
    }), actor=actor)  # fmt: skip
    return made


@transaction.atomic
def undo_merge(*, actor: Actor, number: int) -> ValueMerge:
    """Take a merge back: the value is offered again, what still names the other one as it was rewritten names it again,
    and the records are taken back as every bulk write is. Raises NotFound, Forbidden, StillRunning."""
    made = ValueMerge.objects.select_for_update().filter(pk=number).first() if number < 2**63 else None
    if made is None:
        raise NotFound(_("There is no such merge."))
    listed = list_of(actor, made.object_name, made.field_name)
    require(actor, "merge", RIGHT)
    if made.undone_at is not None:
        return made
    _keep(actor, listed, _without_merge(listed.values, made))
    for one in made.rewritten:
        place = place_called(one["place"])
        if place is not None and place.standing(one["id"]) == one["after"]:
            place.write(one["id"], one["before"])
    run = BulkRun.objects.filter(pk=made.run).first() if made.run else None
    if run is not None and run.event_id is not None:
        undo(actor, run.event_id)
    made.undone_at = timezone.now()
    made.save(update_fields=["undone_at"])
    emit(events.MergeUndone(subject_id=made.pk, changes={"value": [made.new, made.old]}), actor=actor)
    return made


def _with_merge(values: Sequence[Choice], old: str, new: str) -> list[Choice]:
    """The list with `old` made `new`, and with it all that were made `old` before."""
    known = {c.value for c in values}
    found = [replace(c, into=new) if c.value == old or c.into == old else c for c in values]
    found = [replace(c, off=False, into="") if c.value == new else c for c in found]
    return found if old in known else [*found, Choice(old, "", into=new)]


def _without_merge(values: Sequence[Choice], made: ValueMerge) -> list[Choice]:
    """The list with the value as it stood before, and what was made it before made it again."""
    before = {c["value"]: Choice(**c) for c in made.values_before or ()}
    found = []
    for c in values:
        was = before.get(c.value)
        if c.value == made.old:
            found += [was] if was is not None else []
        elif was is not None and c.into == made.new and was.into == made.old:
            found.append(replace(c, into=made.old))
        else:
            found.append(c)
    return found


def _rewritten(target: Target) -> list[dict[str, Any]]:
    found = []
    for place, some in named(target):
        for one in some:
            place.write(one.id, one.after)
            found.append({"place": place.name, "id": one.id, "before": one.before, "after": one.after})
    return found


def _keep(actor: Actor, listed: Listed, values: Sequence[Choice]) -> None:
    if listed.sort == CUSTOM:
        default: Any = listed.default or None
        change_choices(
            actor=actor, object_name=listed.declared.name, name=listed.field.name, choices=values, default=default
        )  # fmt: skip
    else:
        is_gone = any(c.value == listed.default and c.into for c in values)
        merged = {c.value: c.into for c in values if c.into}
        write_values(listed, values, merged[listed.default] if is_gone else listed.default, actor)
