"""A new record in one line over its list: the fields it needs and a few of those shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dangol.platform.access.checks import require
from dangol.platform.objects import inputs
from dangol.platform.objects.alike import in_the_way
from dangol.platform.objects.arranged.applied import quick_names
from dangol.platform.objects.entrance import address_of, for_staff
from dangol.platform.objects.list_page import ListPage
from dangol.platform.objects.listing import rows_with_values
from dangol.platform.objects.new_record import by_field, form_inputs, of_no_field, possible_fields
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.viewer import viewer_of

_SHORT = {"text", "email", "phone", "country", "choice", "date", "number", "money"}
SHOWN = 3


def quick_fields(page: ListPage) -> list[Field]:
    """The title, what is needed, and up to three of the columns that are typed quickly; or what a layout names."""
    title = page.title_field.name
    asked = possible_fields(page.declared, page.actor)
    names = quick_names(page.declared.name, page.actor)
    if names is not None:
        known = {f.name: f for f in asked}
        chosen = [known[n] for n in names if n in known]
        return chosen + [f for f in asked if (f.name == title or f.is_required) and f not in chosen]
    shown = [f.name for f in page.shown_fields if f.kind in _SHORT][:SHOWN]
    first = [f for f in asked if f.name == title or f.is_required]
    return first + [f for f in asked if f.name in shown and f not in first]


@require_http_methods(["GET", "POST"])
@for_staff
def quick(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The line, or a record made of it; errors come back beside the fields with what was typed."""
    page = ListPage(address_of(request, declared), request.actor, viewer_of(request))  # type: ignore[attr-defined]
    require(page.actor, "create", declared.name)
    if declared.create is None or declared.parts:
        raise Http404
    fields = quick_fields(page)
    if request.method == "GET":
        return _line(request, page, fields, {}, {}, 200)
    values, errors = inputs.read(fields, request.POST)
    values = {n: v for n, v in values.items() if v not in (None, "")}
    alike = () if errors else in_the_way(page.actor, declared.name, values, request.POST)
    if not errors and not alike:
        try:
            made = declared.create(actor=page.actor, values=values)
        except ValidationError as error:
            errors = by_field(error)
        else:
            return _added(request, page, fields, made)
    return _line(request, page, fields, request.POST, errors, 422, alike=alike)


def _added(request: HttpRequest, page: ListPage, fields: Sequence[Field], made: Any) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(f"/{page.declared.slug}/{made.pk}")
    row = rows_with_values(page.declared, page.actor, [made], page.shown_fields)[0]
    places = [column.css for column in page.columns]
    return _line(request, page, fields, {}, {}, 200, rows=page.drawn([page.line(row, places)]))


def _line(
    request: HttpRequest, page: ListPage, fields: Sequence[Field], sent: Mapping[str, str],
    errors: dict[str, list[str]], status: int, rows: Sequence[Any] = (), alike: Sequence[Any] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        "declared": page.declared,
        "page": page,
        "action": page.address.url("/quick"),
        "inputs": form_inputs(page.declared, fields, page.actor, page.viewer, sent, errors),
        "errors": of_no_field(errors, fields),
        "rows": rows,
        "alike": alike,
        "alike_holds": bool(alike),
        "looks_alike": bool(alike),
    }
    template = "objects/quick.html" if getattr(request, "htmx", False) else "objects/form.html"
    return render(request, template, {**context, "page": None} if "form" in template else context, status=status)
