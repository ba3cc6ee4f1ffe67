"""Inviting somebody to the staff: by a link that works once, for seven days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts import events
from dangol.platform.accounts.entry import attempts, tickets
from dangol.platform.accounts.entry.passwords import checked_password
from dangol.platform.accounts.judging import require_to_give
from dangol.platform.accounts.models import Invitation, Ticket, User
from dangol.platform.accounts.naming import named
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.staff.checking import checked_staff
from dangol.platform.accounts.tasks import send_invitation
from dangol.platform.events.stream import emit


def invite(*, actor: Actor, values: Mapping[str, Any]) -> Invitation:
    """Invite somebody and have the letter sent.

    Args:
        values: email, name (may be empty), language, team, manager, roles (ids or objects).

    Raises:
        ValidationError: by field; the e-mail may be a member of staff's already.
        Forbidden: for who may not add staff, or not give one of the roles.
        TooManyAttempts: too many invitations to this address, or by this person.
    """
    require(actor, "create", "user")
    kept = checked_staff(values, is_name_needed=False)
    require_to_give(actor, kept["roles"])
    attempts.take(attempts.INVITE, email=kept["email"], address=f"user {actor.user_id}")
    with transaction.atomic():
        _forget_ended(kept["email"])
        roles = kept.pop("roles")
        invitation = Invitation(**kept, invited_by_id=actor.user_id, expires_at=_end())
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError:  # two at once
            raise _invited_already() from None
        invitation.roles.set(roles)
        send_invitation.defer(invitation_id=invitation.pk)
        changes: dict[str, list[Any]] = {
            "email": ["", invitation.email],
            "roles": [[], sorted(role.name for role in roles)],
        }
        emit(events.Invited(subject_id=invitation.pk, changes=changes), actor=actor)
    return invitation


def resend(*, actor: Actor, invitation: Invitation) -> None:
    """Send an invitation again, with a new link for another seven days; the old link ends.

    Raises Forbidden; TooManyAttempts; ValidationError when it was accepted or withdrawn.
    """
    _judge(actor, invitation)
    attempts.take(attempts.INVITE, email=invitation.email, address=f"user {actor.user_id}")
    with transaction.atomic():
        tickets.end(Ticket.Kind.INVITATION, invitation=invitation)
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=_end(), sent_at=None)
        send_invitation.defer(invitation_id=invitation.pk)
        emit(events.Invited(subject_id=invitation.pk), actor=actor)


@transaction.atomic
def withdraw(*, actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back; its link ends at once. Raises Forbidden; ValidationError when it was accepted."""
    _judge(actor, invitation)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
    tickets.end(Ticket.Kind.INVITATION, invitation=invitation)
    emit(events.InvitationWithdrawn(subject_id=invitation.pk), actor=actor)


@transaction.atomic
def accept(*, token: str, name: str, password: str, again: str) -> User:
    """Join by a link, which is used up, with the rights that the invitation gives.

    Raises BadTicket; ValidationError by field (`name`, `password`, `again`).
    """
    invitation = tickets.look(Ticket.Kind.INVITATION, token).invitation
    assert invitation is not None
    user = User(
        email=invitation.email, language=invitation.language, time_zone=workspace().time_zone,
        team=invitation.team, manager=invitation.manager, password_changed_at=timezone.now(),
    )  # fmt: skip
    user.name = named(name)
    checked_password(password, again, user)
    tickets.use(Ticket.Kind.INVITATION, token)
    user.password = make_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    user.roles.set(invitation.roles.all())
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now(), user=user)
    me = Actor(kind="user", user_id=user.pk, name=user.name)
    emit(events.UserCreated(subject_id=user.pk), actor=me)
    emit(events.InvitationAccepted(subject_id=invitation.pk, user_id=user.pk), actor=me)
    return user


def _judge(actor: Actor, invitation: Invitation) -> None:
    require(actor, "create", "user")
    require_to_give(actor, invitation.roles.all())
    if invitation.accepted_at or invitation.withdrawn_at:
        raise ValidationError(_("This invitation was accepted or withdrawn in the meantime."))


def _forget_ended(email: str) -> None:
    """Make room for a new invitation: one that ran out stands in the way of none."""
    Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None, expires_at__lte=timezone.now()).update(
        withdrawn_at=timezone.now()
    )
    if Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).exists():
        raise _invited_already()


def _invited_already() -> ValidationError:
    return ValidationError({"email": _("This address is invited already. The list of staff sends the letter again.")})


def _end() -> Any:
    return timezone.now() + tickets.LASTING[Ticket.Kind.INVITATION]
