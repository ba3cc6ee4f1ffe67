"""The editor of roles, and the matrix of all of them for reading and printing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import ACTIONS
from dangol.platform.access.checks import require
from dangol.platform.accounts.judging import ADMINISTRATOR, may_give, role_label
from dangol.platform.accounts.models import Role, User
from dangol.platform.accounts.pages import actor_of, say_errors
from dangol.platform.accounts.roles.matrix import ACTION_LABELS, differences, read_form, rows_of
from dangol.platform.accounts.roles.services import change_role, copy_role, delete_role, reset_role
from dangol.platform.accounts.rules import BUILTIN_ROLES

MOST_NAMES = 8


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All roles, with how many people have each."""
    actor = actor_of(request)
    require(actor, "see", "user")
    people = _people()
    rows = [(role, role_label(role), people.get(role.pk, []), _is_changed(role)) for role in _roles()]
    return render(request, "accounts/roles.html", {"rows": rows, "may_change": actor.may("change", "user")})


@login_required
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, number: int) -> HttpResponse:
    """One role: each object with its actions and fields."""
    actor, role = actor_of(request), _role(number)
    require(actor, "see", "user")
    if request.method == "GET":
        return _editor_page(request, role)
    grants, fields = read_form(role, request.POST.dict())
    try:
        change_role(
            actor=actor, role=role, grants=grants, fields=fields, label=request.POST.get("label", "").replace("\0", ""),
            needs_totp="needs_totp" in request.POST,
        )  # fmt: skip
    except ValidationError as error:
        tried = Role(pk=role.pk, name=role.name, label=request.POST.get("label", ""), grants=grants, fields=fields,
                     is_builtin=role.is_builtin, needs_totp="needs_totp" in request.POST)  # fmt: skip
        return _editor_page(request, tried, errors=error.messages, status=422)
    messages.success(request, _("Saved. It holds from each person's next click on."))
    return redirect("accounts:role", role.pk)


@login_required
@require_POST
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Copy, reset or delete a role."""
    actor, role = actor_of(request), _role(number)
    if what not in ("copy", "reset", "delete"):
        raise Http404
    try:
        if what == "copy":
            made = copy_role(actor=actor, role=role, label=request.POST.get("label", "").replace("\0", ""))
            messages.success(request, _("The role is copied. Nobody has it yet."))
            return redirect("accounts:role", made.pk)
        if what == "reset":
            reset_role(actor=actor, role=role)
            messages.success(request, _("The role is as it came with Dangol."))
        else:
            delete_role(actor=actor, role=role)
            messages.success(request, _("The role is deleted."))
            return redirect("accounts:roles")
    except ValidationError as error:
        say_errors(request, error)
    return redirect("accounts:role", number)


@login_required
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Who may do what: each object with all roles and actions, to be printed."""
    require(actor_of(request), "see", "user")
    people, roles = _people(), list(_roles())
    rows = {role.pk: {row.right.name: row for row in rows_of(role)} for role in roles}
    known = {row.right.name: row.right for by_name in rows.values() for row in by_name.values()}
    parts = [
        (right, [(role_label(role), len(people.get(role.pk, [])), rows[role.pk].get(name) or rows[role.pk]["*"])
                 for role in roles])
        for name, right in known.items()
    ]  # fmt: skip
    return render(request, "accounts/matrix.html", {"parts": parts, "actions": [ACTION_LABELS[a] for a in ACTIONS]})


def _editor_page(request: HttpRequest, role: Role, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    people = _people().get(role.pk, [])
    may_change = actor.may("change", "user") and may_give(actor, role.name, role.grants, role.fields)
    context = {
        "role": role, "label": role_label(role), "rows": rows_of(role), "people": people[:MOST_NAMES],
        "count": len(people), "more": max(0, len(people) - MOST_NAMES), "may_change": may_change,
        "is_fixed": role.name == ADMINISTRATOR or not may_change, "is_changed": _is_changed(role),
        "actions": [ACTION_LABELS[a] for a in ACTIONS],
    }  # fmt: skip
    return render(request, "accounts/role.html", context | more, status=status)


def _is_changed(role: Role) -> bool:
    if role.name not in BUILTIN_ROLES:
        return False
    label, grants, fields = BUILTIN_ROLES[role.name]
    return role.label != label or bool(differences(role, grants, fields))


def _people() -> dict[int, list[User]]:
    """Active staff by role."""
    found: dict[int, list[User]] = {}
    for user in User.objects.filter(is_active=True).prefetch_related("roles").order_by("name", "id"):
        for role in user.roles.all():
            found.setdefault(role.pk, []).append(user)
    return found


def _roles() -> QuerySet[Role]:
    return Role.objects.order_by("-is_builtin", "id")


def _role(number: int) -> Role:
    found = Role.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found
