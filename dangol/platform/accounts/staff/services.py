from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts import events
from dangol.platform.accounts.entry import tickets, totp
from dangol.platform.accounts.judging import ADMINISTRATOR, require_over, require_to_give
from dangol.platform.accounts.models import ApiKey, Role, Session, Ticket, User
from dangol.platform.accounts.staff.checking import checked_staff
from dangol.platform.accounts.tasks import tell_second_step_off
from dangol.platform.events.stream import emit

PLAIN = ("email", "name", "language", "team", "manager")


@transaction.atomic
def change_user(*, actor: Actor, user: User, values: Mapping[str, Any]) -> User:
    """Change the account of a member of staff: email, name, language, team, manager, roles.

    Raises ValidationError by field (the last administrator keeps that role); Forbidden.
    """
    user = _locked(user)
    require_over(actor, user)
    kept = checked_staff(values, user=user)
    changes: dict[str, list[Any]] = {}
    for name in [name for name in PLAIN if name in kept and getattr(user, name) != kept[name]]:
        changes[name] = [_said(getattr(user, name)), _said(kept[name])]
        setattr(user, name, kept[name])
    if changes:
        user.full_clean(exclude=["password"])
        user.save(update_fields=list(changes))
    if "email" in changes:
        _end_links(user)
    if "roles" in kept:
        changes |= _change_roles(actor, user, kept["roles"])
    if changes:
        emit(events.UserChanged(subject_id=user.pk, changes=changes), actor=actor)
    return user


def _change_roles(actor: Actor, user: User, roles: list[Role]) -> dict[str, list[Any]]:
    before, after = set(user.roles.all()), set(roles)
    if before == after:
        return {}
    require_to_give(actor, after - before)
    if ADMINISTRATOR in {role.name for role in before - after}:
        _keep_an_administrator(user, "roles")
    user.roles.set(roles)
    return {"roles": [sorted(role.name for role in before), sorted(role.name for role in after)]}


@transaction.atomic
def deactivate_user(*, actor: Actor, user: User) -> User:
    """End somebody's work here: no sign-in, all sessions, keys and links end at once; their records stay theirs.

    Raises ValidationError for the last administrator and for oneself; Forbidden.
    """
    user = _locked(user)
    require_over(actor, user)
    if actor.user_id == user.pk:
        raise ValidationError(_("Nobody can deactivate their own account. Ask another administrator."))
    if not user.is_active:
        return user
    if user.roles.filter(name=ADMINISTRATOR).exists():
        _keep_an_administrator(user, "")
    user.is_active, user.left_at = False, timezone.now()
    user.save(update_fields=["is_active", "left_at"])
    sessions = Session.objects.filter(user=user).delete()[0]
    keys = ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    _end_links(user)
    emit(events.UserLeft(subject_id=user.pk, sessions=sessions, keys=keys), actor=actor)
    return user


@transaction.atomic
def reactivate_user(*, actor: Actor, user: User) -> User:
    """Let somebody back in, with the roles and password they had; keys stay ended. Raises Forbidden."""
    user = _locked(user)
    require_over(actor, user)
    if not user.is_active:
        user.is_active, user.left_at = True, None
        user.save(update_fields=["is_active", "left_at"])
        emit(events.UserReturned(subject_id=user.pk), actor=actor)
    return user


@transaction.atomic
def reset_second_step(*, actor: Actor, user: User) -> None:
    """Take the second step away from somebody who lost the phone; they are told, and signed out. Raises Forbidden."""
    user = _locked(user)
    if actor.user_id == user.pk:
        raise Forbidden("change", "user", _("Your own second step is switched off under your own settings."))
    require_over(actor, user)
    if user.totp_since is not None:
        totp.forget(actor=actor, user=user)
        Session.objects.filter(user=user).delete()
        tell_second_step_off(user)


@transaction.atomic
def make_sign_in_link(*, actor: Actor, user: User) -> str:
    """A token that signs `user` in once within fifteen minutes, without the password. For the command line alone.

    Raises Forbidden for everybody but the system itself; ValidationError for somebody who left.
    """
    if actor.kind != "system":
        raise Forbidden("change", "user")
    if not user.is_active:
        raise ValidationError(_("%(name)s has left. Reactivate the account first.") % {"name": user.name})
    emit(events.SignInLinkMade(subject_id=user.pk), actor=actor)
    return tickets.issue(Ticket.Kind.SIGN_IN, user=user)


def _keep_an_administrator(user: User, field: str) -> None:
    """Raise ValidationError when nobody else could administrate. Two at once wait for each other at the role's row."""
    Role.objects.select_for_update().filter(name=ADMINISTRATOR).first()
    others = User.objects.filter(is_active=True, roles__name=ADMINISTRATOR).exclude(pk=user.pk)
    if not others.exists():
        said = _("%(name)s is the last administrator. Make somebody else one first.") % {"name": user.name}
        raise ValidationError({field: said} if field else said)


def _end_links(user: User) -> None:
    for kind in (Ticket.Kind.RESET, Ticket.Kind.SIGN_IN):
        tickets.end(kind, user=user)


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("team", "manager").get(pk=user.pk)


def _said(value: Any) -> Any:
    return value.pk if isinstance(value, User) or hasattr(value, "pk") else value
