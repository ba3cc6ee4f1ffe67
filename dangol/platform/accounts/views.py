"""One's own settings, and the rules of signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.access.checks import require
from dangol.platform.accounts.entry.sessions import change_limits
from dangol.platform.accounts.middleware import LANGUAGE_COOKIE
from dangol.platform.accounts.models import Role, User
from dangol.platform.accounts.pages import actor_of, safe_next
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import change_own_settings

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: for good when signed in, else by a cookie."""
    chosen = request.POST.get("language", "")
    answer = redirect(safe_next(request))
    if chosen in ("en", "ko"):
        if isinstance(request.user, User):
            change_own_settings(actor=request.actor, user=request.user, values={"language": chosen})  # type: ignore[attr-defined]
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax")
    return answer


@login_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark and the device's own."""
    assert isinstance(request.user, User)
    try:
        change_own_settings(
            actor=request.actor,  # type: ignore[attr-defined]
            user=request.user,
            values={"theme": request.POST.get("theme", "")},
        )
    except ValidationError as error:
        return HttpResponse("; ".join(error.messages), status=422)
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(safe_next(request))


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own language, time zone and appearance."""
    user = request.user
    assert isinstance(user, User)
    context = {"zones": sorted(available_timezones()), "values": user, "errors": {}}
    if request.method == "GET":
        return render(request, "accounts/profile.html", context)
    try:
        change_own_settings(actor=request.actor, user=user, values=request.POST.dict())  # type: ignore[attr-defined]
    except ValidationError as error:
        context["errors"] = error.message_dict
        return render(request, "accounts/profile.html", context, status=422)
    return redirect("accounts:profile")


@login_required
@require_http_methods(["GET", "POST"])
def sign_in_rules(request: HttpRequest) -> HttpResponse:
    """After how long one must sign in again, and who needs the second step."""
    actor = actor_of(request)
    require(actor, "change", "user")
    ours, errors = workspace(), {}
    values: Mapping[str, Any] = {"idle_minutes": ours.idle_minutes, "session_hours": ours.session_hours}
    if request.method == "POST":
        values = request.POST.dict()
        try:
            change_limits(actor=actor, values=values)
            messages.success(request, _("Saved."))
            return redirect("accounts:sign_in_rules")
        except ValidationError as error:
            errors = error.message_dict
    context = {
        "values": values, "errors": errors, "roles": Role.objects.order_by("-is_builtin", "id"),
        "without": User.objects.filter(is_active=True, totp_since=None, roles__needs_totp=True).distinct().count(),
    }  # fmt: skip
    return render(request, "accounts/sign_in_rules.html", context, status=422 if errors else 200)
