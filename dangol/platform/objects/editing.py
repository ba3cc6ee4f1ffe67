"""Changing one record by hand: in place or on a page, and what happens when two people do it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects import cells, inputs, reading
from dangol.platform.objects.arranged.applied import form_fields
from dangol.platform.objects.dependents import hanging_on
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.files import take_files
from dangol.platform.objects.inputs import Clash
from dangol.platform.objects.listing import LEADING, called, ids_in, references
from dangol.platform.objects.new_record import by_field, writable
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.ruled_form import ruled
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.undoing.told import last_writer
from dangol.platform.objects.writing import Conflict, InTrash
from dangol.platform.ui import format
from dangol.platform.ui.viewer import viewer_of

Errors = Mapping[str, list[str]]


def _record_page(request: HttpRequest, declared: ObjectType, record_id: int) -> RecordPage:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id))


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Edit one field in place (`field=`), or all of them on a page of their own; only what was changed is written.

    Where somebody else changed the same field meanwhile, both values are shown (409) and one is chosen. Where it was
    put in the trash meanwhile, the form stays as it was typed (409) and offers to take the record out and save.
    """
    shown = _record_page(request, declared, record_id)
    is_lost = request.method == "POST" and shown.is_in_trash  # the form was drawn before somebody put it there
    may = reading.may(declared, shown.actor, shown.record, "change") if is_lost else shown.may["change"]
    if declared.change is None or not may:
        raise Forbidden("change", declared.name)
    fields = _fields(request, shown)
    if request.method == "GET" or "_search" in request.POST:
        return _form(request, shown, fields, {}, 200)
    values, errors = inputs.read(fields, request.POST)
    if errors:
        return _form(request, shown, fields, errors, 422)
    touched = inputs.touched(fields, request.POST) - _given_up(request, fields)
    try:
        with transaction.atomic():
            if "take_out" in request.POST and declared.restore is not None:
                declared.restore(actor=shown.actor, record_id=record_id)
            kept = {n: v for n, v in values.items() if n in touched}
            changed = declared.change(
                actor=shown.actor, record_id=record_id,
                values={**kept, **take_files(request, declared, shown.actor, record_id, fields)},
                expected=_expected(request, fields),
            )  # fmt: skip
    except ValidationError as error:
        return _form(request, shown, fields, by_field(error), 422)
    except Conflict as conflict:
        return _form(request, shown, fields, {}, 409, conflict)
    return _after(request, declared, changed, fields)


def _fields(request: HttpRequest, shown: RecordPage) -> list[Field]:
    fields = [f for f in writable(shown.declared, shown.actor) if f.is_editable]
    asked = request.GET.get("field", "")
    if not asked:
        return form_fields(shown.declared.name, shown.actor, fields)
    fields = [f for f in fields if f.name == asked]
    if not fields:
        raise Forbidden("change", shown.declared.name, _("This field cannot be changed here."))
    return fields


def _in_place(request: HttpRequest) -> bool:
    return bool(request.GET.get("field") and getattr(request, "htmx", False))


def _given_up(request: HttpRequest, fields: list[Field]) -> set[str]:
    """Fields in which the other's value was chosen."""
    return {f.name for f in fields if request.POST.get(f"choose_{f.name}") == "theirs"}


def _expected(request: HttpRequest, fields: list[Field]) -> dict[str, str]:
    """What stood in each field as the person saw it: when the form was drawn, or when one's own value was chosen."""
    found = {}
    for f in fields:
        is_chosen = request.POST.get(f"choose_{f.name}") == "mine"
        name = f"theirs_{f.name}" if is_chosen else f"expected_{f.name}"
        if name in request.POST:
            found[f.name] = request.POST[name]
    return found


def _after(request: HttpRequest, declared: ObjectType, changed: Any, fields: list[Field]) -> HttpResponse:
    told_by = getattr(changed, "told_by", None)
    if not _in_place(request):
        if told_by:
            messages.success(request, _("Saved."), extra_tags=f"undo:/undo/{told_by}")
        return redirect(f"/{declared.slug}/{changed.pk}")
    fresh = _record_page(request, declared, changed.pk)
    f = fields[0]
    if "cell" in request.GET:
        answer = HttpResponse(cells.shown(f, fresh.row.values.get(f.name), fresh.record, fresh.viewer))
    else:
        answer = render(request, "objects/fact.html", {"fact": fresh.fact(f, fresh.row.values.get(f.name), True)})
    if told_by:
        answer["HX-Trigger"] = json.dumps({"toast": {"text": _("Saved."), "undo": f"/undo/{told_by}"}})
    return answer


