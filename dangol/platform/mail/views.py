"""Pages of the way out: its settings with a test, and what the DNS says about our domain."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.db.secrets import CannotDecrypt
from dangol.platform.mail.domain.findings import worst
from dangol.platform.mail.domain.words import counted, tell
from dangol.platform.mail.forms import WayForm
from dangol.platform.mail.headers import CannotCompose
from dangol.platform.mail.letters import user_of
from dangol.platform.mail.links import BadLink
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.permits import MayNotLeave
from dangol.platform.mail.queries import is_own_address_shown, last_lookup, mail_way, question, sender_address
from dangol.platform.mail.services import NoSender, change_mail_way, look_domain_up, try_mail_way, verify_own_address
from dangol.platform.ui.errors import error_page

SHOWN = tuple(name for name in WayForm.base_fields if name != "password")


@login_required
@require_http_methods(["GET", "POST"])
def way(request: HttpRequest) -> HttpResponse:
    """Show how mail leaves the house; keep what was changed."""
    actor, now = _who_may(request), mail_way()
    if request.method == "GET":
        return _page(request, now, _filled(now))
    form = WayForm(request.POST)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in SHOWN}
        try:
            change_mail_way(
                actor=actor, values=values, password=form.cleaned_data["password"],
                is_password_removed="is_password_removed" in request.POST,
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("mail:way")
        except ValidationError as error:
            form.refuse(error.message_dict)
    return _page(request, now, form, status=422)


@login_required
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Try the way out as it is kept, and show each step."""
    actor, user, now = _who_may(request), _user(request), mail_way()
    is_shown = is_own_address_shown(user)
    try:
        trial = try_mail_way(actor=actor, user=user)
    except (CannotDecrypt, CannotCompose, MayNotLeave) as error:
        return _page(request, now, _filled(now), status=422, trial_error=str(error))
    now.refresh_from_db() if MailWay.objects.filter(pk=1).exists() else None
    context = {"trial": trial, "was_shown": is_shown, "is_caught": now.mode == MailWay.Mode.CATCHER}
    return _page(request, now, _filled(now), status=200 if trial.is_good else 422, **context)


@login_required
@require_http_methods(["GET", "POST"])
def domain(request: HttpRequest) -> HttpResponse:
    """What the DNS said about our domain the last time; ask it anew on POST."""
    actor, now = _who_may(request), mail_way()
    error = ""
    if request.method == "POST":
        try:
            look_domain_up(actor=actor)
            return redirect("mail:domain")
        except NoSender as problem:
            error = str(problem)
    seen = last_lookup(now)
    told = [tell(finding) for finding in seen.findings] if seen else []
    context = {
        "asked": question(now), "seen": seen, "told": told, "error": error,
        "worst": worst(seen.findings) if seen else "", "to_mend": _to_mend(told),
    }  # fmt: skip
    return render(request, "mail/domain.html", context, status=422 if error else 200)


def _to_mend(told: list[Any]) -> str:
    count = sum(one.finding.state in ("bad", "warn") and one.finding.subject != "bulk" for one in told)
    return counted(count) if count else ""


@login_required
@require_http_methods(["GET", "POST"])
def own_address(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link that shows an address to be one's own; only the button does it."""
    actor, user = _actor(request), _user(request)
    try:
        meant = user_of(token)
    except BadLink as error:
        return error_page(request, 404, str(error))
    is_me = meant.pk == user.pk
    if request.method == "POST":
        verify_own_address(actor=actor, user=user, email=meant.email if is_me else "")
        messages.success(request, _("%(email)s is confirmed. Tests come there from now on.") % {"email": meant.email})
        return redirect("mail:way" if actor.may("change", "workspace") else "accounts:profile")
    return render(
        request, "mail/own_address.html", {"email": meant.email, "is_me": is_me}, status=200 if is_me else 403
    )


def _page(request: HttpRequest, now: MailWay, form: WayForm, status: int = 200, **more: Any) -> HttpResponse:
    user = _user(request)
    context = {
        "form": form, "way": now, "has_password": bool(now.secret), "is_shown": is_own_address_shown(user),
        "sender": sender_address(now), "house": str(workspace()),
    }  # fmt: skip
    return render(request, "mail/way.html", context | more, status=status)


def _filled(now: MailWay) -> WayForm:
    return WayForm(initial={name: getattr(now, name) for name in SHOWN})


def _who_may(request: HttpRequest) -> Actor:
    actor = _actor(request)
    require(actor, "change", "workspace")
    return actor


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
