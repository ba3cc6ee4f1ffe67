"""What every template can say: `ui.viewer`, `ui.sections`, `ui.pins`, `ui.phone_links`; worked out only when asked."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from dangol.platform.ui.banners import Banner, banners_for
from dangol.platform.ui.navigation import Link, Section, pins_for, sections_for
from dangol.platform.ui.viewer import Viewer, viewer_of


class Ui:
    """The frame of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def viewer(self) -> Viewer:
        """Who looks."""
        return viewer_of(self._request)

    @cached_property
    def sections(self) -> list[Section]:
        """The sidebar's sections with their links."""
        return sections_for(self.viewer, self._request.path)

    @cached_property
    def pins(self) -> list[Link]:
        """Pinned views."""
        return pins_for(self.viewer, self._request)

    @cached_property
    def phone_links(self) -> list[Link]:
        """At most three entries for the bar at the bottom of a phone."""
        links = [link for section in self.sections for link in section.links]
        return ([link for link in links if link.on_phone] or links)[:3]

    @cached_property
    def banners(self) -> list[Banner]:
        """Lines above the page."""
        return banners_for(self._request, self.viewer)

    @property
    def theme(self) -> str:
        """system, light or dark."""
        return self.viewer.theme

    @property
    def workspace_name(self) -> str:
        """The name of our own firm."""
        return self.viewer.workspace_name


def ui(request: HttpRequest) -> dict[str, Ui]:
    """Context processor."""
    return {"ui": Ui(request)}
