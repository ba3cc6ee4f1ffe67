"""What the pages of accounts share: who asks, from where, and where they may go next."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.entry.attempts import TooManyAttempts
from dangol.platform.accounts.entry.store import stored_key
from dangol.platform.accounts.models import User


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def user_of(request: HttpRequest) -> User:
    """The member of staff who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def address_of(request: HttpRequest) -> str:
    """The address that the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def session_of(request: HttpRequest) -> str:
    """The stored key of this session."""
    return stored_key(request.session.session_key or "")


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where to go next: the asked address if it is one of ours, else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or default
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else default


def private(answer: HttpResponse) -> HttpResponse:
    """Keep a page with a secret, in it or in its address, out of caches and out of the next site's logs.

    The policy is not `no-referrer`: with that one a browser names no origin when the page's form is sent.
    """
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def say_errors(request: HttpRequest, error: ValidationError) -> None:
    """Tell what was refused above the next page, where no form can show it."""
    for sentence in error.messages:
        messages.error(request, sentence)


def bad_link(request: HttpRequest, error: Exception) -> HttpResponse:
    """The page of a link that is not valid any more, or was tried too often."""
    status = 429 if isinstance(error, TooManyAttempts) else 404
    return private(render(request, "accounts/bad_link.html", {"reason": str(error)}, status=status))
