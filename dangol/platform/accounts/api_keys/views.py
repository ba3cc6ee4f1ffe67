"""Everybody's API keys, for who may change accounts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dangol.platform.access.checks import require
from dangol.platform.accounts.api_keys.queries import all_keys
from dangol.platform.accounts.pages import actor_of


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All keys that were not ended."""
    require(actor_of(request), "change", "user")
    return render(request, "accounts/all_keys.html", {"keys": all_keys(), "now": timezone.now()})
