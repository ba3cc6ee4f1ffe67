"""One's own password, second step, sessions and API keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.accounts.api_keys.queries import keys_of
from dangol.platform.accounts.api_keys.services import EXPIRIES, create_key, grantable
from dangol.platform.accounts.entry import totp
from dangol.platform.accounts.entry.attempts import TooManyAttempts
from dangol.platform.accounts.entry.passwords import change_own_password
from dangol.platform.accounts.entry.sessions import end_sessions, sessions_of
from dangol.platform.accounts.entry.signing_in import is_fresh_by_link
from dangol.platform.accounts.judging import require_own
from dangol.platform.accounts.models import ApiKey
from dangol.platform.accounts.pages import actor_of, private, session_of, user_of
from dangol.platform.accounts.services import revoke_api_key
from dangol.platform.accounts.tasks import tell_password_changed, tell_second_step_off


@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    user, by_link = user_of(request), is_fresh_by_link(request)
    context: dict[str, Any] = {"by_link": by_link, "user": user}
    if request.method == "GET":
        return render(request, "accounts/own_password.html", context)
    try:
        change_own_password(
            actor=actor_of(request), user=user, old=None if by_link else request.POST.get("old", ""),
            new=request.POST.get("password", ""), again=request.POST.get("again", ""),
            keep=session_of(request), tell=tell_password_changed,
        )  # fmt: skip
    except ValidationError as error:
        return render(request, "accounts/own_password.html", {**context, "errors": error.message_dict}, status=422)
    except TooManyAttempts as error:
        return render(request, "accounts/own_password.html", {**context, "errors": {"old": [str(error)]}}, status=429)
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. You were signed out everywhere else."))
    return redirect("accounts:password")


@login_required
@require_GET
def second_step(request: HttpRequest) -> HttpResponse:
    """How one's second step stands; where it is off, the code to set it up."""
    return _second_step_page(request)


@login_required
@require_POST
def change_second_step(request: HttpRequest) -> HttpResponse:
    """Switch the second step on or off, or make new recovery codes; each wants a code."""
    actor, user, code = actor_of(request), user_of(request), request.POST.get("code", "")
    try:
        if "off" in request.POST:
            totp.switch_off(actor=actor, user=user, code=code)
            tell_second_step_off(user)
            messages.success(request, _("The second step is off."))
            return redirect("accounts:second_step")
        make = totp.confirm if user.totp_since is None else totp.renew_codes
        codes = make(actor=actor, user=user, code=code)
    except ValidationError as error:
        return _second_step_page(request, status=422, error=error.messages[0])
    except TooManyAttempts as error:
        return _second_step_page(request, status=429, error=str(error))
    request.session.cycle_key()
    return private(render(request, "accounts/recovery_codes.html", {"codes": codes}))


def _second_step_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    user = user_of(request)
    require_own(actor_of(request), user)
    context: dict[str, Any] = {"is_on": user.totp_since is not None, "since": user.totp_since}
    if user.totp_since is None:
        begun = totp.begin(actor=actor_of(request), user=user)
        secret = totp.secret_of(begun)
        context |= {"picture": totp.picture_of(begun, user), "is_due": user.is_second_step_due}
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    else:
        context |= {"left": totp.codes_left(user), "is_due": user.roles.filter(needs_totp=True).exists()}
    return private(render(request, "accounts/second_step.html", context | more, status=status))


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; end one, or all others."""
    user, this = user_of(request), session_of(request)
    if request.method == "GET":
        return render(request, "accounts/own_sessions.html", {"sessions": sessions_of(user, this=this)})
    number = request.POST.get("session", "")
    is_others = "others" in request.POST
    if not is_others and not number:
        return redirect("accounts:sessions")
    count = end_sessions(actor=actor_of(request), user=user, number=number, but=this if is_others else "")
    said = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, said % {"count": count})
    return redirect("accounts:sessions")


@login_required
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """One's own API keys; a new one's secret is shown once."""
    actor, user = actor_of(request), user_of(request)
    if request.method == "GET":
        return _keys_page(request)
    try:
        key, secret = create_key(
            actor=actor, user=user, name=request.POST.get("name", ""), scopes=request.POST.getlist("scope"),
            is_limited=request.POST.get("reach") == "some", days=request.POST.get("days", ""),
        )  # fmt: skip
    except ValidationError as error:
        return _keys_page(request, status=422, errors=error.message_dict)
    return private(render(request, "accounts/own_key.html", {"key": key, "secret": secret}))


def _keys_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    sent = request.POST
    context = {
        "keys": keys_of(user_of(request)), "now": timezone.now(),
        "rights": grantable(actor_of(request)), "expiries": EXPIRIES,
        "name": sent.get("name", ""), "reach": sent.get("reach", "all"), "days": sent.get("days", "365"),
        "chosen": sent.getlist("scope"),
    }  # fmt: skip
    return render(request, "accounts/own_keys.html", context | more, status=status)


@login_required
@require_POST
def end_key(request: HttpRequest, number: int) -> HttpResponse:
    """End one's own key, or as an administrator somebody's."""
    key = ApiKey.objects.filter(pk=number).select_related("user").first()
    if key is None:
        raise Http404
    revoke_api_key(actor=actor_of(request), key=key)
    messages.success(
        request, _("The key %(name)s is ended. Programs that use it are refused now.") % {"name": key.name}
    )
    return redirect("accounts:keys" if key.user_id == user_of(request).pk else "accounts:all_keys")
