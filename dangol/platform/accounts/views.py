"""Signing in and out, and one's own settings."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.accounts.entry.attempts import TooManyAttempts
from dangol.platform.accounts.entry.signing_in import sign_in
from dangol.platform.accounts.middleware import LANGUAGE_COOKIE
from dangol.platform.accounts.models import User
from dangol.platform.accounts.services import change_own_settings

YEAR_SECONDS = 365 * 24 * 3600


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where to go next: the asked address if it is one of ours, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or default
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else default


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Says the same for an unknown e-mail and a wrong password."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(safe_next(request))
        return render(request, "ui/login.html", {"next": safe_next(request)})
    email, address = request.POST.get("email", ""), request.META.get("REMOTE_ADDR", "")
    context = {"next": safe_next(request), "email": email}
    try:
        user = sign_in(email=email, password=request.POST.get("password", ""), address=address)
    except TooManyAttempts as error:
        context["error"] = str(error)
        return render(request, "ui/login.html", context, status=429)
    if user is None:
        context["error"] = _("E-mail and password do not belong together.")
        return render(request, "ui/login.html", context, status=422)
    start_session(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(safe_next(request))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("accounts:login")


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
        return render(request, "ui/profile.html", context)
    try:
        change_own_settings(actor=request.actor, user=user, values=request.POST.dict())  # type: ignore[attr-defined]
    except ValidationError as error:
        context["errors"] = error.message_dict
        return render(request, "ui/profile.html", context, status=422)
    return redirect("accounts:profile")
