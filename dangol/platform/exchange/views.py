"""The wizard: a file, its columns, a dry run, the run, what came of it. Every step works without script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.db.errors import CannotContinue
from dangol.platform.exchange import forms
from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.mappings import forget_mapping, mappings_of, save_mapping
from dangol.platform.exchange.meant import read_meanings, shown_meanings
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.presets import NOT_TRIED, preset_called
from dangol.platform.exchange.put_aside import put_aside_csv
from dangol.platform.exchange.queries import importers_for, put_aside_rows, run_for, runs_for
from dangol.platform.exchange.queueing import queue_run
from dangol.platform.exchange.records.meanings import LEFT_BLANK
from dangol.platform.exchange.registry import importer
from dangol.platform.exchange.services import (
    LARGEST_UPLOAD,
    ask_to_stop,
    choose,
    forget_run,
    read_again,
    start_run,
    table_of,
    use_mapping,
)

State = ImportRun.State


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@login_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; and the runs so far."""
    return _start_page(request)


def _start_page(request: HttpRequest, error: CannotContinue | None = None, kind: str = "") -> HttpResponse:
    actor = _actor(request)
    known = importers_for(actor)
    asked = kind or request.GET.get("kind", "")
    context = {
        "importers": known, "chosen": next((k for k in known if k.name == asked), known[0]),
        "runs": list(runs_for(actor)), "error": error, "step": 1,
        "limit_mb": LARGEST_UPLOAD // 1024**2,
    }  # fmt: skip
    return render(request, "exchange/start.html", context, status=422 if error else 200)


@login_required
@require_POST
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Take the file and go on to its columns."""
    if kind not in {known.name for known in importers_for(_actor(request))}:
        raise Http404
    given = request.FILES.get("file")
    if given is None:
        return _start_page(request, BadFile(_("No file was chosen."), _("Choose a file.")), kind)
    try:
        password = request.POST.get("password", "")
        run = start_run(actor=_actor(request), kind=kind, upload=given, password=password)
    except CannotContinue as error:
        return _start_page(request, error, kind)
    return redirect("exchange:run", run.pk)


@login_required
@require_GET
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The page of a run, whatever it is at."""
    run = run_for(_actor(request), run_id)
    if run.is_busy:
        return render(request, "exchange/working.html", _working(run))
    if run.state == State.DONE:
        return render(request, "exchange/done.html", _result(run) | {"step": 5})
    if run.is_begun:
        return render(request, "exchange/begun.html", {"run": run, "importer": importer(run.kind), "step": 4})
    if run.state == State.CHECKED and request.GET.get("step") != "columns":
        return render(request, "exchange/checked.html", _result(run) | {"step": 3})
    return _columns_page(request, run)


def _columns_page(
    request: HttpRequest, run: ImportRun, error: CannotContinue | None = None, mapping: dict[str, int] | None = None
) -> HttpResponse:
    chosen = importer(run.kind)
    context: dict[str, Any] = {
        "run": run, "importer": chosen, "error": error, "step": 2, "saved": mappings_of(run.kind),
        "fields": chosen.fields_for(_actor(request)),
        "preset": preset_called(run.kind, str(run.options.get("preset", ""))), "not_tried": NOT_TRIED,
        "encodings": forms.ENCODINGS,
        "may_see_console": _actor(request).may("see", "console"),
        "separators": forms.SEPARATORS.items(), "choices": forms.shown_choices(chosen, run.options),
    }  # fmt: skip
    try:
        table = table_of(run)
        taken = run.mapping if mapping is None else mapping
        context |= {
            "table": table,
            "columns": forms.column_rows(table, taken),
            "missing": _missing(run.kind, taken),
            "meanings": shown_meanings(chosen, run, table, taken),
            "left_blank": LEFT_BLANK,
        }
    except CannotContinue as problem:
        context["error"] = problem
    return render(request, "exchange/columns.html", context, status=422 if error else 200)


def _missing(kind: str, mapping: dict[str, int]) -> list[Any]:
    return [field.label for field in importer(kind).fields if field.is_required and field.name not in mapping]


