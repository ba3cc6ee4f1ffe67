"""Hangs the page into the sidebar and the command menu."""

from django.utils.translation import gettext_lazy as _

from dangol.platform.ui.navigation import item, register, register_command

register("marketing", item("what_works", _("What works"), "chart-arrows-vertical", "marketing:page", 35, "campaign"))
register_command(
    _("What works"), "/marketing", "chart-arrows-vertical", _("campaigns lift results marketing"), ("see", "campaign")
)
