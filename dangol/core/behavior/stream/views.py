"""Event sources as a list and one by one: keys, what comes in, what is learned of it, what is strange."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.behavior.sources import queries as sources
from dangol.core.behavior.stream import queries
from dangol.core.behavior.stream.object import REASONS
from dangol.core.behavior.stream.services import judging
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.new_record import by_field


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All sources, with what came in today and how far the work-off is behind."""
    actor = _actor(request)
    require(actor, "change", "event_source")
    today, strange = queries.today_by_source(actor), queries.strange_by_source(actor)
    found = sources.sources(actor)
    for source in found:
        source.today, source.strange = today.get(source.pk, 0), strange.get(source.pk, 0)
    context = {"sources": found, "waiting": queries.waiting(), "policy": queries.policy()}
    return render(request, "behavior/stream/list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source."""
    actor = _actor(request)
    source = sources.find_source(actor, source_id, action="change")
    asides = queries.asides_of(actor, source_id)
    for row in asides:
        row.why = REASONS.get(row.reason, row.reason)
    context = {
        "source": source, "keys": sources.keys_of(actor, source_id), "names": queries.names_of(actor, source_id),
        "tallies": queries.tallies_of(actor, source_id), "latest": queries.latest_of(actor, source_id),
        "asides": asides, "waiting": queries.waiting(), "address": request.build_absolute_uri("/").rstrip("/"),
    }  # fmt: skip
    return render(request, "behavior/stream/detail.html", context)


@login_required
@require_POST
def judge(request: HttpRequest, source_id: int, name_id: int) -> HttpResponse:
    """Let events of a name in, keep them out, or call their properties usual."""
    what = request.POST.get("what", "")
    if what == "properties":
        judging.accept_properties(actor=_actor(request), source_id=source_id, name_id=name_id)
        messages.success(request, _("Accepted; they are not strange any more."))
    elif what in ("accept", "block"):
        found = judging.judge_name(
            actor=_actor(request), source_id=source_id, name_id=name_id, is_blocked=what == "block"
        )
        said = _("Events called “%(name)s” are kept out from now on.") if what == "block" else _("“%(name)s” comes in.")
        messages.success(request, said % {"name": found})
    return redirect("event_sources:detail", source_id)


@login_required
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """How long events are kept."""
    actor = _actor(request)
    require(actor, "change", "event_source")
    value, errors = str(queries.policy().months_kept), {}
    if request.method == "POST":
        value = request.POST.get("months_kept", "")
        try:
            judging.change_policy(actor=actor, months_kept=value)
        except ValidationError as error:
            errors = by_field(error)
        else:
            messages.success(request, _("Saved. Older months go within the hour."))
            return redirect("event_sources:list")
    context = {"value": value, "errors": errors, "months": queries.months()}
    return render(request, "behavior/stream/policy.html", context, status=422 if errors else 200)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
