"""The pages of the audit log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import owner_choices
from dangol.platform.audit import queries, services
from dangol.platform.audit.queries import Changed, Entry, Place
from dangol.platform.audit.rules import LEAST_MONTHS, Ask, AskedWrong, read
from dangol.platform.events.event import ADDRESS
from dangol.platform.events.titles import TITLES, EventTitle
from dangol.platform.objects import cells
from dangol.platform.objects.export_page import too_many
from dangol.platform.objects.export_places import TooManyExports, handed_out, take_place
from dangol.platform.objects.exporting import no_formula
from dangol.platform.objects.listing import LEADING, ids_in, references
from dangol.platform.objects.naming import titles_of
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.undoing.planning import can_undo
from dangol.platform.ui import format
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import Viewer, viewer_of

CHUNK = 500


@dataclass(frozen=True)
class Line:
    """One entry as drawn."""

    entry: Entry
    what: Any
    icon: str
    kind: str
    when: str
    who: str
    where: str
    changes: list[tuple[str, str, str]]
    undo: str = ""


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The log, newest first; what is asked stands in the address."""
    actor = _actor(request)
    require(actor, "see", "audit")
    try:
        ask, after = read(request.GET), _place(request.GET.get("after", ""))
    except AskedWrong as error:
        return error_page(request, 400, _wrong(str(error)), way_out="/audit")
    found = queries.page(actor, ask, timezone.get_current_timezone(), after=after)
    asked, staff = ask.as_filter(), owner_choices()
    context = {
        "ask": ask, "asked": asked, "lines": _lines(request, found.entries, dict(staff)), "is_first": after is None,
        "next": _address(_further(asked, found), found.next) if found.next else "", "is_cut": found.is_cut,
        "back_to": format.moment(found.next[0], translation.get_language() or "en", viewer_of(request).time_zone)
        if found.next else "",
        "first_url": _address(asked), "staff": staff, "subjects": _subjects(actor), "names": _names(actor),
        "sources": _sources(), "may_export": actor.may("export", "audit"),
        "may_change": actor.may("change", "audit"), "export_query": urlencode(asked),
    }  # fmt: skip
    return render(request, "audit/list.html", context)


