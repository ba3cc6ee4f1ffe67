"""Signing in: e-mail and password first, then the second step for who has one."""

from __future__ import annotations

import secrets
import time

from django.contrib.auth import login as start_session
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dangol.platform.access.actor import Actor
from dangol.platform.accounts import events
from dangol.platform.accounts.entry import totp
from dangol.platform.accounts.entry.attempts import SIGN_IN, give_back, take
from dangol.platform.accounts.entry.tickets import use
from dangol.platform.accounts.models import Ticket, User
from dangol.platform.events.stream import emit

PENDING = "sign_in_pending"
PENDING_SECONDS = 600
BY_LINK = "signed_in_by_link_at"
BY_LINK_SECONDS = 900


def sign_in(*, email: str, password: str, address: str) -> User | None:
    """The member of staff with this e-mail and password, or None. Takes as long for an unknown e-mail as for a known.

    Every failure is kept for throttling and for the audit. Whoever has no second step has signed in by this. Raises
    TooManyAttempts.
    """
    taken = take(SIGN_IN, email=email, address=address)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    known = user.password if user else _NOBODYS_PASSWORD()
    if check_password(password, known) and user:
        give_back(taken)
        if user.totp_since is None:
            _signed_in(user, address)
        return user
    with transaction.atomic():
        emit(events.SignInFailed(subject_id=user.pk if user else None), actor=Actor.anonymous(address))
    return None


def sign_in_by_link(*, token: str, address: str = "") -> User:
    """The member of staff to whom a link of the command line belongs, which is used up. Raises BadTicket."""
    with transaction.atomic():
        user = use(Ticket.Kind.SIGN_IN, token).user
        assert user is not None
        if user.totp_since is None:
            _signed_in(user, address)
    return user


def second_step(*, user: User, code: str, address: str) -> None:
    """Take the second step's code, or a recovery code. Raises ValidationError for `code`; TooManyAttempts."""
    is_recovery = totp.check(user, code, address=address)
    with transaction.atomic():
        _signed_in(user, address)
        if is_recovery:
            actor = Actor(kind="user", user_id=user.pk, name=user.name, address=address)
            emit(events.RecoveryCodeUsed(subject_id=user.pk, left=totp.codes_left(user)), actor=actor)


def open_session(request: HttpRequest, user: User, *, by_link: bool = False) -> None:
    """Let `user` in, under a new session key. `by_link`: a link stood in for the password, so one may be set anew."""
    start_session(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(PENDING, None)
    if by_link:
        request.session[BY_LINK] = int(time.time())


def wait_for_second_step(request: HttpRequest, user: User, *, next_path: str, by_link: bool = False) -> None:
    """Remember in the session, under a new key, who has still to give a code. Good for ten minutes."""
    request.session.flush()
    request.session[PENDING] = {
        "user": user.pk, "hash": user.get_session_auth_hash(), "at": int(time.time()), "next": next_path,
        "by_link": by_link,
    }  # fmt: skip


def who_waits(request: HttpRequest) -> tuple[User, str, bool] | None:
    """Who has still to give a code, where they go next, and whether a link stood in for the password; None: nobody.

    Somebody who left, or whose password was changed meanwhile, begins anew.
    """
    kept = request.session.get(PENDING)
    if not kept or not 0 <= time.time() - kept["at"] <= PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, totp_since__isnull=False).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return user, str(kept["next"]), bool(kept["by_link"])


def is_fresh_by_link(request: HttpRequest) -> bool:
    """Whether a link stood in for the password a moment ago, so that the old one cannot be asked for."""
    return 0 <= time.time() - int(request.session.get(BY_LINK, 0)) <= BY_LINK_SECONDS


def _signed_in(user: User, address: str) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        actor = Actor(kind="user", user_id=user.pk, name=user.name, address=address)
        emit(events.UserSignedIn(subject_id=user.pk), actor=actor)


def _NOBODYS_PASSWORD() -> str:
    return make_password(secrets.token_urlsafe(12))