@login_required
@require_POST
def columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Keep columns and choices, and begin the dry run; or, with `again`, read the file in another way."""
    run = run_for(_actor(request), run_id)
    if run.is_busy or run.state == State.DONE:
        return redirect("exchange:run", run.pk)
    chosen = importer(run.kind)
    mapping: dict[str, int] | None = None
    try:
        if "use" in request.POST or "forget_mapping" in request.POST:
            _saved(request, run)
            return redirect(f"{reverse('exchange:run', args=[run.pk])}?step=columns")
        if "again" in request.POST:
            read_again(actor=_actor(request), run=run, how=request.POST.dict())
            return redirect(f"{reverse('exchange:run', args=[run.pk])}?step=columns")
        run.options = forms.read_options(chosen, request.POST, run.options)
        run.options["meanings"] = read_meanings(chosen, request.POST, run.options.get("meanings") or {})
        header = table_of(run).header
        mapping = {}
        mapping = forms.read_mapping(chosen, request.POST, header)
        choose(actor=_actor(request), run=run, mapping=mapping, options=run.options)
        if name := request.POST.get("save_as", "").strip():
            save_mapping(actor=_actor(request), run=run, header=header, name=name)
    except CannotContinue as error:
        return _columns_page(request, run, error, mapping)
    queue_run(actor=_actor(request), run=run, is_dry=True)
    return redirect("exchange:run", run.pk)


def _saved(request: HttpRequest, run: ImportRun) -> None:
    """Take a saved mapping over into the run, or forget it."""
    name = request.POST.get("mapping", "")
    if "use" in request.POST:
        use_mapping(actor=_actor(request), run=run, name=name)
    else:
        forget_mapping(actor=_actor(request), kind=run.kind, name=name)


@login_required
@require_POST
def begin(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Begin the import itself, or go on with one that was stopped or broke in the middle."""
    run = run_for(_actor(request), run_id)
    if run.state == State.CHECKED or run.is_begun:
        queue_run(actor=_actor(request), run=run, is_dry=False)
    return redirect("exchange:run", run.pk)


@login_required
@require_GET
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far the job is, as a fragment; once it is over the whole page is loaded anew."""
    run = run_for(_actor(request), run_id)
    if not run.is_busy:
        return HttpResponse(headers={"HX-Redirect": reverse("exchange:run", args=[run.pk])})
    return render(request, "exchange/working.html#job", _working(run))


@login_required
@require_POST
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the job to stop."""
    run = run_for(_actor(request), run_id)
    ask_to_stop(actor=_actor(request), run=run)
    return redirect("exchange:run", run.pk)


@login_required
@require_POST
def forget(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Throw away a run that was not carried out."""
    run = run_for(_actor(request), run_id)
    if not run.is_busy and run.state != State.DONE and not run.is_begun:
        forget_run(actor=_actor(request), run=run)
    return redirect("exchange:import")


@login_required
@require_GET
def put_aside(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The rows that were put aside, as CSV to mend."""
    run = run_for(_actor(request), run_id)
    try:
        header = list(table_of(run).header) if run.stored_as else list(run.options.get("header", []))
    except BadFile as error:
        raise Http404(error.sentence) from error
    answer = StreamingHttpResponse(put_aside_csv(run, header), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="put-aside-{run.pk.hex[-8:]}.csv"'
    return answer


def _working(run: ImportRun) -> dict[str, Any]:
    is_stopping = bool(run.progress and run.progress.stop_asked)
    step = 3 if run.state == State.CHECKING else 4
    return {"run": run, "progress": run.progress, "importer": importer(run.kind), "step": step,
            "is_stopping": is_stopping}  # fmt: skip


def _result(run: ImportRun) -> dict[str, Any]:
    chosen = importer(run.kind)
    return {
        "run": run, "result": run.result, "importer": chosen, "figures": forms.figures(run),
        "reasons": forms.reasons(run), "rows": put_aside_rows(run),
        "amounts": forms.amounts(run) if "amount_imported" in run.result else None, "header": _header(run),
    }  # fmt: skip


def _header(run: ImportRun) -> list[str]:
    try:
        return list(table_of(run).header) if run.stored_as else []
    except CannotContinue:
        return []
