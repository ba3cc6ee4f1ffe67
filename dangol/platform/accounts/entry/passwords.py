"""Changing a password, and setting a new one by a link. Each change ends the other sessions and is told by mail."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts import events
from dangol.platform.accounts.entry import tickets
from dangol.platform.accounts.entry.attempts import SIGN_IN, give_back, take
from dangol.platform.accounts.judging import require_own
from dangol.platform.accounts.models import Session, Ticket, User
from dangol.platform.events.stream import emit

MOST_CHARACTERS = 200
Told = Callable[[User], None]


def change_own_password(
    *, actor: Actor, user: User, old: str | None, new: str, again: str, keep: str, tell: Told
) -> None:
    """Change one's own password and end one's other sessions.

    Args:
        old: the password until now; None where a link has just stood in for it.
        keep: stored key of the session that goes on.
        tell: puts the letter that says so in the queue.

    Raises ValidationError by field (`old`, `password`, `again`); Forbidden; TooManyAttempts.
    """
    require_own(actor, user)
    if old is not None:
        taken = take(SIGN_IN, email=user.email)
        if not check_password(old, user.password):
            raise ValidationError({"old": _("This is not your password until now.")})
        give_back(taken)
    checked_password(new, again, user)
    with transaction.atomic():
        set_password(actor=actor, user=user, new=new, keep=keep)
        tell(user)


def reset_password(*, token: str, new: str, again: str, tell: Told) -> User:
    """Set a new password by a link, which is used up, and end all sessions. Raises BadTicket; ValidationError."""
    with transaction.atomic():
        user = tickets.look(Ticket.Kind.RESET, token).user
        assert user is not None
        checked_password(new, again, user)
        tickets.use(Ticket.Kind.RESET, token)
        set_password(actor=Actor(kind="user", user_id=user.pk, name=user.name), user=user, new=new)
        tell(user)
    return user


def checked_password(new: str, again: str, user: User) -> None:
    """Raise ValidationError for `password` or `again`, each with a sentence."""
    if len(new) > MOST_CHARACTERS:
        raise ValidationError({"password": _("At most %(limit)s characters.") % {"limit": MOST_CHARACTERS}})
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
    if new.strip().lower() in {user.email.lower(), user.name.strip().lower()}:
        raise ValidationError({"password": _("Your name or address is no password.")})
    if new != again:
        raise ValidationError({"again": _("The two passwords differ.")})


def set_password(*, actor: Actor, user: User, new: str, keep: str = "") -> None:
    """Keep a checked password, end all sessions but `keep`, and all links. Call it in a transaction."""
    user.password, user.password_changed_at = make_password(new), timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    ended = Session.objects.filter(user=user).exclude(pk=keep).delete()[0]
    for kind in (Ticket.Kind.RESET, Ticket.Kind.SIGN_IN):
        tickets.end(kind, user=user)
    emit(events.PasswordChanged(subject_id=user.pk, sessions=ended), actor=actor)
