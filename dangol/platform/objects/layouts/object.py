"""What the frame and the editor of roles show of layouts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.layouts import current  # noqa: F401 - keeps the layouts at hand
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "layout")

register_right(Right("layout", _("Layouts of pages"), ("see", "change"), has_rows=False, order=216))
register("setup", item("layouts", _("Layouts"), "layout", "layouts:list", 21, is_open=lambda v: v.may(*NEEDS)))
register_command(_("Layouts of pages"), "/setup/layouts", "layout", _("arrange form page role order hide"), NEEDS)
register_title("layout.changed", EventTitle(_("Layout changed"), "layout"))
