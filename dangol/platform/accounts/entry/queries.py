from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from dangol.platform.accounts.models import Invitation, User


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def is_staff_address(email: str) -> bool:
    """Whether letters of the house itself may go there: an active member of staff's, or of somebody who was invited."""
    given = email.strip().lower()
    is_staff = User.objects.filter(email=given, is_active=True).exists()
    return is_staff or open_invitations().filter(email=given).exists()