def _form(
    request: HttpRequest, shown: RecordPage, fields: list[Field], errors: Errors, status: int,
    conflict: Conflict | None = None,
) -> HttpResponse:  # fmt: skip
    sent = request.POST
    drawn = []
    for f in fields:
        value = shown.row.values.get(f.name)
        one = inputs.input_for(f, shown.actor, value, errors=errors.get(f.name, ()), required=f.is_required,
                               typed=sent.get(f"{f.name}__q", ""))  # fmt: skip
        if f.name in sent or (sent and f.kind in ("bool", "choices", "relations")):
            if f.kind == "relations":
                ticked = references(f, shown.actor, set(ids_in(inputs.sent_text(f, sent).split(","))))
                one.options = inputs.options_of(f, shown.actor, list(ticked.values()), one.typed)
            one.value, one.expected = inputs.sent_text(f, sent), sent.get(f"expected_{f.name}", one.expected)
        if conflict is not None and f.name in conflict.current:
            one.clash = _clash(shown, f, conflict.current[f.name], dict(one.options), one.value)
        drawn.append(one)
    if not request.GET.get("field"):
        drawn = ruled(shown.declared, drawn, shown.record, sent)
    is_clash = conflict is not None and not isinstance(conflict, InTrash)
    context = {
        "page": shown,
        "declared": shown.declared,
        "inputs": drawn,
        "errors": [
            *errors.get("__all__", ()),
            *([str(conflict)] if is_clash and not _in_place(request) else []),
        ],
        "ending": "&cell=1" if "cell" in request.GET else "",
        "lost": _lost(shown) if isinstance(conflict, InTrash) else None,
    }
    template = "objects/fact_form.html" if _in_place(request) else "objects/form.html"
    return render(request, template, context, status=status)


def _lost(shown: RecordPage) -> dict[str, Any]:
    """Who put the record in the trash and when, and whether it can be taken out here."""
    since = last_writer(shown.declared.name, shown.record.pk, "deleted_at")
    when = format.moment(since.record.occurred_at, shown.viewer.language, shown.viewer.time_zone) if since else ""
    can = shown.may["delete"] and shown.declared.restore is not None
    return {"who": since.who if since else "", "when": when, "can_take_out": can}


def _clash(shown: RecordPage, f: Field, standing: Any, options: Mapping[str, str], mine: str) -> Clash:
    since = last_writer(shown.declared.name, shown.record.pk, f.name)
    when = format.moment(since.record.occurred_at, shown.viewer.language, shown.viewer.time_zone) if since else ""
    theirs = cells.plain(f, standing, shown.viewer)
    if f.kind in LEADING:
        theirs = called(f, shown.actor, standing)
    values, _errors = inputs.read([f], {f.name: mine})
    said = options.get(mine) or cells.plain(f, values.get(f.name), shown.viewer)
    return Clash(theirs, said, inputs.expected(standing), since.who if since else "", when)


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Put a record in the trash; the toast says what hangs on it and offers to take it back."""
    if declared.trash is None:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    gone = declared.trash(actor=actor, record_id=record_id)
    text = _("“%(name)s” is in the trash.") % {"name": declared.title(gone)}
    hanging = ", ".join(f"{label} {format.number(count)}" for label, count in hanging_on(declared, actor, record_id))
    if hanging:
        text += " " + _("What hangs on it stays: %(what)s.") % {"what": hanging}
    told_by = getattr(gone, "told_by", None)
    way = f"/undo/{told_by}" if told_by else f"/{declared.slug}/{record_id}/restore"
    messages.success(request, text, extra_tags=f"undo:{way}")
    return redirect(f"/{declared.slug}")


@require_POST
@for_staff
def restore(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Take a record out of the trash."""
    if declared.restore is None:
        raise Http404
    back = declared.restore(actor=request.actor, record_id=record_id)  # type: ignore[attr-defined]
    told_by = getattr(back, "told_by", None)
    messages.success(request, _("It is back."), extra_tags=f"undo:/undo/{told_by}" if told_by else "")
    return HttpResponseRedirect(f"/{declared.slug}/{record_id}")
