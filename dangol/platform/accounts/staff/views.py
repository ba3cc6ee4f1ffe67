"""Pages of staff: who is here, one account, invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.checks import require
from dangol.platform.accounts.api_keys.queries import keys_of
from dangol.platform.accounts.entry import tickets
from dangol.platform.accounts.entry.attempts import TICKET, TooManyAttempts, give_back, take
from dangol.platform.accounts.entry.sessions import end_sessions, sessions_of
from dangol.platform.accounts.entry.tickets import BadTicket
from dangol.platform.accounts.judging import may_give
from dangol.platform.accounts.models import Invitation, Role, Team, Ticket, User
from dangol.platform.accounts.pages import actor_of, address_of, bad_link, private, say_errors, user_of
from dangol.platform.accounts.queries import staff, workspace
from dangol.platform.accounts.staff import invitations as inviting
from dangol.platform.accounts.staff.queries import count_by_state, is_over, last_seen, pending_invitations, staff_list
from dangol.platform.accounts.staff.services import (
    change_user,
    deactivate_user,
    reactivate_user,
    reset_second_step,
)

STATES = ("active", "left")
LANGUAGES = (("ko", "한국어"), ("en", "English"))


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Staff, and who was invited."""
    actor = actor_of(request)
    require(actor, "see", "user")
    state = request.GET.get("state", "active")
    search = request.GET.get("q", "")[:200].replace("\0", "")
    users = staff_list(search=search, state=state if state in STATES else "active")
    context = {
        "rows": [(user, last_seen(user)) for user in users], "state": state, "search": search,
        "counts": count_by_state(), "invitations": [(one, is_over(one)) for one in pending_invitations()],
        "may_invite": actor.may("create", "user"), "may_change": actor.may("change", "user"),
    }  # fmt: skip
    return render(request, "accounts/staff.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    actor = actor_of(request)
    require(actor, "create", "user")
    if request.method == "GET":
        ours = workspace()
        return _form(
            request, "accounts/invite.html", {"language": ours.language, "roles": [], "team": "", "manager": ""}
        )
    try:
        invitation = inviting.invite(actor=actor, values=_sent(request))
    except ValidationError as error:
        return _form(request, "accounts/invite.html", _sent(request), error, status=422)
    except TooManyAttempts as error:
        return _form(request, "accounts/invite.html", _sent(request), ValidationError(str(error)), status=429)
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
    return redirect("accounts:staff")


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, number: int) -> HttpResponse:
    """One member of staff: what can be changed, sessions, keys and the second step."""
    actor, user = actor_of(request), _user(number)
    require(actor, "see", "user")
    if request.method == "GET":
        return _account_page(request, user, _values(user))
    require(actor, "change", "user")
    try:
        change_user(actor=actor, user=user, values=_sent(request))
    except ValidationError as error:
        return _account_page(request, user, _sent(request), error, status=422)
    messages.success(request, _("Saved."))
    return redirect("accounts:account", user.pk)


@login_required
@require_POST
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Deactivate, reactivate, take the second step away, or end sessions."""
    actor, user = actor_of(request), _user(number)
    require(actor, "change", "user")
    if what not in ("deactivate", "reactivate", "second-step", "sessions"):
        raise Http404
    try:
        if what == "deactivate":
            deactivate_user(actor=actor, user=user)
            said = _("%(name)s is deactivated: signed out everywhere, and all keys have ended.")
        elif what == "reactivate":
            reactivate_user(actor=actor, user=user)
            said = _("%(name)s can sign in again.")
        elif what == "second-step":
            reset_second_step(actor=actor, user=user)
            said = _("The second step of %(name)s is off. They were signed out and get a letter.")
        else:
            count = end_sessions(actor=actor, user=user, number=request.POST.get("session", ""))
            said = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count) % {"count": count}
        messages.success(request, said % {"name": user.name} if "%(name)s" in said else said)
    except ValidationError as error:
        say_errors(request, error)
    return redirect("accounts:account", user.pk)


@login_required
@require_POST
def change_invitation(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    invitation = Invitation.objects.filter(pk=number).first()
    require(actor_of(request), "create", "user")
    if invitation is None or what not in ("withdraw", "resend"):
        raise Http404
    try:
        if what == "withdraw":
            inviting.withdraw(actor=actor_of(request), invitation=invitation)
            said = _("The invitation to %(email)s is withdrawn; its link is dead.")
        else:
            inviting.resend(actor=actor_of(request), invitation=invitation)
            said = _("The invitation to %(email)s is on its way again; the older link is dead.")
        messages.success(request, said % {"email": invitation.email})
    except ValidationError as error:
        say_errors(request, error)
    except TooManyAttempts as error:
        messages.error(request, str(error))
    return redirect("accounts:staff")


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of an invitation: say one's name and choose a password. Looking uses nothing up."""
    try:
        taken = take(TICKET, address=address_of(request))
        invitation = tickets.look(Ticket.Kind.INVITATION, token).invitation
        give_back(taken)
    except (BadTicket, TooManyAttempts) as error:
        return bad_link(request, error)
    assert invitation is not None
    context: dict[str, Any] = {"email": invitation.email, "name": invitation.name}
    if request.method == "POST":
        sent = {name: request.POST.get(name, "") for name in ("name", "password", "again")}
        try:
            inviting.accept(token=token, **sent)
        except BadTicket as error:
            return bad_link(request, error)
        except ValidationError as error:
            context |= {"errors": _by_field(error), "name": sent["name"]}
            return private(render(request, "accounts/join.html", context, status=422))
        messages.success(request, _("Welcome. Sign in with your address and the password you chose."))
        return private(redirect("accounts:login"))
    return private(render(request, "accounts/join.html", context))


def _account_page(
    request: HttpRequest, user: User, values: dict[str, Any], error: ValidationError | None = None, *, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    may_change = actor.may("change", "user")
    if may_change:
        may_change = all(may_give(actor, role.name, role.grants, role.fields) for role in user.roles.all())
    context = {
        "person": user, "may_change": may_change, "is_me": user.pk == user_of(request).pk,
        "sessions": sessions_of(user) if may_change else [], "keys": keys_of(user) if may_change else [],
        "now": timezone.now(),
    }  # fmt: skip
    return _form(request, "accounts/account.html", values, error, status=status, user=user, **context)


def _form(
    request: HttpRequest, template: str, values: dict[str, Any], error: ValidationError | None = None, *,
    status: int = 200, user: User | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    held = set(user.roles.values_list("pk", flat=True)) if user else set()
    roles = [
        (role, role.pk in held or may_give(actor, role.name, role.grants, role.fields))
        for role in Role.objects.order_by("-is_builtin", "id")
    ]
    context = {
        "values": values, "errors": _by_field(error) if error else {}, "roles": roles, "languages": LANGUAGES,
        "teams": Team.objects.order_by("name"), "colleagues": staff().exclude(pk=user.pk if user else 0),
    }  # fmt: skip
    return render(request, template, context | more, status=status)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _values(user: User) -> dict[str, Any]:
    return {
        "email": user.email, "name": user.name, "language": user.language, "team": str(user.team_id or ""),
        "manager": str(user.manager_id or ""), "roles": [str(role.pk) for role in user.roles.all()],
    }  # fmt: skip


def _sent(request: HttpRequest) -> dict[str, Any]:
    names = ("email", "name", "language", "team", "manager")
    values: dict[str, Any] = {name: request.POST.get(name, "").replace("\0", "") for name in names}
    return {**values, "roles": request.POST.getlist("roles")}


def _user(number: int) -> User:
    found = User.objects.select_related("team", "manager").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
