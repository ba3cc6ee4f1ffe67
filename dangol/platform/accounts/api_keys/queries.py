from __future__ import annotations

from django.db.models import QuerySet

from dangol.platform.accounts.models import ApiKey, User


def keys_of(user: User) -> QuerySet[ApiKey]:
    """The keys of `user` that were not ended, the newest first."""
    return ApiKey.objects.filter(user=user, revoked_at=None).order_by("-created_at", "-id")


def all_keys() -> QuerySet[ApiKey]:
    """Everybody's keys that were not ended, the newest first, with their owners. Most recent 500."""
    found = ApiKey.objects.filter(revoked_at=None).select_related("user").order_by("-created_at", "-id")
    return found[:500]
