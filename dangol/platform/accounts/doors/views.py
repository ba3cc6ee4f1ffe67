"""Doors from outside: signing in and out, a forgotten password, links that work once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.accounts.entry import attempts, signing_in
from dangol.platform.accounts.entry.attempts import TooManyAttempts
from dangol.platform.accounts.entry.passwords import reset_password
from dangol.platform.accounts.entry.tickets import BadTicket, look
from dangol.platform.accounts.models import Ticket
from dangol.platform.accounts.pages import address_of, bad_link, private, safe_next
from dangol.platform.accounts.tasks import send_reset, tell_password_changed

MOST_EMAIL = 254


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Says the same for an unknown e-mail and a wrong password."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(safe_next(request))
        return render(request, "ui/login.html", {"next": safe_next(request)})
    email = request.POST.get("email", "").replace("\0", "")
    context = {"next": safe_next(request), "email": email}
    try:
        user = signing_in.sign_in(email=email, password=request.POST.get("password", ""), address=address_of(request))
    except TooManyAttempts as error:
        return _too_many(request, "ui/login.html", error, **context)
    if user is None:
        context["error"] = _("E-mail and password do not belong together.")
        return render(request, "ui/login.html", context, status=422)
    if user.totp_since is not None:
        signing_in.wait_for_second_step(request, user, next_path=safe_next(request))
        return redirect("accounts:login_code")
    signing_in.open_session(request, user)
    return redirect(safe_next(request))


@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second page of signing in: a code of the app, or a recovery code."""
    waiting = signing_in.who_waits(request)
    if waiting is None:
        return redirect("accounts:login")
    user, next_path, by_link = waiting
    if request.method == "GET":
        return private(render(request, "accounts/login_code.html"))
    try:
        signing_in.second_step(user=user, code=request.POST.get("code", ""), address=address_of(request))
    except TooManyAttempts as error:
        return _too_many(request, "accounts/login_code.html", error)
    except ValidationError as error:
        return private(render(request, "accounts/login_code.html", {"error": error.messages[0]}, status=422))
    signing_in.open_session(request, user, by_link=by_link)
    return redirect("accounts:password" if by_link else next_path)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("accounts:login")


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password. The answer is the same whoever is meant; the letter is a job's work."""
    if request.method == "GET":
        return render(request, "accounts/forgotten.html")
    email = request.POST.get("email", "").strip().replace("\0", "")[:MOST_EMAIL]
    if "@" not in email:
        context = {"email": email, "error": _("This is no e-mail address. Example: harin@example.com")}
        return render(request, "accounts/forgotten.html", context, status=422)
    try:
        attempts.take(attempts.RESET, email=email, address=address_of(request))
    except TooManyAttempts as error:
        return _too_many(request, "accounts/forgotten.html", error, email=email)
    send_reset.defer(email=email)
    return render(request, "accounts/forgotten_sent.html", {"email": email})


@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of a reset: choose a new password. Looking at the page uses nothing up."""
    try:
        taken = attempts.take(attempts.TICKET, address=address_of(request))
        ticket = look(Ticket.Kind.RESET, token)
        attempts.give_back(taken)
    except (BadTicket, TooManyAttempts) as error:
        return bad_link(request, error)
    context: dict[str, Any] = {"email": ticket.user.email if ticket.user else ""}
    if request.method == "POST":
        try:
            new, again = request.POST.get("password", ""), request.POST.get("again", "")
            reset_password(token=token, new=new, again=again, tell=tell_password_changed)
        except BadTicket as error:
            return bad_link(request, error)
        except ValidationError as error:
            context["errors"] = error.message_dict
            return private(render(request, "accounts/new_password.html", context, status=422))
        end_session(request)
        messages.success(request, _("Your new password is set. Sign in with it."))
        return private(redirect("accounts:login"))
    return private(render(request, "accounts/new_password.html", context))


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of the command line: sign in without a password; the second step is asked all the same."""
    try:
        taken = attempts.take(attempts.TICKET, address=address_of(request))
        ticket = look(Ticket.Kind.SIGN_IN, token)
        attempts.give_back(taken)
        if request.method == "GET":
            name = ticket.user.name if ticket.user else ""
            return private(render(request, "accounts/enter.html", {"name": name}))
        user = signing_in.sign_in_by_link(token=token, address=address_of(request))
    except (BadTicket, TooManyAttempts) as error:
        return bad_link(request, error)
    if user.totp_since is not None:
        signing_in.wait_for_second_step(request, user, next_path="/me/password", by_link=True)
        return private(redirect("accounts:login_code"))
    signing_in.open_session(request, user, by_link=True)
    return private(redirect("accounts:password"))


def _too_many(request: HttpRequest, template: str, error: TooManyAttempts, **context: Any) -> HttpResponse:
    answer = render(request, template, {**context, "error": str(error)}, status=429)
    answer["Retry-After"] = str(error.seconds)
    return private(answer)
