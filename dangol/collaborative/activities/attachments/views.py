"""Files on a record's page: adding several at once, the gallery, downloads, the record's picture, trash and back.

What people sent is only ever handed out as a download; what a browser draws are our own small copies.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.collaborative.activities.attachments import queries
from dangol.collaborative.activities.attachments.models import Attachment, FileRules
from dangol.collaborative.activities.attachments.object import composer
from dangol.collaborative.activities.attachments.services import adding
from dangol.collaborative.activities.attachments.services.drawing import LARGE, SMALL
from dangol.collaborative.activities.attachments.services.handing import sent_out, view_sent_out
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.viewer import viewer_of

_SHOWN_AT_MOST = 1000
_RULES = ("most_megabytes", "most_each_record", "keep_days")


@require_http_methods(["GET", "POST"])
@for_staff
def files(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """All files of a record; POST adds some. A script that asks for JSON gets its answer in it."""
    if request.method == "POST":
        return _add(request, declared, record_id)
    page = _page(request, declared, record_id)
    require(page.actor, "see", Attachment.access_name)
    if page.is_in_trash:
        raise NotFound(_("There is no such record, or you may not see it."))
    found = queries.shown(page.actor, queries.all_of(page.actor, page.record, _SHOWN_AT_MOST))
    context = {"page": page, "declared": declared, "files": found, "can_face": page.may["change"]}
    return render(request, "activities/attachments/files.html", context)


def _add(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    sent, added, errors = request.FILES.getlist("file"), 0, list[str]()
    for upload in sent:
        try:
            adding.add_file(
                actor=_actor(request), object_name=declared.name, record_id=record_id, name=upload.name or "",
                chunks=upload.chunks(),
            )  # fmt: skip
        except ValidationError as error:
            errors += error.messages
        else:
            added += 1
    if not sent:
        errors = [_("Choose at least one file.")]
    return _answer(request, declared, record_id, added, errors)


def _answer(request: HttpRequest, declared: ObjectType, record_id: int, added: int, errors: list[str]) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"added": added, "errors": errors}, status=422 if errors else 201)
    if added:
        text = ngettext("%(count)s file was added.", "%(count)s files were added.", added) % {"count": added}
        messages.success(request, text)
    if not errors:
        return redirect(f"/{declared.slug}/{record_id}#story")
    page = _page(request, declared, record_id)
    shown = {**(composer(page.actor, page.record) or {}), "errors": errors, "is_open": True}
    page.answers = {"add-files": shown}
    context = {"page": page, "declared": declared}
    return render(request, "objects/record.html", context, status=422)


@require_GET
@for_staff
def panel(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """The panel of files alone, asked again while small copies are drawn."""
    page = _page(request, declared, record_id)
    opened = page.opened("files")
    if opened is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return render(request, "objects/open_panel.html", {"open": opened, "page": page})


@require_GET
@for_staff
def download(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> Any:
    """The file as it came, as a download."""
    return sent_out(request, _file(request, declared, record_id, file_id))


@require_GET
@for_staff
def small(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> Any:
    """The small copy of a picture."""
    return view_sent_out(request, _file(request, declared, record_id, file_id), SMALL)


@require_GET
@for_staff
def large(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> Any:
    """The copy of a picture that fills a screen."""
    return view_sent_out(request, _file(request, declared, record_id, file_id), LARGE)


@require_POST
@for_staff
def face(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> HttpResponse:
    """Let a picture stand for the record, or no longer."""
    _file(request, declared, record_id, file_id)
    try:
        adding.choose_face(
            actor=_actor(request), record_id=file_id, is_face=request.POST.get("is_face", "on") == "on"
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"/{declared.slug}/{record_id}")


@require_POST
@for_staff
def rename(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> HttpResponse:
    """Give a file another name; its ending stays."""
    _file(request, declared, record_id, file_id)
    try:
        named = adding.change_file(
            actor=_actor(request), record_id=file_id, values={"name": request.POST.get("name", "")}
        )  # fmt: skip
        if getattr(named, "told_by", None):
            messages.success(request, _("Saved."), extra_tags=f"undo:/undo/{named.told_by}")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"/{declared.slug}/{record_id}/files")


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> HttpResponse:
    """Put a file in the trash; the toast offers to take it back."""
    file = _file(request, declared, record_id, file_id)
    gone = adding.trash_file(actor=_actor(request), record_id=file_id)
    back, told_by = f"/{declared.slug}/{record_id}", getattr(gone, "told_by", None)
    way = f"/undo/{told_by}" if told_by else f"{back}/files/{file_id}/restore"
    text = _("“%(name)s” is in the trash.") % {"name": file.name}
    messages.success(request, text, extra_tags=f"undo:{way}")
    return redirect(f"{back}/files" if request.POST.get("from") == "files" else back)


@require_POST
@for_staff
def restore(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int) -> HttpResponse:
    """Take a file out of the trash."""
    _file(request, declared, record_id, file_id, in_trash=True)
    adding.restore_file(actor=_actor(request), record_id=file_id)
    messages.success(request, _("It is back."))
    return redirect(f"/{declared.slug}/{record_id}/files")


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """How large and how many files may be."""
    actor = _actor(request)
    require(actor, "change", "workspace")
    shown: FileRules = queries.file_rules()
    typed, errors = {name: getattr(shown, name) for name in _RULES}, dict[str, list[str]]()
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in _RULES}
        try:
            adding.change_file_rules(actor=actor, values=_numbers(typed))
        except ValidationError as error:
            errors = by_field(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("attachments:rules")
    meta: Any = FileRules._meta
    fields = [(name, meta.get_field(name).verbose_name, typed[name], errors.get(name, ())) for name in _RULES]
    return render(request, "activities/attachments/rules.html", {"fields": fields}, status=422 if errors else 200)


def _numbers(typed: dict[str, str]) -> dict[str, int]:
    wrong = {name: _("Give a whole number.") for name, text in typed.items() if not text.strip().isdecimal()}
    if wrong:
        raise ValidationError(wrong)
    return {name: min(int(text.strip()[:9]), 2**31 - 1) for name, text in typed.items()}


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _file(request: HttpRequest, declared: ObjectType, record_id: int, file_id: int, *, in_trash: bool = False) -> Any:
    file = queries.find_file(_actor(request), declared.name, record_id, file_id, in_trash=in_trash)
    if file is None:
        raise NotFound(_("There is no such file, or you may not see it."))
    return file


def _page(request: HttpRequest, declared: ObjectType, record_id: int) -> RecordPage:
    actor = _actor(request)
    return RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id))
