"""Writing layouts. Every process follows within a second, this one at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import Role
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import emit
from dangol.platform.objects.arranged.rules import PARTS, read
from dangol.platform.objects.layouts import current, events
from dangol.platform.objects.layouts.models import Layout
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.writing import NotFound

RIGHT = "layout"


@transaction.atomic
def save_layout(*, actor: Actor, object_name: str, part: str, role: str, content: Mapping[str, Any]) -> Layout:
    """Arrange a part of an object's pages for a role ("": for everybody); an empty content is the house's own again.

    `content` is as `rules.read` takes it. The layout carries the id of its event as `told_by`, where something changed.
    Raises Forbidden, NotFound, ValidationError.
    """
    require(actor, "change", RIGHT)
    arrangement = read(content)
    if content and (arrangement is None or not arrangement.names):
        raise ValidationError(_("This layout shows nothing."))
    found = _locked(object_name, part, role)
    before, after = found.content, arrangement.to_json() if arrangement else {}
    if before == after:
        return found
    if found.pk is None and found.role_id is not None:
        last = Layout.objects.filter(object_name=object_name, part=part).order_by("order").last()
        found.order = (last.order if last else 0) + 10
    found.content = after
    found.save()
    current.changed()
    told = emit(events.LayoutChanged(subject_id=found.pk, changes={"content": [before, after]}), actor=actor)
    found.told_by = told.id  # type: ignore[attr-defined]
    return found


def bring_back(*, actor: Actor, event_id: UUID) -> Layout:
    """Set a layout to what it was before an event. Raises Forbidden, NotFound, ValidationError."""
    require(actor, "change", RIGHT)
    told = EventRecord.objects.filter(pk=event_id, name=events.LayoutChanged.NAME).first()
    found = Layout.objects.select_related("role").filter(pk=told.subject_id or 0).first() if told else None
    if told is None or found is None:
        raise NotFound(_("There is no such layout any more."))
    before = told.changes["content"][0] if "content" in told.changes else {}
    role = found.role.name if found.role else ""
    return save_layout(actor=actor, object_name=found.object_name, part=found.part, role=role, content=before or {})


@transaction.atomic
def move_role(*, actor: Actor, object_name: str, part: str, role: str, is_up: bool) -> None:
    """Put the layout of a role above or below the next one: who has both gets the upper. Raises Forbidden, NotFound."""
    require(actor, "change", RIGHT)
    rows = list(
        Layout.objects.select_for_update(of=("self",)).select_related("role")
        .filter(object_name=object_name, part=part, role__isnull=False).order_by("order", "id")
    )  # fmt: skip
    place = next((n for n, row in enumerate(rows) if row.role and row.role.name == role), None)
    if place is None:
        raise NotFound(_("There is no such layout any more."))
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for n, row in enumerate(rows, 1):
        if row.order != n * 10:
            row.order = n * 10
            row.save(update_fields=["order"])
    current.changed()
    emit(events.LayoutChanged(subject_id=rows[other].pk, changes={"order": [place + 1, other + 1]}), actor=actor)


def _locked(object_name: str, part: str, role: str) -> Layout:
    """The layout, locked; a new one where there is none yet. Raises NotFound."""
    try:
        object_type(object_name)
    except UnknownObject as error:
        raise NotFound(_("There is no such object.")) from error
    holder = Role.objects.select_for_update().filter(name=role).first() if role else None
    if part not in PARTS or (role and holder is None):
        raise NotFound(_("There is no such layout any more."))
    rows = Layout.objects.select_for_update().filter(object_name=object_name, part=part, role=holder)
    return rows.first() or Layout(object_name=object_name, part=part, role=holder)
