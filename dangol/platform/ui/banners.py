"""A line above the page that offers one thing to do; rooms register when it is shown and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from dangol.platform.ui.navigation import Text
from dangol.platform.ui.viewer import Viewer


@dataclass(frozen=True)
class Banner:
    """One sentence with the way to act on it: a link, or a button that posts. `tone` "strong" stands out."""

    text: Text
    url: str
    action: Text
    icon: str = "info-circle"
    is_post: bool = False
    tone: str = ""


Provider = Callable[[HttpRequest, Viewer], Banner | None]
_providers: dict[str, Provider] = {}


def register_banner(provider: Provider) -> None:
    """Add a function `(request, viewer) -> Banner or None`; it is asked on every page, so it must be cheap."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def banners_for(request: HttpRequest, viewer: Viewer) -> list[Banner]:
    """The lines that this page shows; none to who has not signed in."""
    if not viewer.is_signed_in:
        return []
    found = (provider(request, viewer) for provider in _providers.values())
    return [banner for banner in found if banner is not None]
