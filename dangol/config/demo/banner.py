"""Offers the way out of the demo company, on the overview and in the command menu, to who may change the house."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dangol.config.demo.queries import is_loaded
from dangol.platform.ui.banners import Banner, register_banner
from dangol.platform.ui.navigation import register_command
from dangol.platform.ui.viewer import Viewer

NEEDS = ("change", "workspace")
SHOWN_ON = frozenset({"insight:start", "insight:overview"})


def demo_banner(request: HttpRequest, viewer: Viewer) -> Banner | None:
    """The line that stands on the overview while the demo company is here."""
    place = request.resolver_match
    if place is None or place.view_name not in SHOWN_ON or not viewer.may(*NEEDS) or not is_loaded():
        return None
    return Banner(
        _("These customers and orders are made up."), reverse("demo:page"), _("Remove the demo company"), "coffee"
    )


def page_url() -> str:
    """Where the demo company is loaded and removed."""
    return reverse("demo:page")


register_banner(demo_banner)
register_command(_("Demo company"), page_url, "coffee", _("remove load try sample"), NEEDS)
