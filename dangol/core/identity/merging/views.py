"""Two records side by side, field by field; and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.identity.merging.models import MERGED
from dangol.core.identity.merging.object import words_of
from dangol.core.identity.merging.queries import what_moves
from dangol.core.identity.merging.rules import LOSER, SURVIVOR, is_blank, side_of
from dangol.core.identity.merging.services import merge, unmerge
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import cells, reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.finding import search
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.writing import Conflict
from dangol.platform.ui.viewer import viewer_of

MOST_FOUND = 20


@dataclass(frozen=True)
class Side:
    """One of the two as the page shows it."""

    record: Any
    title: str
    subtitle: str
    url: str
    moves: list[tuple[Any, int]]


@dataclass(frozen=True)
class Choice:
    """A field in which the two differ: both values as words, and which of them is chosen."""

    field: Field
    survivor: str
    loser: str
    chosen: str
    is_open: bool


@require_GET
@for_staff
def choose(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Look for the record that is the same one."""
    actor = _actor(request, declared)
    record = reading.find(declared, actor, record_id)
    typed = request.GET.get("q", "")[:200]
    text = typed or declared.title(record)
    groups = search(actor, text, among=[declared], limit=MOST_FOUND).groups if text.strip() else []
    found = [one for group in groups for one in group.finds if one.record.pk != record_id]
    context = {"declared": declared, "record": record, "title": declared.title(record), "q": typed, "found": found}
    return render(request, "identity/merging/choose.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def side_by_side(request: HttpRequest, declared: ObjectType, record_id: int, other_id: int) -> HttpResponse:
    """Both records: choose value by value, see what goes over, merge. The first one stays."""
    actor = _actor(request, declared)
    survivor, loser = reading.find(declared, actor, record_id), reading.find(declared, actor, other_id)
    errors: list[str] = []
    if request.method == "POST":
        chosen = {name[5:]: str(side) for name, side in request.POST.items() if name.startswith("take_")}
        try:
            done = merge(
                actor=actor, object_name=declared.name, survivor_id=record_id, loser_id=other_id, chosen=chosen
            )
        except Conflict as error:
            errors = [str(error)]
        except ValidationError as error:
            errors = error.messages
        else:
            undo = f"undo:{reverse('merging:part', args=[done.pk])}"
            messages.success(request, _("The two are one now."), extra_tags=undo)
            return redirect(_next(request) or f"/{declared.slug}/{record_id}")
    context = {
        "declared": declared, "survivor": _side(declared, survivor), "loser": _side(declared, loser, with_moves=True),
        "choices": _choices(request, declared, actor, survivor, loser), "errors": errors,
        "next": request.GET.get("next", request.POST.get("next", "")),
        "swap": reverse("merging:merge", args=[declared.slug, other_id, record_id]),
    }  # fmt: skip
    return render(request, "identity/merging/merge.html", context, status=422 if errors else 200)


@login_required
@require_POST
def part(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Take a merge back."""
    try:
        done = unmerge(actor=request.actor, merge_id=merge_id)  # type: ignore[attr-defined]
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("matching:queue")
    messages.success(request, _("They are two again, as they were."))
    return redirect(f"/{object_type(done.object_name).slug}/{done.loser_id}")


def _actor(request: HttpRequest, declared: ObjectType) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if declared.name not in MERGED:
        raise Http404
    require(actor, "merge", declared.name)
    return actor


def _next(request: HttpRequest) -> str:
    """Back to the queue, where one came from there."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith("/identity/duplicates") else ""


def _side(declared: ObjectType, record: Any, *, with_moves: bool = False) -> Side:
    moves: dict[str, int] = {}
    for pointer, number in what_moves(declared.name, record.pk) if with_moves else ():
        words = str(words_of(pointer.table))
        moves[words] = moves.get(words, 0) + number
    return Side(
        record, declared.title(record), declared.subtitle(record), f"/{declared.slug}/{record.pk}",
        sorted(moves.items()),
    )  # fmt: skip


def _choices(request: HttpRequest, declared: ObjectType, actor: Actor, survivor: Any, loser: Any) -> list[Choice]:
    """The fields that the actor may see and in which the two differ."""
    viewer = viewer_of(request)
    rows = [reading.row_of(declared, actor, record).values for record in (survivor, loser)]
    found = []
    for f in declared.fields:
        if f.name not in rows[0] or not f.is_editable or f.kind == "custom":
            continue
        own, other = (cells.plain(f, values.get(f.name), viewer) for values in rows)
        if own == other:
            continue
        sent = request.POST.get(f"take_{f.name}", "")
        chosen = sent if sent in (SURVIVOR, LOSER) else side_of(f.name, own or None, other or None, {})
        is_open = actor.field_right(declared.name, f.name) == "edit" and not (is_blank(other) and is_blank(own))
        found.append(Choice(f, own, other, chosen, is_open))
    return found
