"""Set-up of layouts: what is arranged where, the editor, its preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.judging import role_label
from dangol.platform.accounts.models import Role
from dangol.platform.objects.arranged.rules import PARTS
from dangol.platform.objects.layouts import forms, queries, services
from dangol.platform.objects.layouts.editing import Editor
from dangol.platform.objects.layouts.previews import preview_of
from dangol.platform.objects.layouts.services import RIGHT
from dangol.platform.objects.registry import UnknownObject, object_type_at, object_types
from dangol.platform.objects.types import ObjectType


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every object with what is arranged of it."""
    require(_actor(request), "see", RIGHT)
    found = queries.arranged()
    rows = [
        (t, [(part, queries.PART_WORDS[part], found.get((t.name, part), 0)) for part in PARTS]) for t in object_types()
    ]
    return render(request, "objects/layouts/list.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """Arrange one part; each step without script comes back with what was moved, saved is what is saved."""
    actor = _actor(request)
    require(actor, "see", RIGHT)
    declared, role = _declared(slug, part), _role(request)
    standing, whose = queries.standing(declared, part, role.name if role else "")
    shown = Editor(declared, part, role, standing, whose)
    if request.method == "GET":
        return _page(request, shown)
    require(actor, "change", RIGHT)
    step = request.POST.get("do", "")
    if step == "reset":
        return _save(request, shown, {})
    shown.arrangement = queries.editable(declared, part, forms.sent(request.POST))
    if not step:
        return _save(request, shown, shown.arrangement.to_json())
    if step != "preview":
        shown.arrangement = forms.stepped(shown.arrangement, step, shown.columns)
    return _page(request, shown, is_touched=True)


def _save(request: HttpRequest, shown: Editor, content: dict[str, Any]) -> HttpResponse:
    try:
        saved = services.save_layout(
            actor=_actor(request), object_name=shown.declared.name, part=shown.part, role=shown.role_name,
            content=content,
        )  # fmt: skip
    except ValidationError as error:
        return _page(request, shown, errors=error.messages, status=422)
    told_by = getattr(saved, "told_by", None)
    way = f"undo:{reverse('layouts:back', args=[told_by])}" if told_by else ""
    text = _("Saved. It holds from each person's next click on.") if content else _("The house's own order is back.")
    messages.success(request, text, extra_tags=way)
    return redirect(shown.url)


def _page(
    request: HttpRequest, shown: Editor, *, is_touched: bool = False, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    actor = _actor(request)
    own, others, arranged = queries.roles(shown.declared, shown.part)
    context = {
        "editor": shown, "declared": shown.declared, "parts": [(p, queries.PART_WORDS[p][0]) for p in PARTS],
        "own_roles": [(r, role_label(r)) for r in own], "roles": [(r, role_label(r)) for r in others],
        "has_everybody": "" in arranged, "is_touched": is_touched, "errors": errors or [],
        "may_change": actor.may("change", RIGHT), "preview": preview_of(request, shown),
    }  # fmt: skip
    return render(request, "objects/layouts/editor.html", context, status=status)


@login_required
@require_POST
def back(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Set a layout to what it was before an event."""
    found = services.bring_back(actor=_actor(request), event_id=event_id)
    told_by = getattr(found, "told_by", None)
    way = f"undo:{reverse('layouts:back', args=[told_by])}" if told_by else ""
    messages.success(request, _("The layout is as it was before."), extra_tags=way)
    declared = next(t for t in object_types() if t.name == found.object_name)
    at = reverse("layouts:editor", args=[declared.slug, found.part])
    return redirect(f"{at}?{urlencode({'role': found.role.name})}" if found.role else at)


@login_required
@require_POST
def order(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """Which of two roles' layouts holds for who has both."""
    declared, up, down = _declared(slug, part), request.POST.get("up", ""), request.POST.get("down", "")
    services.move_role(
        actor=_actor(request), object_name=declared.name, part=part, role=up or down, is_up=bool(up)
    )  # fmt: skip
    return redirect(reverse("layouts:editor", args=[slug, part]))


def _declared(slug: str, part: str) -> ObjectType:
    try:
        declared = object_type_at(slug)
    except UnknownObject as error:
        raise Http404 from error
    if part not in PARTS:
        raise Http404
    return declared


def _role(request: HttpRequest) -> Role | None:
    name = request.GET.get("role", "")
    found = Role.objects.filter(name=name).first() if name else None
    if name and found is None:
        raise Http404
    return found


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
