"""Pages about members: a new segment, refreshing one, why somebody is in it, and people on static lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.object import SEGMENT
from dangol.analytical.segments.definitions.queries import company_clock, viewer_for
from dangol.analytical.segments.definitions.services import create_segment
from dangol.analytical.segments.definitions.views.builder import builder_of
from dangol.analytical.segments.definitions.views.pages import builder_page, sent_builder, unfinished
from dangol.analytical.segments.members import queries
from dangol.analytical.segments.members.object import members_panel
from dangol.analytical.segments.members.services import add_found, add_people, refresh, remove_people
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.builder import drafts
from dangol.platform.objects.builder.drawing import Builder
from dangol.platform.objects.explaining import explain
from dangol.platform.objects.filters import FilterError, parse
from dangol.platform.objects.reading import find
from dangol.platform.objects.registry import object_type
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


# ---- A new segment ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new segment; `?filter=` brings the filter of a list along."""
    actor = _actor(request)
    require(actor, "create", "segment")
    if request.method == "POST":
        return _add(request, actor)
    try:
        draft = drafts.draft_of(parse(request.GET.get("filter", "")))
    except FilterError as error:
        return error_page(request, 400, str(error), way_out="/segments")
    return builder_page(request, builder_of(actor, viewer_of(request), draft), None, {})


def _add(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        builder = sent_builder(request, is_checked=True)
    except drafts.Unreadable:
        return error_page(request, 400, _("This form cannot be read."), way_out="/segments")
    errors: dict[str, Any] = {"rules": [unfinished()]} if builder.problems else {}
    if not errors:
        try:
            made = _made(actor, request.POST, builder)
        except ValidationError as error:
            errors = error.message_dict
        except FilterError as error:
            errors = {"rules": [error.sentence]}
        else:
            messages.success(request, _("Added."))
            return redirect(f"/segments/{made.pk}")
    return builder_page(request, builder, None, errors, 422)


@transaction.atomic
def _made(actor: Actor, sent: Any, builder: Builder) -> Segment:
    values = {name: sent.get(name, "") for name in ("name", "description")}
    if sent.get("kind") != Segment.Kind.STATIC:
        return create_segment(actor=actor, values=values, rules=builder.tree)
    made = create_segment(actor=actor, values={**values, "kind": Segment.Kind.STATIC})
    if builder.tree:
        add_found(actor=actor, segment_id=made.pk, tree=builder.tree)
    return made


# ---- Members ------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def refresh_now(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Work the members out again while the reader waits."""
    try:
        found = refresh(actor=_actor(request), segment_id=segment_id)
    except FilterError as error:
        return error_page(request, 400, error.sentence, way_out=f"/segments/{segment_id}")
    words = {"entered": found.entered, "left": found.left}
    messages.success(request, _("Refreshed: %(entered)d entered, %(left)d left.") % words)
    return redirect(f"/segments/{segment_id}")


@login_required
@require_GET
def state(request: HttpRequest, segment_id: int) -> HttpResponse:
    """The members' panel again, while a refresh is under way."""
    segment = find(SEGMENT, _actor(request), segment_id)
    context = {**members_panel(_actor(request), segment), "record": segment}
    return render(request, "segments/members/panel.html", context)


@login_required
@require_GET
def why(request: HttpRequest, segment_id: int, person_id: int) -> HttpResponse:
    """Why somebody is in a segment, or not: condition by condition, as it is now."""
    actor, people = _actor(request), object_type("person")
    segment, person = find(SEGMENT, actor, segment_id), find(people, actor, person_id)
    context: dict[str, Any] = {
        "segment": segment, "person": person, "title": people.title(person), "is_static": segment.kind == "static",
        "since": queries.entered_at([segment_id], person_id),
    }  # fmt: skip
    try:
        if segment.kind == Segment.Kind.RULES:
            context["reason"] = explain(people, actor, viewer_for(actor), segment.filter, person, company_clock())
    except FilterError:
        context["is_hidden"] = True
    return render(request, "segments/members/why.html", context)


@login_required
@require_POST
def people(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Put a person on a static list, or take them off."""
    actor, sent = _actor(request), request.POST
    ids = [int(i) for i in sent.getlist("person") if i.isdecimal() and len(i) < 19]
    write = remove_people if sent.get("act") == "remove" else add_people
    try:
        found = write(actor=actor, segment_id=segment_id, person_ids=ids)
    except ValidationError as error:
        return error_page(request, 400, " ".join(error.messages), way_out=f"/segments/{segment_id}")
    words = {"entered": found.entered, "left": found.left}
    messages.success(request, _("%(entered)d entered, %(left)d left.") % words)
    return redirect(
        f"/people/{ids[0]}" if len(ids) == 1 and sent.get("back") == "person" else f"/segments/{segment_id}"
    )


@login_required
@require_POST
def put_on_list(request: HttpRequest) -> HttpResponse:
    """The same from a person's page, where the list is chosen."""
    chosen = request.POST.get("segment", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return error_page(request, 400, _("Choose a list."), way_out="/people")
    return people(request, int(chosen))
