"""Signing in: e-mail and password first, then the second step for who has one."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.accounts import events
from dangol.platform.accounts.entry.attempts import SIGN_IN, give_back, take
from dangol.platform.accounts.models import User
from dangol.platform.events.stream import emit


def sign_in(*, email: str, password: str, address: str) -> User | None:
    """The member of staff with this e-mail and password, or None. Takes as long for an unknown e-mail as for a known.

    Every failure is kept for throttling and for the audit. Raises TooManyAttempts.
    """
    taken = take(SIGN_IN, email=email, address=address)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    known = user.password if user else _NOBODYS_PASSWORD()
    if check_password(password, known) and user:
        with transaction.atomic():
            give_back(taken)
            User.objects.filter(pk=user.pk).update(last_login=timezone.now())
            emit(events.UserSignedIn(subject_id=user.pk), actor=Actor(kind="user", user_id=user.pk, name=user.name))
        return user
    with transaction.atomic():
        emit(events.SignInFailed(subject_id=user.pk if user else None), actor=Actor.anonymous())
    return None


def _NOBODYS_PASSWORD() -> str:
    return make_password(secrets.token_urlsafe(12))
