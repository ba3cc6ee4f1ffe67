"""Pages of a bulk write: choose fields and values, look at what changes, confirm, watch it go, stop it, undo it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.models import BulkRun
from dangol.platform.objects import inputs
from dangol.platform.objects.bulk.chosen import Chosen
from dangol.platform.objects.bulk.previews import Preview, preview
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.replacing import REPLACE
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.undoing.runs import ask_to_stop, begin
from dangol.platform.objects.undoing.telling import counts, left_words, run_title, tell_run
from dangol.platform.objects.writing import RecordWriter, writer_of
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of

Action = BulkRun.Action


@require_http_methods(["GET", "POST"])
@for_staff
def change(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Choose fields and values, see what would change, apply. `step` is "" (choose), fill, preview or apply."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "bulk", declared.name)
    writer = _writer(declared, declared.change)
    chosen = Chosen.read(request, declared, actor)
    possible = [f for f in declared.fields if _is_open(f, writer, actor, declared)]
    fields = [f for f in possible if f.name in request.POST.getlist("field")]
    if not chosen.open_for("change").exists():
        return error_page(request, 400, _nothing_to_change(chosen), way_out=chosen.of)
    step = request.POST.get("step", "")
    values, errors = inputs.read(fields, request.POST) if fields and step in ("preview", "apply") else ({}, {})
    if fields and step == "apply" and not errors:
        try:
            rows = chosen.open_for("change")
            run = begin(actor=actor, action=Action.CHANGE, object_name=declared.name, rows=rows, values=values)
            return _done(request, run, chosen.of)
        except ValidationError as error:
            errors = by_field(error)
    shown = None
    if fields and step in ("preview", "apply") and not errors:
        shown = preview(chosen, writer, fields, values, viewer_of(request))
        errors = dict(shown.errors)  # type: ignore[arg-type]
    return _page(request, chosen, possible, fields, shown, errors)


def _nothing_to_change(chosen: Chosen) -> str:
    if chosen.seen.filter(deleted_at__isnull=False).exists():
        return _("These records lie in the trash. Take them out first, then change them.")
    return _("Select at least one row that you may change.")


def _page(
    request: HttpRequest, chosen: Chosen, possible: list[Field], fields: list[Field], shown: Preview | None,
    errors: dict[str, list[str]],
) -> HttpResponse:  # fmt: skip
    drawn = []
    for f in fields:
        one = inputs.input_for(f, chosen.actor, request.POST.get(f.name, ""), errors=errors.get(f.name, ()),
                               typed=request.POST.get(f"{f.name}__q", ""))  # fmt: skip
        drawn.append(one)
    known = {f.name for f in fields}
    context = {
        "declared": chosen.declared, "chosen": chosen, "fields": possible, "picked": fields, "inputs": drawn,
        "preview": None if errors else shown, "number": chosen.seen.order_by().count(),
        "errors": [text for name, texts in errors.items() if name not in known for text in texts],
    }  # fmt: skip
    return render(request, "objects/bulk.html", context, status=422 if errors else 200)


def _is_open(f: Field, writer: RecordWriter, actor: Actor, declared: ObjectType) -> bool:
    is_written = f.is_editable and f.kind != "file" and f.name in writer.writable and f.name not in writer.fixed
    return is_written and actor.field_right(declared.name, f.name) == "edit"


def _writer(declared: ObjectType, service: Any) -> RecordWriter:
    writer = writer_of(declared.name)
    if writer is None or service is None:
        raise Http404
    return writer


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Put the selected records in the trash; the toast takes them back. All that match are counted first."""
    _writer(declared, declared.trash)
    return _move(request, declared, Action.TRASH)


@require_POST
@for_staff
def restore(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Take the selected records out of the trash. All that match are counted first."""
    _writer(declared, declared.restore)
    return _move(request, declared, Action.RESTORE)


def _move(request: HttpRequest, declared: ObjectType, action: BulkRun.Action) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = Chosen.read(request, declared, actor)
    if chosen.is_all:
        require(actor, "bulk", declared.name)
    require(actor, "delete", declared.name)
    rows = chosen.open_for("delete")
    if not rows.exists():
        return error_page(request, 400, _("Select at least one row that you may delete."), way_out=chosen.of)
    if chosen.is_all and request.POST.get("step") != "apply":
        number, may = chosen.seen.order_by().count(), rows.order_by().count()
        context = {"declared": declared, "chosen": chosen, "number": may, "left": number - may, "action": action}
        return render(request, "objects/bulk_move.html", context)
    return _done(request, begin(actor=actor, action=action, object_name=declared.name, rows=rows), chosen.of)


def _done(request: HttpRequest, run: BulkRun, way_back: str) -> HttpResponse:
    """A long run is watched on its own page; a short one is told in a toast over the list."""
    if run.finished_at is None:
        return redirect("objects:bulk_run", run.pk)
    tell_run(request, run)
    return redirect(way_back)


@login_required
@require_GET
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run: how far it is, or what came of it. HTMX asks for the job alone while it goes."""
    run = _run(request, run_id)
    part = ""
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        if run.finished_at is not None:
            return HttpResponse(headers={"HX-Redirect": request.path})
        part = "#job"
    declared = object_type(run.object_name)
    context = {
        "run": run, "declared": declared, "title": run_title(run), "progress": run.progress, "counts": counts(run),
        "left": left_words(run, request.actor), "rest": sum(run.left.values()),  # type: ignore[attr-defined]
        "is_stopping": bool(run.progress and run.progress.stop_asked),
        "list_url": f"/setup/lists/{declared.slug}/{run.values[REPLACE]['field']}" if REPLACE in run.values else "",
    }  # fmt: skip
    return render(request, f"objects/bulk_run.html{part}", context)


@login_required
@require_POST
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask a run to stop after its batch; what it has done by then stays, and can be undone."""
    run = _run(request, run_id)
    ask_to_stop(actor=request.actor, run=run)  # type: ignore[attr-defined]
    return redirect("objects:bulk_run", run.pk)


def _run(request: HttpRequest, run_id: UUID) -> BulkRun:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    run = BulkRun.objects.select_related("progress").filter(pk=run_id, user_id=actor.user_id or 0).first()
    if run is None:
        raise Http404
    return run
