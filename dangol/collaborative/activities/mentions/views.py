"""One's own mentions: the list, opening one, all as read; and the names to choose from while one types an @."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.collaborative.activities.mentions import queries
from dangol.collaborative.activities.mentions.models import Mention
from dangol.collaborative.activities.mentions.services import mark_seen
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound


@login_required
@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    actor = _actor(request)
    before = request.GET.get("before", "")
    found, more = queries.mentions_of(actor, int(before) if before.isdecimal() and len(before) < 19 else 0)
    context = {"mentions": found, "more": more, "unread": queries.unread(actor)}
    return render(request, "activities/mentions/list.html", context)


@login_required
@require_POST
def open_one(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Go to the note; the mention counts as read."""
    actor = _actor(request)
    mention = queries.find_mention(actor, mention_id)
    note = queries.find_note(actor, mention) if mention else None
    if note is None:
        raise NotFound(_("There is no such note, or you may not see it."))
    mark_seen(actor=actor, mention_id=mention_id)
    return redirect(queries.address_of(note))


@login_required
@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """All count as read."""
    require(_actor(request), "see", Mention.access_name)
    mark_seen(actor=_actor(request))
    return redirect("mentions:list")


@login_required
@require_GET
def colleagues(request: HttpRequest) -> HttpResponse:
    """Names that begin with what was typed, as JSON, for who may write notes."""
    actor = _actor(request)
    require(actor, "create", Mention.access_name)
    found = queries.colleagues(actor, request.GET.get("q", "")[:80])
    return JsonResponse({"colleagues": [{"name": name, "email": email} for name, email in found]})


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
