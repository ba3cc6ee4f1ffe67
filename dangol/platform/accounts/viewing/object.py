"""The line on every page that says through whose eyes one looks, and the words of the events."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui import format
from dangol.platform.ui.banners import Banner, register_banner
from dangol.platform.ui.viewer import Viewer


def viewing_banner(request: HttpRequest, viewer: Viewer) -> Banner | None:
    """Shown while one looks through a colleague's eyes."""
    viewing = getattr(request, "viewing", None)
    if viewing is None:
        return None
    until = format.clock(viewing.until, viewer.language, viewer.time_zone)
    text = _("You see Dangol through the eyes of %(name)s, until %(time)s. Nothing can be written.")
    said = text % {"name": viewing.user.name, "time": until}
    return Banner(said, "/view-as/stop", _("Stop"), "eye", is_post=True, tone="strong")


register_banner(viewing_banner)
register_title("user.view_started", EventTitle(gettext_lazy("Began to look through their eyes"), "eye"))
register_title("user.view_ended", EventTitle(gettext_lazy("Stopped looking through their eyes"), "eye-off"))
