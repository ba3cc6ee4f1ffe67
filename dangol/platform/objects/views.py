"""The generic pages: list, record, panel, form of a new record, saved views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import inputs, leading, listing, reading
from dangol.platform.objects.address import Address
from dangol.platform.objects.alike import in_the_way, is_looked_for
from dangol.platform.objects.condition import ConditionForm
from dangol.platform.objects.entrance import address_of, for_staff, views_of
from dangol.platform.objects.files import is_sent, take_files
from dangol.platform.objects.former import WentUp, now_called
from dangol.platform.objects.list_page import ListPage
from dangol.platform.objects.new_record import asked_fields, by_field, form_inputs, of_no_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.ruled_form import ruled
from dangol.platform.objects.saved_views import default_of
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.viewer import viewer_of


def _record_page(request: HttpRequest, declared: ObjectType, record_id: int) -> RecordPage:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = reading.find(declared, actor, record_id)
    if getattr(found, "deleted_at", None) is not None and (now := now_called(declared.name, record_id)) is not None:
        raise WentUp(now)
    return RecordPage(declared, actor, viewer_of(request), found)


# ---- Lists -----------------------------------------------------------------------------------------------------


@require_GET
@for_staff
def records(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The list; HTMX gets the rows alone or the body of the list. The bare address opens the viewer's first view."""
    first = None if request.GET else default_of(views_of(request), declared.name)
    if first is not None:
        return redirect(Address(declared, view=first).url())
    shown = ListPage(address_of(request, declared), request.actor, viewer_of(request))  # type: ignore[attr-defined]
    condition = ConditionForm(shown.address, shown.actor, request.GET)
    shown.fetch()
    part = ""
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        part = "#rows" if request.htmx.target == "more-rows" else "#body"  # type: ignore[attr-defined]
    return render(request, f"objects/list.html{part}", {"page": shown, "declared": declared, "condition": condition})


@require_GET
@for_staff
def number(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """How many rows a list has, asked after the rows are there."""
    found = listing.count(declared, request.actor, address_of(request, declared).query)  # type: ignore[attr-defined]
    return render(request, "objects/count.html", {"count": found})


@require_GET
@for_staff
def few(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The first records of a list by name, for the page of the record to which they lead."""
    address = address_of(request, declared)
    found = leading.few(declared, request.actor, address.query)  # type: ignore[attr-defined]
    return render(request, "objects/few.html", {"few": found, "url": address.url()})


@require_GET
@for_staff
def choices(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Options of a relation by what was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    f = fields_for(declared, actor).get(request.GET.get("field", ""))
    if f is None or f.kind not in ("relation", "relations", "user"):
        raise Http404
    typed = request.GET.get("q", "") or request.GET.get(f"{f.name}__q", "")
    if f.kind == "relations" and "several" in request.GET:
        ticked = listing.references(f, actor, set(listing.ids_in(request.GET.getlist(f.name))))
        drawn = inputs.input_for(f, actor, list(ticked.values()), typed=typed)
        return render(request, "objects/picks.html", {"input": drawn, "typed": typed})
    return render(
        request, "objects/options.html", {"options": inputs.options_of(f, actor, None, typed), "typed": typed}
    )


# ---- Records ---------------------------------------------------------------------------------------------------


@require_GET
@for_staff
def record(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """The record: facts, story, what matters now."""
    shown = _record_page(request, declared, record_id)
    return render(request, "objects/record.html", {"page": shown, "declared": declared})


@require_GET
@for_staff
def panel(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """The record beside its list."""
    shown = _record_page(request, declared, record_id)
    return render(request, "objects/panel.html", {"page": shown, "declared": declared})


@require_http_methods(["GET", "POST"])
@for_staff
def create(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """A new record; the form comes back with 422 and the errors beside the fields."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "create", declared.name)
    if declared.create is None:
        raise Http404
    fields = asked_fields(declared, actor, request.GET)
    if request.method == "GET" or "_search" in request.POST:
        return _form(request, declared, fields, request.POST or request.GET, {}, 200)
    values, errors = inputs.read(fields, request.POST)
    values = {name: value for name, value in values.items() if value not in (None, "")}
    alike = () if errors else in_the_way(actor, declared.name, values, request.POST)
    if not errors and not alike:
        try:
            made = _made(request, declared, actor, fields, values)
        except ValidationError as error:
            errors = by_field(error)
        else:
            told_by = getattr(made, "told_by", None)
            messages.success(request, _("Added."), extra_tags=f"undo:/undo/{told_by}" if told_by else "")
            return redirect(f"/{declared.slug}/{made.pk}")
    return _form(request, declared, fields, request.POST, errors, 422, alike)


@transaction.atomic
def _made(request: HttpRequest, declared: ObjectType, actor: Actor, fields: list[Field], values: Any) -> Any:
    """The new record, and the files that came with its form. Raises ValidationError by field, Forbidden."""
    made = declared.create(actor=actor, values=values)  # type: ignore[misc]
    if is_sent(request, fields) and declared.change is not None:
        files = take_files(request, declared, actor, made.pk, fields)
        told_by = getattr(made, "told_by", None)
        made = declared.change(actor=actor, record_id=made.pk, values=files)
        made.told_by = told_by
    return made


def _form(
    request: HttpRequest,
    declared: ObjectType,
    fields: list[Field],
    sent: Any,
    errors: dict[str, list[str]],
    status: int,
    alike: Any = (),
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    drawn = form_inputs(declared, fields, actor, viewer_of(request), sent, errors)
    drawn = ruled(declared, drawn, None, sent)
    context = {
        "declared": declared, "inputs": drawn, "errors": of_no_field(errors, fields), "alike": alike,
        "alike_holds": bool(alike), "looks_alike": is_looked_for(declared.name),
    }  # fmt: skip
    return render(request, "objects/form.html", context, status=status)
