"""The page of an undo: what would be taken back, what would not and why; and the button that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.events.titles import TITLES, EventTitle
from dangol.platform.objects import cells
from dangol.platform.objects.hung import hung_of, url_of
from dangol.platform.objects.listing import called, references
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.types import Field
from dangol.platform.objects.undoing.judging import CHANGED, Verdict
from dangol.platform.objects.undoing.planning import Plan, plan_undo
from dangol.platform.objects.undoing.services import StillRunning, undo
from dangol.platform.objects.undoing.telling import LeftRow, left_counts, left_rows, named, tell_run
from dangol.platform.objects.undoing.told import last_writers
from dangol.platform.objects.writing import writer_of
from dangol.platform.ui import format
from dangol.platform.ui.viewer import Viewer, viewer_of


@dataclass(frozen=True)
class Back:
    """One row that would be taken back: (label, now, then) of each field, or what happens to it as a whole."""

    title: str
    url: str
    changes: list[tuple[Any, str, str]]
    move: str


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Show what an undo would do (GET), or do it (POST): many rows by a job that can be watched."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        return _do(request, actor, event_id)
    plan = plan_undo(actor, event_id)
    title = TITLES.get(plan.record.name, EventTitle(plan.record.name))
    viewer = viewer_of(request)
    context = {
        "plan": plan, "title": title, "rows": [_back(actor, viewer, v) for v in plan.shown],
        "left": left_counts(plan.left), "kept": _kept(actor, viewer, plan), "way_back": _place(plan.record),
        "number": plan.total,
    }  # fmt: skip
    return render(request, "objects/undo.html", context)


def _do(request: HttpRequest, actor: Actor, event_id: UUID) -> HttpResponse:
    is_fetched = request.headers.get("X-Requested-With") == "fetch"
    try:
        run = undo(actor, event_id)
    except StillRunning as error:
        messages.warning(request, str(error))
        return HttpResponse(status=204) if is_fetched else redirect("objects:undo", event_id)
    if run.finished_at is None:
        return HttpResponse(status=204) if is_fetched else redirect("objects:bulk_run", run.pk)
    tell_run(request, run)
    if is_fetched:
        return HttpResponse(status=204)
    assert run.undoes is not None
    return redirect(_back_to(request, EventRecord.objects.get(pk=run.undoes)))


def _back_to(request: HttpRequest, record: EventRecord) -> str:
    """The page from which one came, else the record, else its list."""
    came = request.META.get("HTTP_REFERER", "")
    path = urlsplit(came).path
    is_ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    if is_ours and not path.startswith(("/undo/", "/bulk/")):
        query = urlsplit(came).query
        return f"{path}?{query}" if query else path
    return _place(record)


def _place(record: EventRecord) -> str:
    hung = hung_of(record.subject)
    if hung is not None:
        rows: Any = hung.model.objects.for_system("the record on which a note or a file hangs")
        row = rows.filter(pk=record.subject_id).first()
        return url_of(row.object_name, row.record_id) if row else "/"
    try:
        slug = object_type(record.subject).slug
    except UnknownObject:
        return "/"
    return f"/{slug}/{record.subject_id}" if record.subject_id else f"/{slug}"


def _back(actor: Actor, viewer: Viewer, verdict: Verdict) -> Back:
    record = verdict.record
    title, url, shown = named(actor, verdict.told.subject, record)
    writer = writer_of(verdict.told.subject)
    assert writer is not None
    changes = []
    for name, value in verdict.values.items():
        f = shown.get(name)
        if f is not None:
            now = getattr(record, writer.column(name).attname)
            changes.append((f.label, _say(f, actor, viewer, now), _say(f, actor, viewer, value)))
    words = {"trash": _("goes to the trash"), "restore": _("comes out of the trash")}
    move = words.get(verdict.move, _("its lines too") if verdict.parts else "")
    return Back(title, url, changes, move)


def _say(f: Field, actor: Actor, viewer: Viewer, value: Any) -> str:
    if f.kind == "relations":
        return called(f, actor, value)
    if f.kind in ("relation", "user", "file") and value:
        known = references(f, actor, {int(value)}).get(int(value))
        return known.title if known else str(value)
    return cells.plain(f, value, viewer)


def _kept(actor: Actor, viewer: Viewer, plan: Plan) -> list[LeftRow]:
    """The first rows that would be left alone; of those that somebody changed, who and when."""
    some = plan.kept
    sentences = []
    for left in some:
        sentence = left.sentence
        if left.reason == CHANGED and left.field:
            since = last_writers(left.subject, left.record_id, [left.field], plan.record).get(left.field)
            if since is not None:
                when = format.moment(since.record.occurred_at, viewer.language, viewer.time_zone)
                sentence = _("%(who)s changed it on %(when)s.") % {"who": since.who, "when": when}
        sentences.append((left.subject, left.record_id, left.field, left.reason, sentence))
    return left_rows(actor, sentences)
