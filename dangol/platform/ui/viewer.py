"""Who looks at the page: language, zone, theme, rights. The room of accounts supplies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from dangol.platform.ui.korean import initials

May = Callable[[str, str], bool]
THEMES = ("system", "light", "dark")


def _may_nothing(action: str, object_name: str) -> bool:
    return False


@dataclass(frozen=True)
class Viewer:
    """What a page needs to know of its reader. `theme` is system, light or dark; `actor` is None when signed out.

    `memo` keeps what rooms worked out for this page, so that its parts ask the database once.
    """

    name: str = ""
    email: str = ""
    actor: Any = None
    may: May = field(default=_may_nothing)
    is_administrator: bool = False
    workspace_name: str = "Dangol"
    currency: str = "KRW"
    language: str = "en"
    time_zone: str = "UTC"
    theme: str = "system"
    is_folded: bool = False
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_signed_in(self) -> bool:
        """True for a member of staff, False on public pages."""
        return self.actor is not None

    @property
    def initials(self) -> str:
        """Two letters for the square face of staff."""
        return initials(self.name or self.email, letters=2)


Provider = Callable[[HttpRequest], Viewer]
PreferenceWriter = Callable[[HttpRequest, str, str], None]
_provider: Provider | None = None
_writer: PreferenceWriter | None = None


def provide_viewer(provider: Provider, *, write_preference: PreferenceWriter | None = None) -> None:
    """Register how a `Viewer` is found for a request, and how a preference (`theme`, `folded`) is kept."""
    global _provider, _writer
    _provider, _writer = provider, write_preference


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request; found once and kept on it."""
    known = getattr(request, "_viewer", None)
    if known is None:
        known = _provider(request) if _provider else _from_request(request)
        request._viewer = known  # type: ignore[attr-defined]
    return known


def write_preference(request: HttpRequest, name: str, value: str) -> None:
    """Keep a preference for this viewer: with their account when there is one, else in the session."""
    if _writer and getattr(getattr(request, "user", None), "is_authenticated", False):
        _writer(request, name, value)
    elif hasattr(request, "session"):
        request.session[f"ui_{name}"] = value


def _from_request(request: HttpRequest) -> Viewer:
    session = getattr(request, "session", {})
    user = getattr(request, "user", None)
    actor = getattr(request, "actor", None) if getattr(user, "is_authenticated", False) else None
    theme = session.get("ui_theme", "system")
    return Viewer(
        name=str(getattr(user, "name", "") or getattr(user, "email", "") or ""),
        email=str(getattr(user, "email", "")),
        actor=actor,
        may=getattr(actor, "may", _may_nothing),
        is_administrator="administrator" in getattr(actor, "roles", ()),
        language=(get_language() or "en")[:2],
        time_zone=getattr(actor, "time_zone", "UTC"),
        theme=theme if theme in THEMES else "system",
        is_folded=session.get("ui_folded") == "1",
    )
