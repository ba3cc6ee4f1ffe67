"""What the frame shows of suppressed addresses, and the words of their events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

register_title("suppression.added", EventTitle(_("Address suppressed"), "ban"))
register_title("suppression.lifted", EventTitle(_("Suppression lifted"), "circle-check"))
register("marketing", item("suppressions", _("Suppressed addresses"), "ban", "suppressions:list", 90, "suppression"))
register_command(
    _("Suppressed addresses"), "/suppressions", "ban", _("bounce complaint block list"), ("see", "suppression")
)
register_right(Right("suppression", _("Suppressed addresses"), ("see", "create"), has_rows=False, order=115))
