"""The queue of likely duplicates: look, merge, or say that two are not the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.core.identity.duplicates.object import in_words
from dangol.core.identity.matching.models import Pair
from dangol.core.identity.matching.queries import last_run, queue, running, settings_of
from dangol.core.identity.matching.services import ask, reopen, say_different, set_matching
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.jobs.services import ask_to_stop
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import ObjectType

PERCENT = 100


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The pairs that the viewer may see, likeliest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not any(actor.may("merge", name) for name in MERGED):
        raise Forbidden("merge", "person")
    return _page(request, actor)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Match all records anew, in the background."""
    name = _name(request.POST.get("of", ""))
    ask(actor=request.actor, object_name=name)  # type: ignore[attr-defined]
    return redirect(_address(name))


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop the matching at its next step."""
    name = _name(request.POST.get("of", ""))
    require(request.actor, "merge", name)  # type: ignore[attr-defined]
    row = running(name)
    if row is not None and row.progress_id is not None:
        ask_to_stop(progress_id=row.progress_id)
    return redirect(_address(name))


@login_required
@require_POST
def save_settings(request: HttpRequest) -> HttpResponse:
    """Say from which probability on two are merged by themselves. 422 with the form when it is none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    name = _name(request.POST.get("of", ""))
    sent = request.POST.get("automatic_from", "").strip().replace("%", "").replace(",", ".")
    try:
        share = _share(sent) if request.POST.get("is_automatic") else None
        set_matching(
            actor=actor, object_name=name, automatic_from=share, is_nightly=bool(request.POST.get("is_nightly"))
        )
    except ValidationError as error:
        return _page(request, actor, name=name, status=422, errors=error.message_dict, sent=sent)
    messages.success(request, _("Saved."))
    return redirect(_address(name))


@require_POST
@for_staff
def different(request: HttpRequest, declared: ObjectType, record_id: int, other_id: int) -> HttpResponse:
    """Remember that two are not the same; the toast takes it back."""
    pair = say_different(
        actor=request.actor,  # type: ignore[attr-defined]
        object_name=declared.name, first_id=record_id, second_id=other_id,
    )  # fmt: skip
    undo = f"undo:{reverse('matching:reopen', args=[pair.pk])}"
    messages.success(request, _("Remembered: they are not the same."), extra_tags=undo)
    return redirect(_address(declared.name))


@login_required
@require_POST
def open_again(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take back that two are not the same."""
    pair = reopen(actor=request.actor, pair_id=pair_id)  # type: ignore[attr-defined]
    messages.success(request, _("The two are looked at again."))
    return redirect(_address(pair.object_name))


def _page(request: HttpRequest, actor: Actor, name: str = "", status: int = 200, **more: Any) -> HttpResponse:
    name = name or _name(request.GET.get("of", ""), actor)
    declared = object_type(name)
    state = Pair.State.DIFFERENT if request.GET.get("show") == "different" else Pair.State.OPEN
    page = queue(actor, name, state=state, after=request.GET.get("after", ""))
    run, wanted = last_run(name), settings_of(name)
    context = {
        "declared": declared, "of": name, "objects": [object_type(n) for n in MERGED if actor.may("merge", n)],
        "rows": [(one, declared.title(one.first), declared.subtitle(one.first), declared.title(one.second),
                  declared.subtitle(one.second), in_words(name, one.reasons)) for one in page.rows],
        "next": page.next, "is_different": state == Pair.State.DIFFERENT, "run": run, "job": running(name),
        "wanted": wanted, "automatic": round(wanted.automatic_from * PERCENT, 2) if wanted.automatic_from else "",
        "may_set": actor.may("change", "workspace"), "here": request.get_full_path(), **more,
    }  # fmt: skip
    return render(request, "identity/matching/queue.html", context, status=status)


def _name(sent: str, actor: Actor | None = None) -> str:
    """The object meant; the first that the actor may merge where none is said."""
    if sent in MERGED:
        return sent
    return next((name for name in MERGED if actor is None or actor.may("merge", name)), MERGED[0])


def _share(text: str) -> float:
    try:
        return float(text) / PERCENT
    except ValueError as error:
        raise ValidationError({"automatic_from": _("Write a probability between 50 and 100 percent.")}) from error


def _address(name: str) -> str:
    return f"{reverse('matching:queue')}?of={name}"
