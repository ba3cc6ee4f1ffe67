"""Doors of saved views: keeping, changing, copying, pinning, deleting them, and what a list opens with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Role
from dangol.platform.objects import saved_views
from dangol.platform.objects.address import Address
from dangol.platform.objects.entrance import for_staff, views_of
from dangol.platform.objects.filters import parse
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.errors import error_page


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _sent(sent: QueryDict) -> dict[str, Any]:
    """What a form says of a view; what it does not name is left out. Raises FilterError."""
    given = sent.dict()
    found: dict[str, Any] = {n: str(given[n]) for n in ("name", "audience", "sort", "layout", "group_by") if n in given}
    found |= {n: [p for p in str(given[n]).split(",") if p] for n in ("columns", "sums") if n in given}
    if "filter" in given:
        found["filter"] = parse(str(given["filter"]))
    if "is_pinned" in given:
        found["is_pinned"] = given["is_pinned"] == "on"
    return found


@require_http_methods(["GET", "POST"])
@for_staff
def kept(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """The views one has of an object, to rename, order and share; POST keeps the list as it stands under a name."""
    if request.method == "GET":
        return _page(request, declared)
    sent = {"name": "", "filter": {}, **_sent(request.POST)}
    try:
        view = saved_views.save_view(actor=_actor(request), declared=declared, **sent)
    except ValidationError as error:
        return _refused(request, declared, error)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(Address(declared, view=view).url())


def _page(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    actor = _actor(request)
    known = [v for v in views_of(request) if v.object_name == declared.name]
    firsts = saved_views.role_defaults(declared)
    context = {
        "declared": declared,
        "rows": [(v, saved_views.may_change(actor, v), Address(declared, view=v).url()) for v in known],
        "audiences": SavedView.Audience.choices,
        "shares_with_all": actor.scope("see", declared.name) == "all",
        "own_first": next((v.pk for v in known if v.is_own_default), None),
        "roles": [(role, firsts.get(role.name)) for role in Role.objects.order_by("label")]
        if saved_views.may_set_for_roles(actor)
        else [],
        "for_everybody": [v for v in known if v.audience == SavedView.Audience.ALL],
    }
    return render(request, "objects/kept_views.html", context)


def _refused(request: HttpRequest, declared: ObjectType, error: ValidationError) -> HttpResponse:
    """The form once more, with what was sent and the errors beside the fields."""
    errors = dict(error.message_dict) if hasattr(error, "error_dict") else {"__all__": error.messages}
    known = ("name", "audience")
    context = {
        "declared": declared,
        "sent": request.POST,
        "hidden": [(n, request.POST[n]) for n in request.POST if n not in (*known, "csrfmiddlewaretoken")],
        "errors": errors,
        "others": [s for n, sentences in errors.items() if n not in known for s in sentences],
        "audiences": SavedView.Audience.choices,
    }
    return render(request, "objects/view_form.html", context, status=422)


def _back(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """To the views' page when the act was done there, else to the list."""
    return redirect(f"/{declared.slug}/views" if request.POST.get("from") == "views" else f"/{declared.slug}")


@require_POST
@for_staff
def change(request: HttpRequest, declared: ObjectType, view_id: int) -> HttpResponse:
    """Rename a view, share it, or keep in it what was changed since."""
    try:
        view = saved_views.change_view(
            actor=_actor(request), declared=declared, view_id=view_id, values=_sent(request.POST)
        )
    except ValidationError as error:
        return _refused(request, declared, error)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return _back(request, declared) if "from" in request.POST else redirect(Address(declared, view=view).url())


@require_POST
@for_staff
def copy(request: HttpRequest, declared: ObjectType, view_id: int) -> HttpResponse:
    """A copy of one's own."""
    made = saved_views.copy_view(actor=_actor(request), declared=declared, view_id=view_id)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": made.name})
    return _back(request, declared) if "from" in request.POST else redirect(Address(declared, view=made).url())


@require_POST
@for_staff
def pin(request: HttpRequest, declared: ObjectType, view_id: int) -> HttpResponse:
    """Into the sidebar, out of it, up or down in it (`act`: pin, unpin, up, down)."""
    acts: dict[str, Callable[[], None]] = {
        "pin": lambda: saved_views.pin_view(actor=_actor(request), view_id=view_id, is_pinned=True),
        "unpin": lambda: saved_views.pin_view(actor=_actor(request), view_id=view_id, is_pinned=False),
        "up": lambda: saved_views.move_pin(actor=_actor(request), view_id=view_id, by=-1),
        "down": lambda: saved_views.move_pin(actor=_actor(request), view_id=view_id, by=1),
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        return error_page(request, 400, _("This form cannot be read."), way_out=f"/{declared.slug}/views")
    act()
    return _back(request, declared)


@require_POST
@for_staff
def delete(request: HttpRequest, declared: ObjectType, view_id: int) -> HttpResponse:
    """Delete one's own view; the rows stay."""
    saved_views.delete_view(actor=_actor(request), view_id=view_id)
    messages.success(request, _("The view is gone. Its rows are where they were."))
    return _back(request, declared)


@require_POST
@for_staff
def default(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """With which view the list opens: for oneself, or for a role (`role`)."""
    view, role = request.POST.get("view", ""), request.POST.get("role", "")
    try:
        saved_views.set_default(
            actor=_actor(request), declared=declared, view_id=int(view) if view.isdecimal() else None, role=role
        )
    except ValidationError as error:
        return error_page(request, 422, " ".join(error.messages), way_out=f"/{declared.slug}/views")
    messages.success(request, _("Saved."))
    return redirect(f"/{declared.slug}/views")
