"""One change to several records: chosen in a list, shown before it is done, undone with one click after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import cells, inputs
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.listing import rows_with_values
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.writing import Conflict
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of

AT_MOST = 200


@require_POST
@for_staff
def change(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Choose a field and a value, see what would change, apply. `step` is "" (choose), preview or apply."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "bulk", declared.name)
    if declared.change is None:
        raise Http404
    records = _chosen(request, declared, actor, "change")
    fields = [f for f in declared.fields if f.is_editable and actor.field_right(declared.name, f.name) == "edit"]
    field = next((f for f in fields if f.name == request.POST.get("field")), None)
    if not records:
        return error_page(request, 400, _("Select at least one row that you may change."), way_out=f"/{declared.slug}")
    values, errors = inputs.read([field], request.POST) if field else ({}, {})
    step = request.POST.get("step", "")
    if field and step == "apply" and not errors:
        failed = _apply(request, declared, actor, records, field, values[field.name])
        if not failed:
            return redirect(f"/{declared.slug}")
        errors = {field.name: failed}
    context = _context(request, declared, actor, records, fields, field, values, errors)
    context["is_preview"] = bool(field and step in ("preview", "apply") and not errors)
    return render(request, "objects/bulk.html", context, status=422 if errors else 200)


def _chosen(request: HttpRequest, declared: ObjectType, actor: Actor, action: str) -> list[Any]:
    ids = [int(i) for i in request.POST.getlist("id") if i.isdigit()][:AT_MOST]
    return list(declared.model.objects.visible_to(actor, action).filter(pk__in=ids).order_by("pk"))


def _context(
    request: HttpRequest, declared: ObjectType, actor: Actor, records: list[Any], fields: list[Field],
    field: Field | None, values: dict[str, Any], errors: dict[str, list[str]],
) -> dict[str, Any]:  # fmt: skip
    viewer = viewer_of(request)
    rows = rows_with_values(declared, actor, records, [field] if field else [])
    drawn = (
        inputs.input_for(field, actor, request.POST.get(field.name, ""), errors=errors.get(field.name, ()))
        if field
        else None
    )
    before = (
        [(declared.title(r.record), cells.shown(field, r.values[field.name], r.record, viewer)) for r in rows]
        if field
        else []
    )
    after = (
        dict(drawn.options).get(drawn.value, cells.plain(field, values.get(field.name), viewer))
        if field and drawn
        else ""
    )
    return {
        "declared": declared, "records": records, "fields": fields, "field": field, "input": drawn,
        "titles": [declared.title(r) for r in records], "before": before, "after": after, "at_most": AT_MOST,
        "is_cut": len(request.POST.getlist("id")) > AT_MOST,
    }  # fmt: skip


def _apply(
    request: HttpRequest, declared: ObjectType, actor: Actor, records: list[Any], field: Field, value: Any
) -> list[str]:
    assert declared.change is not None
    old = _standing(declared, actor, records, field)
    try:
        with transaction.atomic():
            for record in records:
                declared.change(actor=actor, record_id=record.pk, values={field.name: value})
    except ValidationError as error:
        return error.messages
    fresh = list(declared.model.objects.visible_to(actor).filter(pk__in=[r.pk for r in records]))
    new = _standing(declared, actor, fresh, field)
    key = _remember(request, {"do": "change", "field": field.name, "old": old, "new": new})
    text = ngettext("%(count)d record changed.", "%(count)d records changed.", len(records)) % {"count": len(records)}
    messages.success(request, text, extra_tags=f"undo:/{declared.slug}/bulk/undo?key={key}")
    return []


def _standing(declared: ObjectType, actor: Actor, records: list[Any], field: Field) -> dict[str, str]:
    """What stands in the field of each record, as the guard against overwriting compares it."""
    rows = rows_with_values(declared, actor, records, [field])
    return {str(row.id): inputs.expected(row.values[field.name]) for row in rows}


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Put the selected records in the trash; the toast takes them back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if declared.trash is None:
        raise Http404
    records = _chosen(request, declared, actor, "delete")
    if not records:
        return error_page(request, 400, _("Select at least one row that you may delete."), way_out=f"/{declared.slug}")
    with transaction.atomic():
        for record in records:
            declared.trash(actor=actor, record_id=record.pk)
    key = _remember(request, {"do": "trash", "ids": [r.pk for r in records]})
    text = ngettext("%(count)d record is in the trash.", "%(count)d records are in the trash.", len(records))
    messages.success(request, text % {"count": len(records)}, extra_tags=f"undo:/{declared.slug}/bulk/undo?key={key}")
    return redirect(f"/{declared.slug}")


@require_POST
@for_staff
def undo(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Take back the last bulk change of this person; rows that somebody changed since stay as they are."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = request.session.pop("bulk_undo", None)
    if not kept or kept["key"] != request.GET.get("key"):
        return error_page(request, 400, _("This can no longer be undone."), way_out=f"/{declared.slug}")
    skipped = _take_back(declared, actor, kept)
    text = (
        _("Undone.")
        if not skipped
        else _("Undone, but for %(count)d that somebody changed since.") % {"count": skipped}
    )
    messages.success(request, text)
    return redirect(f"/{declared.slug}")


def _take_back(declared: ObjectType, actor: Actor, kept: dict[str, Any]) -> int:
    if kept["do"] == "trash":
        assert declared.restore is not None
        for record_id in kept["ids"]:
            declared.restore(actor=actor, record_id=record_id)
        return 0
    assert declared.change is not None
    name, skipped = kept["field"], 0
    empty = False if any(f.name == name and f.kind == "bool" for f in declared.fields) else None
    for record_id, old in kept["old"].items():
        expected = {name: kept["new"].get(record_id, "")}
        try:
            with transaction.atomic():
                declared.change(actor=actor, record_id=int(record_id), values={name: old or empty}, expected=expected)
        except (Conflict, ValidationError):
            skipped += 1
    return skipped


def _remember(request: HttpRequest, what: dict[str, Any]) -> str:
    key = get_random_string(12)
    request.session["bulk_undo"] = {"key": key, **what}
    return key
