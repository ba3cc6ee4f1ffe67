"""Letters to staff, each sent by a job, so that a page takes as long whoever is meant, and mail that is down waits."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.accounts import events, letters
from dangol.platform.accounts.courier import deliver
from dangol.platform.accounts.entry import tickets
from dangol.platform.accounts.entry.queries import open_invitations
from dangol.platform.accounts.models import Invitation, Ticket, User
from dangol.platform.events.stream import emit
from dangol.platform.jobs.tasks import task

NOTICES = {"password": letters.password_changed_letter, "second_step": letters.second_step_letter}


@task(name="accounts.send_invitation")
def send_invitation(invitation_id: int) -> None:
    """Send an invitation, unless it was accepted or withdrawn since."""
    invitation = open_invitations().select_related("invited_by").filter(pk=invitation_id).first()
    if invitation is None:
        return
    token = tickets.issue(Ticket.Kind.INVITATION, invitation=invitation)
    deliver(letters.invitation_letter(invitation, token))
    Invitation.objects.filter(pk=invitation_id).update(sent_at=timezone.now())


@task(name="accounts.send_reset")
def send_reset(email: str) -> None:
    """Send a link to a new password to the member of staff with this e-mail; nobody else gets anything."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    with transaction.atomic():
        token = tickets.issue(Ticket.Kind.RESET, user=user)
        emit(events.ResetAsked(subject_id=user.pk), actor=Actor.anonymous())
    deliver(letters.reset_letter(user, token))


@task(name="accounts.send_notice")
def send_notice(user_id: int, about: str) -> None:
    """Tell a member of staff what was changed about their account."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        deliver(NOTICES[about](user))


def tell_password_changed(user: User) -> None:
    """Have a letter sent that the password was changed."""
    send_notice.defer(user_id=user.pk, about="password")


def tell_second_step_off(user: User) -> None:
    """Have a letter sent that the second step was taken away."""
    send_notice.defer(user_id=user.pk, about="second_step")
