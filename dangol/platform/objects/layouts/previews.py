"""How an arrangement looks to a role, drawn with a record of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from dangol.platform.access.actor import Actor
from dangol.platform.objects.arranged.applied import Grouped, in_groups
from dangol.platform.objects.arranged.rules import FORM, PAGE, QUICK, RECORD, Arrangement, applied
from dangol.platform.objects.layouts.editing import Editor
from dangol.platform.objects.layouts.queries import as_role
from dangol.platform.objects.listing import ListQuery, rows_for
from dangol.platform.objects.new_record import form_inputs, possible_fields
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.ui.viewer import viewer_of


def preview_of(request: HttpRequest, shown: Editor) -> Mapping[str, Any]:
    """What the preview draws: the facts of the newest record that the viewer sees, the inputs of a form, or columns."""
    actor: Actor = as_role(request.actor, shown.role)  # type: ignore[attr-defined]
    if shown.part == RECORD:
        return {"page": _record(request, actor, shown)}
    if shown.part == PAGE:
        return {"columns": [(name, items) for _section, name, items in shown.sections]}
    return {"groups": _form(request, actor, shown), "is_line": shown.part == QUICK}


def _record(request: HttpRequest, actor: Actor, shown: Editor) -> RecordPage | None:
    declared = shown.declared
    viewer: Actor = request.actor  # type: ignore[attr-defined]
    if not viewer.may("see", declared.name):
        return None
    record = rows_for(declared, viewer, ListQuery()).order_by("-pk").first()
    return RecordPage(declared, actor, viewer_of(request), record, draft=shown.arrangement) if record else None


def _form(request: HttpRequest, actor: Actor, shown: Editor) -> list[Grouped]:
    declared = shown.declared
    fields = possible_fields(declared, actor)
    inputs = {i.field.name: i for i in form_inputs(declared, fields, actor, viewer_of(request), {}, {})}
    needed = {f.name for f in fields if f.is_required}
    hidden = [n for n in shown.arrangement.hidden if n not in needed]
    if shown.part == FORM:
        return in_groups(Arrangement(shown.arrangement.sections, tuple(hidden)), inputs, {})
    sections, rest = applied(shown.arrangement, inputs, needed)
    names = [i.name for s in sections for i in s.items] + [n for n in rest if n in needed]
    return [Grouped("", [(inputs[n], "") for n in names])]
