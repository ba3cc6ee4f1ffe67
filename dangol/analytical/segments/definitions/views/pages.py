"""The pages: the rules of a segment, the draft after an act, and the preview."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.object import SEGMENT
from dangol.analytical.segments.definitions.queries import preview
from dangol.analytical.segments.definitions.services import save_rules
from dangol.analytical.segments.definitions.views.builder import builder_of, builder_sent
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.builder import drafts
from dangol.platform.objects.builder.drawing import Builder
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.reading import find, may
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.words import asks_for_hidden
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def sent_builder(request: HttpRequest, *, is_checked: bool = False) -> Builder:
    """The builder as the form sent it. Raises drafts.Unreadable."""
    return builder_sent(_actor(request), viewer_of(request), request.POST, is_checked=is_checked)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    """The rules of a segment."""
    actor = _actor(request)
    segment = find(SEGMENT, actor, segment_id)
    if not may(SEGMENT, actor, segment, "change"):
        raise Forbidden("change", "segment")
    if segment.kind != Segment.Kind.RULES:
        return redirect(f"/segments/{segment_id}")
    if asks_for_hidden(object_type("person"), actor, segment.filter):
        sentence = _("These rules ask for a field that is hidden from you. Who sees it may change them.")
        raise Forbidden("change", "segment", sentence)
    if request.method == "GET":
        return builder_page(
            request, builder_of(actor, viewer_of(request), drafts.draft_of(segment.filter)), segment, {}
        )
    builder = sent_builder(request, is_checked=True)
    errors = {"rules": [unfinished()]} if builder.problems else {}
    if not errors:
        try:
            save_rules(actor=actor, segment_id=segment_id, tree=builder.tree)
        except FilterError as error:
            errors = {"rules": [error.sentence]}
        else:
            messages.success(request, _("Saved. The members are worked out now."))
            return redirect(f"/segments/{segment_id}")
    return builder_page(request, builder, segment, errors, 422)


def unfinished() -> str:
    """What is said when rules cannot be saved yet."""
    return _("Some conditions are not finished; they are marked.")


@login_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """The builder after an act (a condition more, a group less); the whole page without script."""
    actor = _actor(request)
    require(actor, "see", "segment")
    try:
        builder = sent_builder(request)
    except drafts.Unreadable:
        return error_page(request, 400, _("This form cannot be read."), way_out="/segments")
    number = request.POST.get("segment", "")
    segment = find(SEGMENT, actor, int(number)) if number.isdecimal() and len(number) < 19 else None
    if getattr(request, "htmx", False):
        return render(request, "objects/rules/builder.html", _context(request, builder, segment, {}))
    return builder_page(request, builder, segment, {})


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """How many people the draft finds, and the most valuable of them; conditions that are not finished do not count."""
    actor = _actor(request)
    require(actor, "see", "segment")
    try:
        builder = sent_builder(request)
        started = time.monotonic()
        found = preview(actor, builder.finished)
    except (drafts.Unreadable, FilterError) as error:
        return render(request, "segments/definitions/preview.html", {"error": str(error)})
    context = {"found": found, "unfinished": builder.problems, "seconds": time.monotonic() - started}
    return render(request, "segments/definitions/preview.html", {**context, "is_all": _sees_all(actor)})


def _sees_all(actor: Actor) -> bool:
    return actor.scope("see", "person") == "all"


def builder_page(
    request: HttpRequest, builder: Builder, segment: Segment | None, errors: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page of the builder, for a new segment (None) or the rules of one."""
    context = _context(request, builder, segment, errors)
    if request.method == "POST":  # without script the page itself must show what the draft finds
        context["found"] = None if builder.problems else preview(_actor(request), builder.finished)
        context["is_all"] = _sees_all(_actor(request))
    return render(request, "segments/definitions/page.html", context, status=status)


def _context(request: HttpRequest, builder: Builder, segment: Segment | None, errors: dict[str, Any]) -> dict[str, Any]:
    sent = request.POST
    return {
        "builder": builder, "segment": segment, "errors": errors, "declared": SEGMENT,
        "name": sent.get("name", ""), "description": sent.get("description", ""), "kind": sent.get("kind", "rules"),
    }  # fmt: skip
