"""What the house writes to its staff, in the reader's language."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dangol.platform.accounts.courier import StaffLetter
from dangol.platform.accounts.models import Invitation, User
from dangol.platform.accounts.queries import workspace


def invitation_letter(invitation: Invitation, token: str) -> StaffLetter:
    """The link by which somebody joins."""
    with override(invitation.language):
        house, by = str(workspace()), invitation.invited_by
        who = _("%(name)s invites you to work with %(house)s in Dangol.") if by else _("You are invited to %(house)s.")
        hello = _("Hello %(name)s,") % {"name": invitation.name} + "\n\n" if invitation.name else ""
        return StaffLetter(
            to=invitation.email,
            name=invitation.name,
            subject=_("Invitation to %(house)s") % {"house": house},
            before=hello + who % {"name": by.name if by else "", "house": house} + "\n\n"
            + _("Open this link and choose a password:"),
            path=reverse("accounts:join", args=[token]),
            after=_("The link is good for seven days, once. If you do not know what this is about, do nothing."),
        )  # fmt: skip


def reset_letter(user: User, token: str) -> StaffLetter:
    """The link by which somebody sets a new password."""
    with override(user.language):
        return StaffLetter(
            to=user.email,
            name=user.name,
            subject=_("A new password for %(house)s") % {"house": str(workspace())},
            before=_("Somebody, most likely you, asked for a new password. Open this link to choose one:"),
            path=reverse("accounts:new_password", args=[token]),
            after=_("The link is good for one hour, once. If it was not you, do nothing: your password stays."),
        )


def password_changed_letter(user: User) -> StaffLetter:
    """That a password was changed."""
    return _notice(user, _changed)


def second_step_letter(user: User) -> StaffLetter:
    """That the second step was taken away."""
    return _notice(user, _without_second_step)


def _changed(house: str) -> tuple[str, str]:
    return _("Your password was changed"), _(
        "The password of your account at %(house)s was changed just now, and you were signed out everywhere else."
    ) % {"house": house}


def _without_second_step(house: str) -> tuple[str, str]:
    return _("The second step of your sign-in is off"), _(
        "The second step of signing in to %(house)s was switched off for your account just now."
    ) % {"house": house}


def _notice(user: User, said: object) -> StaffLetter:
    with override(user.language):
        subject, before = said(str(workspace()))  # type: ignore[operator]
        after = _("If it was not you, set a new password at once by this link and tell an administrator:")
        path = reverse("accounts:forgotten")
        return StaffLetter(to=user.email, name=user.name, subject=subject, before=f"{before}\n\n{after}", path=path)
