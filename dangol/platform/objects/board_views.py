"""Doors of the board: more cards of a column, moving a card; and the sums under a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects import inputs, listing, reading, sums
from dangol.platform.objects.board import CARDS, move_targets, standing
from dangol.platform.objects.entrance import address_of, for_staff
from dangol.platform.objects.grouping import groupable
from dangol.platform.objects.list_page import ListPage
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.writing import Conflict
from dangol.platform.ui.viewer import viewer_of


@require_GET
@for_staff
def cards(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The next cards of a column, whose filter and place stand in the address."""
    address = address_of(request, declared)
    page = ListPage(address, request.actor, viewer_of(request))  # type: ignore[attr-defined]
    lanes = page.lanes
    if lanes is None:
        raise Http404
    asked = replace(address.query, limit=CARDS, columns=[f.name for f in lanes.card_fields])
    found = listing.page(declared, page.actor, asked)
    more = address.url("/cards", after=found.next) if found.next else ""
    whole = address.url(by="-", layout="table")
    return render(
        request, "objects/cards.html", {"cards": lanes.cards(found.rows), "more_url": more, "list_url": whole}
    )


@require_GET
@for_staff
def added_up(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The sums over all rows of a list, asked after the rows are there."""
    actor, address = request.actor, address_of(request, declared)  # type: ignore[attr-defined]
    asked = sums.summed_fields(declared, actor, address.asked_sums)
    viewer = viewer_of(request)
    found = [
        (one.sum.label, sums.said(one.sum, one.parts, viewer), one.is_exact)
        for one in sums.add_up(declared, actor, address.query, asked)
    ]
    return render(request, "objects/sums.html", {"sums": found})


@require_http_methods(["GET", "POST"])
@for_staff
def move(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Give a record another value of the field by which the board stands; a page of its own without script.

    A script is answered with 204, or with a sentence and 403, 409 or 422.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    f = groupable(declared, actor).get(request.GET.get("by", ""))
    if f is None or declared.change is None:
        raise Http404
    if f not in declared.fields or not f.is_editable or actor.field_right(declared.name, f.name) != "edit":
        raise Forbidden("change", declared.name, _("This field cannot be changed here."))
    record = reading.find(declared, actor, record_id)
    if request.method == "GET":
        return _move_page(request, declared, f, record, "", 200)
    return _moved(request, declared, f, record)


def _moved(request: HttpRequest, declared: ObjectType, f: Field, record: Any) -> HttpResponse:
    is_script = request.headers.get("X-Requested-With") == "fetch"
    values, errors = inputs.read([f], {f.name: request.POST.get("value", "")})
    sentence, status = " ".join(errors.get(f.name, [])), 422
    if not errors:
        expected = {f.name: request.POST["was"]} if "was" in request.POST else {}
        try:
            assert declared.change is not None
            declared.change(actor=request.actor, record_id=record.pk, values=values, expected=expected)  # type: ignore[attr-defined]
        except ValidationError as error:
            sentence = " ".join(error.messages)
        except Conflict as conflict:
            sentence, status = str(conflict), 409
        except Forbidden as error:
            if not is_script:
                raise
            sentence, status = str(error), 403
        else:
            return _after_move(request, declared, record, is_script)
    if is_script:
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return _move_page(request, declared, f, reading.find(declared, request.actor, record.pk), sentence, status)  # type: ignore[attr-defined]


def _after_move(request: HttpRequest, declared: ObjectType, record: Any, is_script: bool) -> HttpResponse:
    if is_script:
        return HttpResponse(status=204)
    messages.success(request, _("Moved."))
    return redirect(_way_back(declared, request.POST.get("back", "")))


def _way_back(declared: ObjectType, text: str) -> str:
    """The board one came from, as far as the address is one of this list."""
    parts = urlsplit(text)
    home = f"/{declared.slug}"
    return f"{home}?{parts.query}" if parts.path == home and parts.query else home


def _move_page(
    request: HttpRequest, declared: ObjectType, f: Field, record: Any, sentence: str, status: int
) -> HttpResponse:
    actor, viewer = request.actor, viewer_of(request)  # type: ignore[attr-defined]
    back = request.POST.get("back") or _way_back(declared, request.headers.get("Referer", ""))
    context = {
        "declared": declared, "record": record, "title": declared.title(record), "field": f, "error": sentence,
        "was": inputs.expected(standing(record, f)), "targets": move_targets(declared, actor, viewer, f), "back": back,
    }  # fmt: skip
    return render(request, "objects/move.html", context, status=status)
