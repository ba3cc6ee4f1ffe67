from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import reading
from dangol.platform.objects.inputs import Input, input_for
from dangol.platform.objects.listing import references
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.viewer import viewer_of

ENDS = ("person", "company")


@dataclass(frozen=True)
class Pick:
    """A choice of another record; `slug` is the object whose choices are asked while one types."""

    input: Input
    slug: str


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def only_ends(declared: ObjectType) -> None:
    """Raise Http404 for an object on which nothing hangs this way."""
    if declared.name not in ENDS:
        raise Http404


def form_page(
    request: HttpRequest, declared: ObjectType, record_id: int, form: forms.Form, title: str, *, note: str = "",
    button: str = "", picks: Sequence[Pick] = (),
) -> HttpResponse:  # fmt: skip
    """The page with one form about a record, and above its inputs `picks` of other records; 422 when something is
    wrong. Works without script."""
    actor = actor_of(request)
    dress(form)
    page = RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id))
    context = {"page": page, "declared": declared, "form": form, "title": title, "note": note,
               "button": button or _("Save"), "picks": picks}  # fmt: skip
    is_wrong = bool(form.errors) or any(pick.input.errors for pick in picks)
    return render(request, "customers/ends/form.html", context, status=422 if is_wrong else 200)


def pick_of(request: HttpRequest, object_name: str, field: str, *, errors: Sequence[str] = (), label: Any = "") -> Pick:
    """A choice of another record, by the relation `field` of an object that leads to such records."""
    declared = object_type(object_name)
    asked = next(f for f in declared.fields if f.name == field)
    asked = replace(asked, label=label) if label else asked
    sent = request.POST.get(field, "")
    actor = actor_of(request)
    known = references(asked, actor, {int(sent)}).get(int(sent)) if sent.isdecimal() and len(sent) < 19 else None
    typed = request.POST.get(f"{field}__q", "")
    return Pick(input_for(asked, actor, known, errors=errors, typed=typed), declared.slug)


def picked(request: HttpRequest, field: str) -> int | None:
    """The id that was chosen; None for nothing."""
    sent = request.POST.get(field, "")
    return int(sent) if sent.isdecimal() and len(sent) < 19 else None


def dress(form: forms.Form) -> None:
    """Give the inputs the classes of our pages."""
    for bound in form:
        widget = bound.field.widget
        if isinstance(widget, forms.CheckboxInput):
            widget.attrs.setdefault("class", "form-check-input")
        else:
            kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
            widget.attrs.setdefault("class", kind)
        if bound.errors:
            widget.attrs["aria-invalid"] = "true"


def blame(form: forms.Form, error: ValidationError) -> None:
    """Show what a service refused at the inputs in question."""
    form.full_clean()
    for name, sentences in by_field(error).items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def done(
    request: HttpRequest, declared: ObjectType, record_id: int, record: Any, words: str, anchor: str
) -> HttpResponse:
    """Back to the record, with a toast that offers to undo what was told."""
    told_by = getattr(record, "told_by", None)
    messages.success(request, words, extra_tags=f"undo:/undo/{told_by}" if told_by else "")
    return redirect(f"/{declared.slug}/{record_id}#{anchor}")
