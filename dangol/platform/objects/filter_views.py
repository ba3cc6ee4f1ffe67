"""Doors of the filter: one more condition, the builder of nested groups, and the values that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.objects import listing
from dangol.platform.objects.address import Address, with_condition
from dangol.platform.objects.builder import drafts
from dangol.platform.objects.builder.conditions import Question
from dangol.platform.objects.builder.drawing import Builder
from dangol.platform.objects.condition import ConditionForm
from dangol.platform.objects.entrance import address_of, for_staff
from dangol.platform.objects.filters import reader_clock
from dangol.platform.objects.grouping import frequent_values, groupable
from dangol.platform.objects.list_page import ListPage
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of


@require_GET
@for_staff
def condition(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """One more condition: draws its inputs, or adds it and goes to the list. Errors stand beside the field."""
    address = address_of(request, declared)
    form = ConditionForm(address, request.actor, request.GET)  # type: ignore[attr-defined]
    if "apply" in request.GET and form.condition is not None:
        return redirect(address.url(tree=with_condition(address.filter, form.condition)))
    if getattr(request, "htmx", False):
        return render(request, "objects/condition.html", {"condition": form, "page": form.page})
    shown = ListPage(address, request.actor, viewer_of(request)).fetch()  # type: ignore[attr-defined]
    form.is_open = True
    context = {"page": shown, "declared": declared, "condition": form}
    return render(request, "objects/list.html", context, status=422 if form.error else 200)


def _question(request: HttpRequest, declared: ObjectType) -> Question:
    return Question(declared, request.actor, viewer_of(request), reader_clock())  # type: ignore[attr-defined]


def _home(address: Address, ending: str = "/filter") -> str:
    """The builder of this list, without the filter, which the form carries."""
    return replace(address, tree=None, after="").url(ending)


@require_http_methods(["GET", "POST"])
@for_staff
def build(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The filter of a list as nested groups; an act draws it anew, else the list opens with it."""
    address, question = address_of(request, declared), _question(request, declared)
    nothing = _("No condition yet: every record.")
    act_url = _home(address)
    if request.method == "GET":
        draft = drafts.draft_of(address.filter)
        return _page(request, address, Builder(question, draft, act_url=act_url, nothing=nothing))
    is_act = "act" in request.POST
    try:
        builder = Builder.of_form(question, request.POST, act_url=act_url, nothing=nothing, is_checked=not is_act)
    except drafts.Unreadable:
        return error_page(request, 400, _("This form cannot be read."), way_out=f"/{declared.slug}")
    if is_act and getattr(request, "htmx", False):
        return render(request, "objects/rules/builder.html", {"builder": builder})
    if is_act or builder.problems:
        return _page(request, address, builder, 200 if is_act else 422)
    return redirect(address.url(tree=builder.tree))


@require_POST
@for_staff
def found(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """How many records the draft finds; conditions that are not finished do not count yet."""
    address, question = address_of(request, declared), _question(request, declared)
    try:
        builder = Builder.of_form(question, request.POST, act_url="")
    except drafts.Unreadable:
        return error_page(request, 400, _("This form cannot be read."), way_out=f"/{declared.slug}")
    return render(request, "objects/filter_found.html", _counted(request, address, builder))


def _counted(request: HttpRequest, address: Address, builder: Builder) -> dict[str, Any]:
    query = replace(address, tree=builder.finished).query
    count = listing.count(address.declared, request.actor, query)  # type: ignore[attr-defined]
    return {"count": count, "unfinished": builder.problems, "declared": address.declared}


def _page(request: HttpRequest, address: Address, builder: Builder, status: int = 200) -> HttpResponse:
    context = {
        **_counted(request, address, builder),
        "builder": builder,
        "address": address,
        "home": _home(address),
        "found_url": _home(address, "/filter/found"),
        "errors": [_("Some conditions are not finished; they are marked.")] if status == 422 else [],
    }
    return render(request, "objects/filter_page.html", context, status=status)


@require_GET
@for_staff
def values(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The most frequent values of a text field among the records that one may see, to choose from while typing."""
    f = groupable(declared, request.actor).get(request.GET.get("field", ""))  # type: ignore[attr-defined]
    if f is None or f.kind != "text":
        raise Http404
    known = frequent_values(declared, request.actor, f)  # type: ignore[attr-defined]
    return render(request, "objects/values.html", {"values": known})
