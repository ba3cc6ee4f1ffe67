"""Teams with their members, and who leads whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.access.checks import require
from dangol.platform.accounts.models import Team
from dangol.platform.accounts.pages import actor_of, say_errors
from dangol.platform.accounts.queries import staff
from dangol.platform.accounts.staff.queries import manager_tree, teams
from dangol.platform.accounts.staff.teams import change_team, create_team, delete_team


@login_required
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Teams and the tree; adding a team."""
    actor = actor_of(request)
    require(actor, "see", "user")
    context: dict[str, Any] = {"may_change": actor.may("change", "user")}
    if request.method == "POST":
        try:
            team = create_team(actor=actor, name=request.POST.get("name", "").replace("\0", ""))
            return redirect("accounts:team", team.pk)
        except ValidationError as error:
            context |= {"errors": error.message_dict, "name": request.POST.get("name", "")}
    context |= {"teams": teams(), "tree": manager_tree()}
    return render(request, "accounts/teams.html", context, status=422 if "errors" in context else 200)


@login_required
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, number: int) -> HttpResponse:
    """One team: its name, where it lies, who is in it."""
    actor, found = actor_of(request), _team(number)
    require(actor, "see", "user")
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            change_team(actor=actor, team=found, values=_sent(request))
            messages.success(request, _("Saved."))
            return redirect("accounts:teams")
        except ValidationError as error:
            errors = error.message_dict
    context = {
        "team": found, "errors": errors, "name": request.POST.get("name", found.name),
        "others": Team.objects.exclude(pk=found.pk).order_by("name"), "staff": staff().select_related("team"),
        "may_change": actor.may("change", "user"),
    }  # fmt: skip
    return render(request, "accounts/team.html", context, status=422 if errors else 200)


@login_required
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a team without members."""
    found = _team(number)
    try:
        delete_team(actor=actor_of(request), team=found)
        messages.success(request, _("The team %(name)s is deleted.") % {"name": found.name})
        return redirect("accounts:teams")
    except ValidationError as error:
        say_errors(request, error)
        return redirect("accounts:team", number)


def _sent(request: HttpRequest) -> dict[str, Any]:
    parent = request.POST.get("parent", "")
    above = Team.objects.filter(pk=int(parent)).first() if parent.isdigit() and len(parent) < 19 else None
    ids = [int(one) for one in request.POST.getlist("members") if one.isdigit() and len(one) < 19]
    return {"name": request.POST.get("name", "").replace("\0", ""), "parent": above, "members": ids}


def _team(number: int) -> Team:
    found = Team.objects.select_related("parent").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
