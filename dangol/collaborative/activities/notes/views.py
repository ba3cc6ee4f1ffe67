"""Writing, changing, pinning and removing notes on a record's page. Everything works without script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.collaborative.activities.notes import queries, services
from dangol.collaborative.activities.notes.object import composer
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects import reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import Conflict, NotFound
from dangol.platform.ui.viewer import viewer_of


@require_POST
@for_staff
def add(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Write a note; 422 with the page and all that was typed when something is wrong."""
    body, is_pinned = request.POST.get("body", ""), request.POST.get("is_pinned") == "on"
    try:
        note = services.add_note(
            actor=_actor(request), object_name=declared.name, record_id=record_id, body=body, is_pinned=is_pinned
        )
    except ValidationError as error:
        return _record_again(request, declared, record_id, {"body": body, "is_pinned": is_pinned}, by_field(error))
    messages.success(request, _("The note is kept."), extra_tags=f"undo:/undo/{note.told_by}")
    _warn_of_blind(request, note)
    return redirect(f"/{declared.slug}/{record_id}#note-{note.pk}")


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> HttpResponse:
    """The form of one note: in place for htmx, else a page of its own."""
    note = _note(request, declared, record_id, note_id)
    if queries.find_note(_actor(request), declared.name, record_id, note_id, action="change") is None:
        raise Forbidden("change", "note")
    if request.method == "GET":
        return _form(request, declared, note, note.body, {}, 200)
    body, seen = request.POST.get("body", ""), request.POST.get("expected_body")
    try:
        changed = services.change_note(
            actor=_actor(request), record_id=note_id, values={"body": body},
            expected=None if seen is None else {"body": seen.replace("\r\n", "\n")},
        )  # fmt: skip
    except ValidationError as error:
        return _form(request, declared, note, body, by_field(error), 422)
    except Conflict as conflict:
        return _form(request, declared, note, body, {"body": [str(conflict)]}, 409)
    _say_saved(request, changed)
    return redirect(f"/{declared.slug}/{record_id}#note-{note_id}")


@require_POST
@for_staff
def pin(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> HttpResponse:
    """Pin or unpin a note."""
    _note(request, declared, record_id, note_id)
    wanted = {"is_pinned": request.POST.get("is_pinned") == "on"}
    try:
        _say_saved(request, services.change_note(actor=_actor(request), record_id=note_id, values=wanted))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"/{declared.slug}/{record_id}#story")


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> HttpResponse:
    """Put a note in the trash; the toast offers to take it back."""
    _note(request, declared, record_id, note_id)
    gone = services.trash_note(actor=_actor(request), record_id=note_id)
    back, told_by = f"/{declared.slug}/{record_id}", getattr(gone, "told_by", None)
    way = f"/undo/{told_by}" if told_by else f"{back}/notes/{note_id}/restore"
    messages.success(request, _("The note is in the trash."), extra_tags=f"undo:{way}")
    return redirect(f"{back}#story")


@require_POST
@for_staff
def restore(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> HttpResponse:
    """Take a note out of the trash."""
    _note(request, declared, record_id, note_id)
    services.restore_note(actor=_actor(request), record_id=note_id)
    messages.success(request, _("It is back."))
    return redirect(f"/{declared.slug}/{record_id}#note-{note_id}")


@require_GET
@for_staff
def history(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> HttpResponse:
    """What the note said before."""
    note = _note(request, declared, record_id, note_id)
    page = _page(request, declared, record_id)
    context = {"page": page, "declared": declared, "one": queries.shown(_actor(request), [note])[0],
               "versions": queries.versions(note)}  # fmt: skip
    return render(request, "activities/notes/history.html", context)


def _say_saved(request: HttpRequest, changed: Any) -> None:
    told_by = getattr(changed, "told_by", None)
    if told_by:
        messages.success(request, _("Saved."), extra_tags=f"undo:/undo/{told_by}")
        _warn_of_blind(request, changed)


def _warn_of_blind(request: HttpRequest, note: Any) -> None:
    """Say whom the note names though they do not see the record."""
    blind = queries.cannot_see(_actor(request), note)
    if blind:
        text = _("%(who)s cannot see this record and is not told. Share it with them first.")
        messages.warning(request, text % {"who": ", ".join(blind)})


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _note(request: HttpRequest, declared: ObjectType, record_id: int, note_id: int) -> Any:
    note = queries.find_note(_actor(request), declared.name, record_id, note_id)
    if note is None:
        raise NotFound(_("There is no such note, or you may not see it."))
    return note


def _page(request: HttpRequest, declared: ObjectType, record_id: int, answers: Any = None) -> RecordPage:
    actor = _actor(request)
    return RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id), answers)


def _record_again(
    request: HttpRequest, declared: ObjectType, record_id: int, values: dict[str, Any], errors: dict[str, list[str]]
) -> HttpResponse:
    answer = {**(composer(_actor(request), None) or {}), "values": values, "errors": errors, "is_open": True}
    page = _page(request, declared, record_id, {"note": answer})
    context = {"page": page, "declared": declared}
    return render(request, "objects/record.html", context, status=422)


def _form(
    request: HttpRequest, declared: ObjectType, note: Any, body: str, errors: dict[str, list[str]], status: int
) -> HttpResponse:
    context = {"page": _page(request, declared, note.record_id), "declared": declared, "note": note, "body": body,
               "errors": errors.get("body", ())}  # fmt: skip
    part = "#form" if getattr(request, "htmx", False) else ""
    return render(request, f"activities/notes/edit.html{part}", context, status=status)
