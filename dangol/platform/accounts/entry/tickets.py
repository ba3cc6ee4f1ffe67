"""Links that work once. The secret stands in the link alone, signed; the table keeps its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.accounts.models import Invitation, Ticket, User

LASTING = {
    Ticket.Kind.INVITATION: timedelta(days=7),
    Ticket.Kind.RESET: timedelta(hours=1),
    Ticket.Kind.SIGN_IN: timedelta(minutes=15),
}
MOST_CHARACTERS = 200


class BadTicket(Exception):
    """A link was cut off, changed, used before, withdrawn, or has run out: all look the same from outside."""

    def __init__(self) -> None:
        super().__init__(
            _("This link is not valid any more. It works once, and for a limited time only. Ask for a new one.")
        )


def issue(kind: Ticket.Kind, *, user: User | None = None, invitation: Invitation | None = None) -> str:
    """Make a link's token for a member of staff or an invitation; earlier ones stay good until one of them is used."""
    secret = secrets.token_urlsafe(32)
    Ticket.objects.create(
        kind=kind, digest=_digest(secret), user=user, invitation=invitation,
        expires_at=timezone.now() + LASTING[kind],
    )  # fmt: skip
    return _signer(kind).sign(secret)


def look(kind: Ticket.Kind, token: str) -> Ticket:
    """The ticket behind a token, not yet used by this. Raises BadTicket."""
    found = _open(kind, token).select_related("user", "invitation").first()
    if found is None:
        raise BadTicket
    return found


def use(kind: Ticket.Kind, token: str) -> Ticket:
    """Use a ticket up, in the running transaction: of two at once, one gets it. Raises BadTicket."""
    now = timezone.now()
    if _open(kind, token).update(used_at=now) != 1:
        raise BadTicket
    used = Ticket.objects.select_related("user", "invitation").get(digest=_digest(_secret(kind, token)))
    end(kind, user=used.user, invitation=used.invitation)
    return used


def end(kind: Ticket.Kind, *, user: User | None = None, invitation: Invitation | None = None) -> None:
    """End all links of this kind that somebody has."""
    Ticket.objects.filter(kind=kind, user=user, invitation=invitation, used_at=None).update(used_at=timezone.now())


def forget_old() -> int:
    """Delete tickets that ended more than a month ago; returns how many."""
    return Ticket.objects.filter(expires_at__lt=timezone.now() - timedelta(days=30)).delete()[0]


def _open(kind: Ticket.Kind, token: str) -> QuerySet[Ticket]:
    """Neither used nor run out, and of somebody who is still here or still invited."""
    found = Ticket.objects.filter(
        kind=kind, digest=_digest(_secret(kind, token)), used_at=None, expires_at__gt=timezone.now()
    )
    if kind == Ticket.Kind.INVITATION:
        return found.filter(invitation__accepted_at=None, invitation__withdrawn_at=None)
    return found.filter(user__is_active=True)


def _secret(kind: Ticket.Kind, token: str) -> str:
    """The secret in a token; one that was not signed here never reaches the database."""
    if len(token) > MOST_CHARACTERS:
        raise BadTicket
    try:
        return _signer(kind).unsign(token)
    except BadSignature:
        raise BadTicket from None


def _signer(kind: Ticket.Kind) -> Signer:
    return Signer(salt=f"dangol.accounts.ticket.{kind}", sep=".")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