@login_required
@require_GET
def show(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """One entry with everything known of it, and the rows of a bulk change page by page."""
    actor = _actor(request)
    found = queries.entry(actor, event_id)
    if found is None:
        raise Http404(_("There is no such entry, or you may not see it."))
    after = request.GET.get("after", "")
    rows = queries.rows_of(actor, found, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    viewer = viewer_of(request)
    words = _Words(actor, viewer, [c for _pk, _t, changes, _h in rows.rows for c in changes])
    drawn = [(pk, title, words.of(changes), hidden) for pk, title, changes, hidden in rows.rows]
    payload = _open_payload(actor, found.event.payload)
    context = {
        "line": _lines(request, [found])[0], "rows": drawn, "next": rows.next, "is_first": not after,
        "payload": [(k, _raw(v)) for k, v in payload.items() if v not in (None, "", [], {})],
        "full": format.moment(found.event.occurred_at, viewer.language, viewer.time_zone),
    }  # fmt: skip
    return render(request, "audit/entry.html", context)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """What is asked, as a file, written down before it begins."""
    actor = _actor(request)
    try:
        ask = read(request.POST)
    except AskedWrong as error:
        return error_page(request, 400, _wrong(str(error)), way_out="/audit")
    require(actor, "export", "audit")
    try:
        place = take_place(actor, "audit")
    except TooManyExports as error:
        return too_many(request, error, "/audit")
    services.note_export(actor=actor, asked=ask.as_filter())
    pieces: Any = handed_out(place, _pieces(request, actor, ask))
    if isinstance(request, ASGIRequest):
        pieces = _later(pieces)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate().isoformat()}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How long the log is kept."""
    actor = _actor(request)
    require(actor, "change", "audit")
    errors: dict[str, Any] = {}
    months = queries.kept_months()
    sent: Any = months or ""
    if request.method == "POST":
        sent = request.POST.get("months", "").strip()
        try:
            services.keep_for(actor=actor, months=_months(request.POST.get("keep", ""), sent))
        except ValidationError as error:
            errors = error.message_dict
        else:
            messages.success(request, _("Saved."))
            return redirect("audit:settings")
    context = {"months": months, "sent": sent, "errors": errors, "least": LEAST_MONTHS,
               "is_for_good": request.POST.get("keep", "months" if months else "good") == "good"}  # fmt: skip
    return render(request, "audit/settings.html", context, status=422 if errors else 200)


def _months(keep: str, text: str) -> int | None:
    if keep == "good":
        return None
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _wrong(part: str) -> str:
    sentences = {
        "who": _("“Who” is the number of a member of staff. Choose one from the list."),
        "record": _("A record is named by its number, as in person/123."),
        "after": _("This place in the list is not known. Start from the first page."),
    }
    return sentences.get(part, _("A day is written as in 2026-11-22."))


def _place(text: str) -> Place | None:
    if not text:
        return None
    moment, _sign, key = text.partition("~")
    try:
        found = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        raise AskedWrong("after") from None
    if found[0].tzinfo is None or not 1900 <= found[0].year <= 2900:
        raise AskedWrong("after")
    return found


def _further(asked: dict[str, str], found: queries.Page) -> dict[str, str]:
    """What the next page asks: once all entries with the words are shown, the text is looked for within words."""
    return {**asked, "is_part": "True"} if found.is_cut and "text" in asked else asked


def _address(asked: dict[str, str], after: Place | None = None) -> str:
    place = {"after": f"{after[0].isoformat()}~{after[1]}"} if after else {}
    return f"/audit?{urlencode({**asked, **place})}"


def _kinds() -> dict[str, Any]:
    own = {"user": _("Account"), "role": _("Role"), "team": _("Team"), "api_key": _("API key"),
           "invitation": _("Invitation"), "workspace": _("The house"), "audit": _("Audit log")}  # fmt: skip
    return {d.name: d.label for d in object_types()} | own


def _subjects(actor: Actor) -> list[tuple[str, Any]]:
    return [(name, label) for name, label in _kinds().items() if actor.may("see", name)]


def _names(actor: Actor) -> list[tuple[str, str]]:
    known = {d.name: str(d.label) for d in object_types()}
    found = []
    for name, title in TITLES.items():
        subject = name.split(".")[0]
        if actor.may("see", subject):
            found.append((name, f"{known[subject]}: {title.label}" if subject in known else str(title.label)))
    return sorted(found, key=lambda pair: pair[1])


def _sources() -> list[tuple[str, str]]:
    return [
        ("screen", _("Screen")), ("api", _("API")), ("import", _("Import")), ("automation", _("Automation")),
    ]  # fmt: skip


def _lines(request: HttpRequest, entries: list[Entry], staff: Mapping[int, str] | None = None) -> list[Line]:
    actor, viewer = _actor(request), viewer_of(request)
    words = _Words(actor, viewer, [c for e in entries for c in e.changes], staff)
    return [_line(actor, viewer, words, one) for one in entries]


def _line(actor: Actor, viewer: Viewer, words: _Words, one: Entry) -> Line:
    event = one.event
    title = TITLES.get(event.name, EventTitle(event.name))
    is_first = event.name.endswith(".created")
    return Line(
        entry=one, what=title.label, icon=title.icon,
        kind=str(_kinds().get(event.subject, event.subject)),
        when=format.moment(event.occurred_at, viewer.language, viewer.time_zone),
        who=event.actor_name or (_("Nobody signed in") if event.actor_kind == "anonymous" else _("Dangol")),
        where=_where(event),
        changes=[(label, "" if is_first else old, new) for label, old, new in words.of(one.changes)],
        undo=f"/undo/{event.id}" if can_undo(actor, event) else "",
    )  # fmt: skip


def _where(event: Any) -> str:
    """By which door, and from which address where that was noted."""
    door = str(dict(_sources()).get(event.source, event.source))
    return " · ".join(part for part in (door, str(event.payload.get(ADDRESS, ""))) if part)


class _Words:
    """Old and new values in words; what relations lead to is read for all at once."""

    def __init__(
        self, actor: Actor, viewer: Viewer, changes: list[Changed], staff: Mapping[int, str] | None = None
    ) -> None:
        self.viewer = viewer
        self.names: dict[tuple[str, int], str] = {}
        by_target: dict[tuple[str, str], tuple[Any, set[int]]] = {}
        for c in changes:
            if c.field is not None and c.field.kind in LEADING:
                kind = "user" if c.field.kind == "user" else "relation"
                ids = by_target.setdefault((kind, c.field.relation), (c.field, set()))[1]
                ids.update((*ids_in(c.old), *ids_in(c.new)))
        for (kind, _relation), (f, ids) in by_target.items():
            if kind == "user":
                known = {pk: staff[pk] for pk in ids if pk in staff} if staff else {}
                named = {pk: reference.title for pk, reference in references(f, actor, ids - known.keys()).items()}
                self.names |= {("user:", pk): name for pk, name in {**known, **named}.items()}
        asked = {relation: ids for (kind, relation), (_f, ids) in by_target.items() if kind == "relation"}
        titles = titles_of(actor, asked)
        self.names |= {
            (f"relation:{name}", pk): titles.get((name, pk), _("Hidden")) for name, ids in asked.items() for pk in ids
        }

    def of(self, changes: list[Changed]) -> list[tuple[str, str, str]]:
        """(label, old, new) of each change."""
        return [(str(c.field.label) if c.field else c.name, self._say(c, c.old), self._say(c, c.new)) for c in changes]

    def _say(self, change: Changed, value: Any) -> str:
        f = change.field
        if value in (None, "", [], {}):
            return ""
        if f is None:
            return _raw(value)
        if f.kind == "relations":
            return ", ".join(self.names.get((f"relation:{f.relation}", pk), str(pk)) for pk in ids_in(value))
        if f.kind in ("relation", "user", "file"):
            key = f"{f.kind}:{f.relation}"
            return self.names.get((key, int(value)), str(value)) if str(value).isdecimal() else str(value)
        return cells.plain(f, value, self.viewer)


def _raw(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 2000 else text[:2000] + "…"


def _open_payload(actor: Actor, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an event says beside its changes; who may not see every field gets of it only from where it came."""
    return {k: v for k, v in payload.items() if k == ADDRESS} if actor.has_hidden_fields else payload


def _pieces(request: HttpRequest, actor: Actor, ask: Ask) -> Iterator[bytes]:
    """The file: a line for each changed field; pieces are made when the request's own language was put away."""
    viewer, zone = viewer_of(request), timezone.get_current_timezone()
    entries = queries.every(actor, ask, zone)
    with translation.override(viewer.language), timezone.override(zone):
        heads = [_("When"), _("Who"), _("What"), _("Event"), _("Kind"), _("Record"), _("Name"), _("Field"), _("Before"),
                 _("After"), _("From where"), _("Reason"), _("Request"), _("Entry")]  # fmt: skip
    yield ("\ufeff" + _csv([heads])).encode()
    while True:
        with translation.override(viewer.language), timezone.override(zone):
            some = list(islice(entries, CHUNK))
            text = _csv(row for line in _lines(request, some) for row in _rows(line))
        if not some:
            return
        yield text.encode()


def _rows(line: Line) -> Iterator[list[str]]:
    event = line.entry.event
    head = [timezone.localtime(event.occurred_at).isoformat(), line.who, str(line.what), event.name, line.kind,
            str(event.subject_id or ""), line.entry.title]  # fmt: skip
    tail = [line.where, event.reason, event.request_id, str(event.id)]
    for change in line.changes or [("", "", "")]:
        yield [no_formula(cell) for cell in (*head, *change, *tail)]


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    one: Any = sync_to_async(next, thread_sensitive=True)
    while (piece := await one(pieces, None)) is not None:
        yield piece
