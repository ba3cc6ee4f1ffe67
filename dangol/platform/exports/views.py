"""Taking a list out (the form, the answer at once or a job), and the page on which one's files wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.exports import folder, services
from dangol.platform.exports.making import make_list, viewer_for
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.queries import run_for, runs_of
from dangol.platform.exports.queueing import list_names, order_list
from dangol.platform.exports.rules import KEPT, LARGE, SMALL, disposition
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects import words
from dangol.platform.objects.address import Address
from dangol.platform.objects.entrance import address_of, for_staff
from dangol.platform.objects.export_page import (
    SEPARATOR_WORDS,
    VALUES,
    as_file,
    form_of,
    later,
    too_many,
)
from dangol.platform.objects.export_places import TooManyExports, handed_out, take_place
from dangol.platform.objects.exporting import Form, begin_export, exported_columns, plan_export
from dangol.platform.objects.listing import ListQuery, count, rows_for
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.viewer import viewer_of

_BLOCK = 256 * 1024
_STREAMED = ("csv", "jsonl")


@require_http_methods(["GET", "POST"])
@for_staff
def export(request: HttpRequest, declared: ObjectType) -> HttpResponseBase:
    """GET asks for the form of the file; POST answers with it, or lets a job make it.

    The list's own parameters say what is taken. `later` asks for a job, `now` for an answer at once however large.
    """
    actor = _actor(request)
    require(actor, "export", declared.name)
    asked = request.POST if request.method == "POST" else request.GET
    address = address_of(request, declared, asked)
    query = replace(address.query, after="")
    fields = fields_for(declared, actor)
    if asked.get("which") == "all":
        query = replace(query, columns=[f.name for f in fields.values() if f.kind != "custom"])
    if request.method == "POST":
        try:
            return _taken(request, declared, address, query)
        except TooManyExports as error:
            return too_many(request, error, address.url())
    rows_for(declared, actor, query)
    context = {
        "declared": declared, "address": address, "columns": exported_columns(declared, fields, query),
        "count": count(declared, actor, query), "chips": words.chips(address, actor, viewer_of(request)),
        "is_narrow": actor.scope("export", declared.name) != "all", "large": LARGE, "days": KEPT.days,
        "values": VALUES, "separators": SEPARATOR_WORDS, "all_count": sum(f.kind != "custom" for f in fields.values()),
    }  # fmt: skip
    return render(request, "exports/ask.html", context)


def _taken(request: HttpRequest, declared: ObjectType, address: Address, query: ListQuery) -> HttpResponseBase:
    actor, viewer, form = _actor(request), viewer_of(request), form_of(request.POST)
    title = address.view.name if isinstance(address.view, SavedView) else ""
    if _is_for_later(request.POST, form, declared, query, actor):
        order_list(actor=actor, declared=declared, query=query, form=form, viewer=viewer, title=title)
        messages.success(request, _("The file is being made. It will wait for you here."))
        return redirect("exports:list")
    names = list_names(declared, viewer, form.kind, title)
    if form.kind in _STREAMED:
        found = begin_export(actor=actor, declared=declared, query=query, form=form, viewer=viewer)
        return as_file(request, declared, found, disposition(names["file_name"], names["ascii_name"]))
    return _made_now(request, declared, query, form, names)


def _is_for_later(asked: QueryDict, form: Form, declared: ObjectType, query: ListQuery, actor: Actor) -> bool:
    if asked.get("later"):
        return True
    if asked.get("now") and form.kind in _STREAMED:
        return False
    most = LARGE if form.kind in _STREAMED else SMALL
    rows = plan_export(actor, declared, query).rows(actor).order_by()
    return bool(rows.values("pk")[: most + 1].count() > most)


def _made_now(
    request: HttpRequest, declared: ObjectType, query: ListQuery, form: Form, names: dict[str, str]
) -> HttpResponseBase:
    """A small file of a kind that has to be whole before its first byte can leave."""
    actor, viewer = _actor(request), viewer_of(request)
    plan, run = plan_export(actor, declared, query), ExportRun()
    place = take_place(actor, declared.name)
    reader = viewer_for(actor, viewer.language, viewer.time_zone)
    with folder.workshop(run.pk) as here:
        rows = make_list(here / "file", plan, form, reader, lambda: actor, Tracker(None))
        content = (here / "file").read_bytes()
    pieces = handed_out(place, iter([content]))
    answer = _answer(request, pieces, form.content_type, disposition(names["file_name"], names["ascii_name"]))
    answer["X-Total-Count"] = str(rows)
    return answer


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The files that one asked for: being made, ready, failed. Asked again as a fragment while one is being made."""
    actor = _actor(request)
    runs = runs_of(actor)
    services.mark_seen(actor=actor)
    context = {
        "runs": [r for r in runs if not r.is_busy], "busy": [r for r in runs if r.is_busy], "days": KEPT.days,
        "may_company": actor.may("export", "workspace"),
    }  # fmt: skip
    part = "#files" if request.headers.get("HX-Request") and request.GET.get("part") else ""
    return render(request, f"exports/mine.html{part}", context)


@login_required
@require_GET
def download(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The file, for whoever asked for it and still may have it."""
    run = _run(request, run_id)
    path = folder.path_of(run.pk)
    if not run.is_ready or not path.is_file():
        raise NotFound(_("This file is not there any more. Export the list again."))
    services.fetch(actor=_actor(request), run=run)
    answer = _answer(request, _blocks(path), run.content_type, disposition(run.file_name, run.ascii_name))
    answer["Content-Length"] = str(run.size)
    answer["X-Total-Count"] = str(run.rows)
    return answer


@login_required
@require_POST
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the job to stop."""
    services.ask_to_stop(actor=_actor(request), run=_run(request, run_id))
    return redirect("exports:list")


@login_required
@require_POST
def take_away(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Remove a file before its time, or the line of one that failed."""
    services.remove(actor=_actor(request), run=_run(request, run_id))
    messages.success(request, _("Removed."))
    return redirect("exports:list")


def _run(request: HttpRequest, run_id: UUID) -> ExportRun:
    run = run_for(_actor(request), run_id)
    if run is None:
        raise NotFound(_("There is no such file, or it is somebody else's."))
    return run


def _answer(request: HttpRequest, pieces: Iterator[bytes], content_type: str, named: str) -> StreamingHttpResponse:
    given: Any = later(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(given, content_type=content_type)
    answer["Content-Disposition"] = named
    answer["Content-Encoding"] = "identity"
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
